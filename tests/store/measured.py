"""Writes finished runs with sums, without a single utterance behind them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from vernacular.comparison.locale_sums import LocaleSum
from vernacular.scoring.intervals import RatioSums
from vernacular.store.database import Db, Store
from vernacular.store.scores import ScoringRules, record_sums, start_score_set
from vernacular.store.tables import (
    GateOutcome,
    Release,
    Run,
    Suite,
    SuiteItem,
    Utterance,
    UtteranceRevision,
)
from vernacular.store.tables.runs import RunStatus

RULES = ScoringRules("test/1", normaliser=None)
HEARD = ScoringRules("test/1", normaliser="norm/1")
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
N = 200

Rates = Mapping[tuple[str, str], float]
"""By metric and locale; a multiple of 1 / 200."""


def write_suite(store: Store, name: str = "smoke", items: Mapping[str, int] | None = None) -> int:
    """Writes a suite and returns its number.

    Args:
        store: where to.
        name: what it is called.
        items: how many it has per locale; they are there to be counted and all hold one revision.
    """
    with store.writing() as db:
        suite = Suite(name=name, content_hash="-", n_items=sum((items or {}).values()))
        db.add(suite)
        db.flush()
        if items:
            tags = [tag for tag, n in items.items() for _ in range(n)]
            revision_id = _write_revision(db)
            db.add_all(
                SuiteItem(
                    suite_id=suite.id, number=i, locale=tag, revision_id=revision_id, cluster=i
                )
                for i, tag in enumerate(tags, start=1)
            )
        return suite.id


def _write_revision(db: Db) -> int:
    utterance = Utterance(source="-", locale="en-US", external_id="-", partition="test")
    db.add(utterance)
    db.flush()
    revision = UtteranceRevision(
        utterance_id=utterance.id,
        text="-",
        domain="-",
        intent="-",
        slots=(),
        content_hash=b"-" * 32,
    )
    db.add(revision)
    db.flush()
    return revision.id


def write_release(store: Store, name: str, day: int = 1) -> int:
    """Writes a release that was added on a day of January."""
    with store.writing() as db:
        release = Release(
            name=name,
            assistant="rules",
            manifest={},
            root=".",
            added_at=BEGAN + timedelta(days=day),
        )
        db.add(release)
        db.flush()
        return release.id


def write_run(
    store: Store,
    release_id: int,
    suite_id: int = 1,
    rates: Rates | None = None,
    *,
    rules: ScoringRules = RULES,
    is_finished: bool = True,
) -> int:
    """Writes a run with one score set and returns its number."""
    with store.writing() as db:
        run = Run(
            release_id=release_id,
            suite_id=suite_id,
            status=RunStatus.FINISHED if is_finished else RunStatus.OPEN,
            finished_at=BEGAN + timedelta(days=30) if is_finished else None,
        )
        db.add(run)
        db.flush()
        run_id = run.id
    write_scores(store, run_id, rates, rules)
    return run_id


def write_scores(
    store: Store, run_id: int, rates: Rates | None = None, rules: ScoringRules = RULES
) -> int:
    """Writes one more score set of a run and returns its number."""
    rates = {("intent_acc", "sw-KE"): 0.8} if rates is None else rates
    with store.writing() as db:
        scores = start_score_set(db, db.get_one(Run, run_id), rules)
        record_sums(db, scores.id, [share(*key, rate) for key, rate in rates.items()])
        return scores.id


def share(metric: str, locale: str, rate: float, n: int = N) -> LocaleSum:
    """A rate over ``n`` utterances, or over as many words of which each is an utterance."""
    x = round(rate * n)
    return LocaleSum(metric, locale, n, 0, RatioSums(n, x, n, x, x, n))


def write_gate(store: Store, run_id: int, baseline_run_id: int, verdict: str) -> None:
    """Writes a decision of the gate."""
    with store.writing() as db:
        db.add(
            GateOutcome(
                run_id=run_id,
                baseline_run_id=baseline_run_id,
                verdict=verdict,
                policy={},
                findings=[],
            )
        )
