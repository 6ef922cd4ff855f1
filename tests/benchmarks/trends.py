"""The trend of one metric over 100 releases of 52 locales, against summing the stored scores.

Every run is stored whole, results and scores, so that a page has to find its few thousand sums
beside millions of rows. All of it takes about a minute and 2 GiB in the folder for temporary files;
``TREND_RUNS=10 make bench`` makes a tenth.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from tests.benchmarks.figure import Figure
from vernacular.comparison.locale_sums import sum_per_locale
from vernacular.comparison.run_counts import RunCounts
from vernacular.corpus.locales import list_profiled
from vernacular.reports.releases.trends import trend
from vernacular.store.database import Store
from vernacular.store.migrate import upgrade
from vernacular.store.scores import record_sums
from vernacular.store.tables import Release, Run, ScoreSet, Suite
from vernacular.store.tables.runs import RunStatus

N_RUNS = int(os.environ.get("TREND_RUNS", "100"))
N_LOCALES, N_UTTERANCES = 52, 2974
N_ITEMS = N_LOCALES * N_UTTERANCES
LOCALES = tuple(sorted(locale.tag for locale in list_profiled())[:N_LOCALES])
ASKED_MS = 50.0
N_REPEATS = 15
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)

# The answers of run r: item i is right unless this is below the run's share of errors. The numbers
# are primes, so that neighbouring runs break different items.
_IS_RIGHT = "(i.number * 7919 + {run} * 104729) % 1000 >= 200 - {run} % 100"

_PEER = """
    SELECT s.score_set_id, i.locale, COUNT(*), SUM(s.correct_intent)
    FROM scores s
    JOIN score_sets t ON t.id = s.score_set_id
    JOIN runs r ON r.id = t.run_id
    JOIN suite_items i ON i.suite_id = r.suite_id AND i.number = s.item
    GROUP BY s.score_set_id, i.locale
"""


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "store.db"
        store = Store(f"sqlite:///{file}")
        _fill(store, file)
        seconds = []
        for _ in range(N_REPEATS):
            began = time.perf_counter()
            with store.reading() as db:
                found = trend(db)
            seconds.append(time.perf_counter() - began)
        with closing(sqlite3.connect(file)) as plain:
            began = time.perf_counter()
            summed = plain.execute(_PEER).fetchall()
            peer = time.perf_counter() - began
        store.close()
    ours = {
        (release.run_id, one.locale): point.rate
        for one in found.locales
        for release, point in zip(found.releases, one.points, strict=True)
    }
    assert ours == {(run, tag): n_right / n for run, tag, n, n_right in summed}
    milliseconds = 1000 * float(np.median(seconds))
    what = f"trend, {N_RUNS} runs, {N_RUNS * N_ITEMS / 1e6:.1f} M results"
    yield Figure(what, milliseconds, 1000 * peer, "ms", "the same rates, summed from the scores")
    yield Figure("the same", milliseconds, ASKED_MS, "ms", "what was asked for")


def _fill(store: Store, file: Path) -> None:
    upgrade(store)
    with store.writing() as db:
        db.add(Suite(name="bench", content_hash="bench", n_items=N_ITEMS))
        db.flush()
        for run in range(1, N_RUNS + 1):
            added_at = BEGAN + timedelta(days=run)
            db.add(Release(name=f"r{run}", assistant="a", manifest={}, root=".", added_at=added_at))
            db.flush()
            db.add(Run(release_id=run, suite_id=1, status=RunStatus.FINISHED, finished_at=added_at))
            db.flush()
            db.add(ScoreSet(run_id=run, scorer="bench/1"))
            db.flush()
            record_sums(db, run, sum_per_locale(_counts(run)))
    # Plain and unchecked: 31 million rows that stand in for what runs have stored.
    with closing(sqlite3.connect(file)) as plain:
        plain.execute("PRAGMA synchronous = OFF")
        plain.executemany(
            "INSERT INTO suite_items VALUES (1, ?, ?, ?, ?)",
            (
                (n * N_UTTERANCES + k + 1, locale, n * N_UTTERANCES + k + 1, k)
                for n, locale in enumerate(LOCALES)
                for k in range(N_UTTERANCES)
            ),
        )
        for run in range(1, N_RUNS + 1):
            is_right = _IS_RIGHT.format(run=run)
            plain.execute(
                "INSERT INTO results (run_id, item, status, intent, intent_confidence, slots,"
                " latency_ms)"
                f" SELECT {run}, i.number, 'answered', 'alarm_set', 0.9, '[]', 1.5"
                " FROM suite_items i"
            )
            plain.execute(
                "INSERT INTO scores (score_set_id, item, revision_id, failed, n_words, word_edits,"
                " n_chars, char_edits, substitutions, deletions, insertions, correct_intent, exact,"
                " tp, fp, fn, value_tp, value_fp, value_fn)"
                f" SELECT {run}, i.number, i.revision_id, 0, 0, 0, 0, 0, 0, 0, 0,"
                f" {is_right}, {is_right}, 1, 0, 0, 0, 0, 0 FROM suite_items i"
            )
            plain.commit()


def _counts(run: int) -> RunCounts:
    """Returns the scores of a run as the product has them when the run ends."""
    item = np.arange(1, N_ITEMS + 1)
    right = ((item * 7919 + run * 104729) % 1000 >= 200 - run % 100).astype(np.int32)
    nothing = np.zeros(N_ITEMS, np.int32)
    return RunCounts(
        run_id=run,
        release=f"r{run}",
        suite="bench",
        suite_hash="bench",
        scorer="bench/1",
        normaliser=None,
        reference_key="suite",
        locales=LOCALES,
        locale=np.repeat(np.arange(N_LOCALES, dtype=np.int16), N_UTTERANCES),
        item=item,
        cluster=np.tile(np.arange(N_UTTERANCES), N_LOCALES),
        revision=item,
        counts={
            "correct_intent": right,
            "exact": right,
            "tp": nothing + 1,
            "fp": nothing,
            "fn": nothing,
        },
        failed=np.zeros(N_ITEMS, np.bool_),
        n_items=dict.fromkeys(LOCALES, N_UTTERANCES),
    )
