"""Queries on releases over time. They read sums per locale: thousands of rows, not millions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from vernacular.errors import NotFound
from vernacular.scoring.normaliser import LENIENT
from vernacular.store.database import Db
from vernacular.store.scores import ScoringRules
from vernacular.store.suites import find_suite
from vernacular.store.tables import GateOutcome, LocaleScore, Release, Run, ScoreSet, Suite
from vernacular.store.tables.runs import RunStatus

SETS_PER_QUERY = 500
"""Score sets named in one query; SQLite bounds the parameters of a statement."""

SumRow = tuple[int, str, str, int, int, int, int, int, int, int, int]
"""(score set, metric, locale, n, n_failed, n_clusters, x, y, xx, xy, yy); the last six are the
fields of ``RatioSums`` in its order."""


@dataclass(frozen=True, slots=True)
class GateNote:
    """The newest decision of the gate about a run."""

    verdict: str
    baseline: str
    """The release it was held against."""
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class TrendRun:
    """The newest finished run of a release over a suite."""

    run_id: int
    release: str
    added_at: datetime
    """When the release was added, which is its age."""
    finished_at: datetime | None
    score_set_id: int | None
    """Its newest strict scores by the rules of the trend; None where it has none by them."""
    gate: GateNote | None
    """None where the gate never looked at this run."""


@dataclass(frozen=True, slots=True)
class TrendRuns:
    """All releases with a finished run over one suite, oldest release first."""

    suite_id: int
    suite: str
    rules: ScoringRules | None
    """What the newest release was scored by; every figure of the trend was. None without a run."""
    runs: tuple[TrendRun, ...]


def list_measured_suites(db: Db) -> list[str]:
    """Returns the names of the suites that a release has finished, the one run last first.

    Those of replays come after all others, so that none is taken where no suite is named; those in
    which nothing was corrected are left out.
    """
    query = (
        select(Suite.name)
        .join(Run, Run.suite_id == Suite.id)
        .where(Run.status == RunStatus.FINISHED)
        .where(or_(Run.dialogue.is_(None), Suite.n_items > 0))
        .order_by(Run.dialogue.is_not(None), Run.id.desc())
    )
    return list(dict.fromkeys(db.scalars(query)))


def find_trend_runs(db: Db, suite_name: str | None = None) -> TrendRuns:
    """Returns the runs that a trend or a ranking of releases is made of.

    Args:
        db: an open transaction.
        suite_name: the suite; the one that was run last where none is named.

    Raises:
        NotFound: there is no such suite, or none was run to its end yet.
    """
    if suite_name is None:
        suite_name = next(iter(list_measured_suites(db)), None)
    if suite_name is None:
        raise NotFound("no run is finished yet: 'vernacular run start RELEASE SUITE' makes one")
    suite = find_suite(db, suite_name)
    newest = _list_newest_runs(db, suite.id)
    sets = _list_strict_sets(db, suite.id)
    gates = _list_gate_notes(db, suite.id)
    rules = _rules_of_today([sets[row[0]][0][1] for row in newest if row[0] in sets])

    def fitting(run_id: int) -> int | None:
        return next((key for key, made in sets.get(run_id, ()) if rules and made.fit(rules)), None)

    runs = tuple(
        TrendRun(run_id, release, added, finished, fitting(run_id), gates.get(run_id))
        for run_id, release, added, finished in newest
    )
    return TrendRuns(suite.id, suite.name, rules, runs)


def list_locale_sums(
    db: Db, score_set_ids: Sequence[int], metric: str | None = None
) -> list[SumRow]:
    """Returns the sums of several score sets, of one metric or of all, in no order."""
    found: list[SumRow] = []
    for at in range(0, len(score_set_ids), SETS_PER_QUERY):
        query = select(
            LocaleScore.score_set_id,
            LocaleScore.metric,
            LocaleScore.locale,
            LocaleScore.n,
            LocaleScore.n_failed,
            LocaleScore.n_clusters,
            LocaleScore.numerator,
            LocaleScore.denominator,
            LocaleScore.sum_xx,
            LocaleScore.sum_xy,
            LocaleScore.sum_yy,
        ).where(LocaleScore.score_set_id.in_(score_set_ids[at : at + SETS_PER_QUERY]))
        if metric is not None:
            query = query.where(LocaleScore.metric == metric)
        # The driver's own tuples: thousands of plain values need nothing of the ORM.
        found += db.connection().execute(query).cursor.fetchall()
    return found


def list_metric_keys(db: Db, score_set_ids: Sequence[int]) -> set[str]:
    """Returns the metrics that any of some score sets holds."""
    found: set[str] = set()
    for at in range(0, len(score_set_ids), SETS_PER_QUERY):
        some = score_set_ids[at : at + SETS_PER_QUERY]
        query = select(LocaleScore.metric).where(LocaleScore.score_set_id.in_(some)).distinct()
        found.update(db.scalars(query))
    return found


def _rules_of_today(scored: Sequence[ScoringRules]) -> ScoringRules | None:
    """Returns the rules of the newest release; what was scored by others stays out of a trend.

    Where that release heard nothing, the newest one that did says how transcripts are normalised.

    Args:
        scored: the rules of each release's newest scores, oldest release first.
    """
    rules = scored[-1] if scored else None
    for made in reversed(scored):
        if rules is not None and rules.normaliser is None and made.fit(rules):
            rules = made
    return rules


def _list_newest_runs(db: Db, suite_id: int) -> list[tuple[int, str, datetime, datetime | None]]:
    """Returns (run, release, when it was added, when the run ended), oldest release first."""
    query = (
        select(Run.id, Release.name, Release.added_at, Run.finished_at)
        .join(Release, Release.id == Run.release_id)
        .where(Run.suite_id == suite_id, Run.status == RunStatus.FINISHED)
        .order_by(Release.added_at, Release.id, Run.id)
    )
    rows = [(run, name, added, finished) for run, name, added, finished in db.execute(query)]
    return list({row[1]: row for row in rows}.values())


def _list_strict_sets(db: Db, suite_id: int) -> dict[int, list[tuple[int, ScoringRules]]]:
    """Returns the score sets of each run, newest first, without the lenient ones."""
    query = (
        select(
            ScoreSet.run_id,
            ScoreSet.id,
            ScoreSet.scorer,
            ScoreSet.normaliser,
            ScoreSet.reference_key,
        )
        .join(Run, Run.id == ScoreSet.run_id)
        .where(Run.suite_id == suite_id, Run.status == RunStatus.FINISHED)
        .where(or_(ScoreSet.normaliser.is_(None), ScoreSet.normaliser != LENIENT))
        .order_by(ScoreSet.id.desc())
    )
    found: dict[int, list[tuple[int, ScoringRules]]] = {}
    for run_id, key, scorer, normaliser, reference_key in db.execute(query):
        rules = ScoringRules(scorer, normaliser, reference_key)
        found.setdefault(run_id, []).append((key, rules))
    return found


def _list_gate_notes(db: Db, suite_id: int) -> dict[int, GateNote]:
    """Returns the newest decision about each run that the gate has looked at."""
    baseline_run = aliased(Run)
    query = (
        select(GateOutcome.run_id, GateOutcome.verdict, Release.name, GateOutcome.decided_at)
        .join(Run, Run.id == GateOutcome.run_id)
        .join(baseline_run, baseline_run.id == GateOutcome.baseline_run_id)
        .join(Release, Release.id == baseline_run.release_id)
        .where(Run.suite_id == suite_id)
        .order_by(GateOutcome.id)
    )
    return {
        run_id: GateNote(verdict, baseline, decided_at)
        for run_id, verdict, baseline, decided_at in db.execute(query)
    }
