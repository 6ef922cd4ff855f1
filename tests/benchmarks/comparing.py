"""``vernacular compare`` over stored runs, start of the process included, against jiwer and scipy.

The peer has to find the same points and intervals with what one would reach for first: jiwer for
the errors of every utterance, scipy's bootstrap (1,000 resamples, a tenth of ours) for each locale.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

import jiwer
import numpy as np
from numpy.typing import NDArray
from scipy.stats import bootstrap

from tests.benchmarks.figure import Figure
from tests.benchmarks.importing import SEED
from vernacular.collection.import_corpus import import_massive
from vernacular.comparison.compare import compare_runs
from vernacular.corpus.massive import read_massive
from vernacular.evaluation.load_counts import load_counts
from vernacular.evaluation.rescore import add_score_set
from vernacular.evaluation.score_answers import TEXT_RULES
from vernacular.evaluation.suites import freeze, select_utterances
from vernacular.store.database import Store
from vernacular.store.migrate import upgrade
from vernacular.store.runs import close_run, find_run, start_run
from vernacular.store.suites import count_items, list_named_references
from vernacular.store.tables import Release, Suite

N_METRICS = 3
PEER_RESAMPLES = 1000
PEER_LOCALES = 4
"""Locales the peer really does; the time is scaled up to all of them."""
SCORE_NAMES = ("correct_intent", "exact", "tp", "fp", "fn")


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/store.db"
        store = Store(url)
        upgrade(store)
        for _ in import_massive(store, SEED):
            pass
        with store.writing() as db:
            suite, _ = freeze(db, "bench", select_utterances(db, source="massive-1.1"))
        first, second = (_store_run(store, suite, seed) for seed in (1, 2))
        with store.reading() as db:
            runs = [load_counts(db, find_run(db, run_id)) for run_id in (first, second)]
            n_locales = len(count_items(db, suite.id))
        began = time.perf_counter()
        compare_runs(*runs)
        alone = time.perf_counter() - began
        whole, mebibytes = _compare_in_a_process(url)
        store.close()
    peer = _peer_seconds(n_locales)
    n = suite.n_items // n_locales
    what = f"compare {n_locales} x {n:,} x {N_METRICS} metrics, stored counts"
    peer_is = f"jiwer + scipy.stats.bootstrap at {PEER_RESAMPLES:,} resamples, scaled up"
    yield Figure(what, whole, peer, "s", peer_is)
    yield Figure("the same", whole, 4.0, "s", "what was asked for")
    yield Figure("peak memory of that process", mebibytes, 600, "MiB", "what was asked for")
    yield Figure("the comparison alone, counts in memory", alone, whole, "s", "all of the command")


def _store_run(store: Store, suite: Suite, seed: int) -> int:
    """Writes a run whose scores are drawn, as if some release had given them."""
    rng = np.random.default_rng(seed)
    with store.writing() as db:
        release = Release(name=f"bench-{seed}", assistant="bench", manifest={}, root="")
        db.add(release)
        db.flush()
        items = list_named_references(db, suite.id)
        right = rng.random(len(items)) < 0.85
        found = rng.integers(0, 3, len(items))
        missed = rng.integers(0, 2, len(items))
        columns = (right, right & (missed == 0), found, missed, missed)
        table = np.stack([column.astype(int) for column in columns], axis=1).tolist()
        scored = [
            {"item": item.reference.number, "revision_id": item.reference.revision_id}
            | {"failed": False, **_UNHEARD, **dict(zip(SCORE_NAMES, row, strict=True))}
            for item, row in zip(items, table, strict=True)
        ]
        run = start_run(db, release, suite)
        add_score_set(db, run, TEXT_RULES, scored)
        close_run(run)
        return run.id


_UNHEARD = dict.fromkeys(
    (
        *("n_words", "word_edits", "n_chars", "char_edits"),
        *("substitutions", "deletions", "insertions", "value_tp", "value_fp", "value_fn"),
    ),
    0,
)


def _compare_in_a_process(url: str) -> tuple[float, float]:
    """Returns seconds and MiB of the command as a person starts it."""
    words = ["--database-url", url, "compare", "bench-1", "bench-2"]
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _WITH_PEAK, *words], capture_output=True, check=False, text=True
    )
    seconds = time.perf_counter() - began
    assert done.returncode in (0, 1, 3), done.stderr
    return seconds, int(done.stderr.split()[-1]) / 1024


# What the kernel tells the parent counts the moment between fork and exec, with all our memory.
_WITH_PEAK = """
import atexit, re, sys
from pathlib import Path
from vernacular.cli.main import main

def tell_peak():
    status = Path("/proc/self/status").read_text()
    print(re.search("VmHWM:\\s*(\\d+) kB", status)[1], file=sys.stderr)

atexit.register(tell_peak)
main()
"""


def _peer_seconds(n_locales: int) -> float:
    """Returns what jiwer and scipy take for the points and intervals of the same comparison."""
    texts = {file.locale: [one.text for one in file.utterances] for file in read_massive(SEED)}
    chosen = list(texts)[:: len(texts) // PEER_LOCALES][:PEER_LOCALES]
    began = time.perf_counter()
    for locale in chosen:
        said = [text for text in texts[locale] if text.strip()]
        heard = [" ".join(text.split()[1:]) or text for text in said]
        for hypotheses in (heard, said):
            jiwer.process_words(said, hypotheses)
        rng = np.random.default_rng(1)
        for _ in range(N_METRICS):
            edits = rng.integers(0, 2, (2, len(said)))
            bootstrap(
                (edits[0], edits[1]),
                _difference,
                paired=True,
                n_resamples=PEER_RESAMPLES,
                method="percentile",
                rng=rng,
            )
    return (time.perf_counter() - began) * n_locales / len(chosen)


def _difference(new: NDArray[np.int64], old: NDArray[np.int64], axis: int) -> NDArray[np.float64]:
    difference: NDArray[np.float64] = new.mean(axis=axis) - old.mean(axis=axis)
    return difference
