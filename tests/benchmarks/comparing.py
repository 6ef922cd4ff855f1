"""A comparison of 52 locales, 3 metrics and 10,000 resamples, against scipy's bootstrap."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
from scipy.stats import bootstrap

from tests.benchmarks.figure import Figure
from vernacular.comparison.compare import compare_runs
from vernacular.comparison.policy import DEFAULT_POLICY
from vernacular.comparison.run_counts import RunCounts

N_LOCALES, N_UTTERANCES, N_METRICS = 52, 2974, 3
PEER_RESAMPLES = 1000


def measure() -> Iterator[Figure]:
    baseline, candidate = _run(1), _run(2)
    began = time.perf_counter()
    compare_runs(baseline, candidate)
    ours = time.perf_counter() - began
    began = time.perf_counter()
    inside = baseline.locale == 0
    pair = (candidate.counts["correct_intent"][inside], baseline.counts["correct_intent"][inside])
    bootstrap(
        pair,
        lambda new, old, axis: new.mean(axis=axis) - old.mean(axis=axis),
        paired=True,
        n_resamples=PEER_RESAMPLES,
        method="percentile",
        rng=np.random.default_rng(1),
    )
    scale = DEFAULT_POLICY.n_resamples / PEER_RESAMPLES * N_LOCALES * N_METRICS
    peer = (time.perf_counter() - began) * scale
    yield Figure(
        f"compare {N_LOCALES} x {N_UTTERANCES} x 3 metrics",
        ours,
        peer,
        "s",
        "scipy.stats.bootstrap, one cell at 1,000 resamples, scaled up",
    )
    yield Figure("the same", ours, 4.0, "s", "what was asked for")


def _run(seed: int) -> RunCounts:
    rng = np.random.default_rng(seed)
    n = N_LOCALES * N_UTTERANCES
    tags = tuple(f"x{i:02d}" for i in range(N_LOCALES))
    n_right = rng.integers(0, 2, n, dtype=np.int32)
    correct = (rng.random(n) < 0.8).astype(np.int32)
    return RunCounts(
        run_id=seed,
        release=f"release-{seed}",
        suite="bench",
        suite_hash="bench",
        scorer="bench/1",
        normaliser=None,
        reference_key="suite",
        locales=tags,
        locale=np.repeat(np.arange(N_LOCALES, dtype=np.int16), N_UTTERANCES),
        item=np.arange(n, dtype=np.int64),
        cluster=np.tile(np.arange(N_UTTERANCES, dtype=np.int64), N_LOCALES),
        revision=np.ones(n, np.int64),
        counts={
            "correct_intent": correct,
            "exact": correct * n_right,
            "tp": n_right,
            "fp": rng.integers(0, 2, n, dtype=np.int32),
            "fn": 1 - n_right,
        },
        failed=np.zeros(n, np.bool_),
        n_items=dict.fromkeys(tags, N_UTTERANCES),
    )
