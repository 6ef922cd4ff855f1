"""Builds runs for the tests: small ones from outcomes, large ones from a seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from vernacular.comparison.run_counts import RunCounts


def a_run(outcomes: Mapping[str, Sequence[int]], **changes: Any) -> RunCounts:
    """Returns a run whose locales have the given outcomes, 1 for an utterance that is all right.

    Every utterance has one slot, found exactly where the outcome is 1. Utterance i of each locale
    is the same one in another language.
    """
    locales = tuple(outcomes)
    right = np.concatenate([np.asarray(values, np.int32) for values in outcomes.values()])
    sizes = [len(values) for values in outcomes.values()]
    n = len(right)
    run = RunCounts(
        run_id=1,
        release="alpha",
        suite="smoke",
        suite_hash="5ee1",
        scorer="vernacular-nlu/1",
        normaliser=None,
        reference_key="suite",
        locales=locales,
        locale=np.repeat(np.arange(len(locales)), sizes).astype(np.int16),
        item=np.arange(n, dtype=np.int64) + 1,
        cluster=np.concatenate([np.arange(size) for size in sizes]).astype(np.int64),
        revision=np.ones(n, np.int64),
        counts={
            "correct_intent": right,
            "exact": right,
            "tp": right,
            "fp": np.zeros(n, np.int32),
            "fn": (1 - right).astype(np.int32),
        },
        failed=np.zeros(n, np.bool_),
        n_items=dict(zip(locales, sizes, strict=True)),
    )
    return replace(run, **changes)


def a_parallel_run(
    n_locales: int,
    n: int,
    seed: int,
    *,
    changed: float = 0.0,
    broken: Mapping[str, float] | None = None,
    **changes: Any,
) -> RunCounts:
    """Returns a run over a parallel suite; equal seeds give equal runs but for what is asked.

    Args:
        n_locales: locales ``l00-XX`` and so on.
        n: utterances in each.
        seed: of the utterances and of what they ask for.
        changed: share of utterances whose outcome is drawn anew, without getting better or worse.
        broken: share of right utterances that become wrong, intent and slots, per locale.
        changes: other fields of the run.
    """
    rng = np.random.default_rng(seed)
    total = n_locales * n
    locales = tuple(f"l{i:02d}-XX" for i in range(n_locales))
    locale = np.repeat(np.arange(n_locales), n)
    n_slots = np.tile(rng.poisson(1.2, n), n_locales)
    right = rng.random(total) < 0.88
    found = rng.random(total) < 0.8
    if changed:
        again = rng.random(total) < changed
        right = np.where(again, rng.random(total) < 0.88, right)
        found = np.where(again, rng.random(total) < 0.8, found)
    for tag, share in (broken or {}).items():
        hit = (locale == locales.index(tag)) & (rng.random(total) < share)
        right, found = right & ~hit, found & ~hit
    tp = np.where(found, n_slots, 0)
    fn = n_slots - tp
    run = RunCounts(
        run_id=1,
        release="alpha",
        suite="parallel",
        suite_hash="9a7a",
        scorer="vernacular-nlu/1",
        normaliser=None,
        reference_key="suite",
        locales=locales,
        locale=locale.astype(np.int16),
        item=np.arange(total, dtype=np.int64),
        cluster=np.tile(np.arange(n), n_locales).astype(np.int64),
        revision=np.ones(total, np.int64),
        counts={
            "correct_intent": right.astype(np.int32),
            "exact": (right & (fn == 0)).astype(np.int32),
            "tp": tp.astype(np.int32),
            "fp": (fn > 1).astype(np.int32),
            "fn": fn.astype(np.int32),
        },
        failed=np.zeros(total, np.bool_),
        n_items=dict.fromkeys(locales, n),
    )
    return replace(run, **changes)


def shuffled(run: RunCounts, seed: int = 0) -> RunCounts:
    """Returns the same run with its rows in another order."""
    order = np.random.default_rng(seed).permutation(len(run.item))
    return run.rows(order)


def with_counts(run: RunCounts, **columns: Any) -> RunCounts:
    """Returns the run with some of its counts changed."""
    return replace(run, counts={**run.counts, **columns})
