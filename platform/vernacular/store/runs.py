"""Queries on runs, results and scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, literal, select
from sqlalchemy.orm import aliased

from vernacular.corpus.utterance import Slot
from vernacular.errors import NotFound
from vernacular.scoring.counts import EXACT_MATCH, INTENT_ACCURACY, SLOT_F1
from vernacular.store.database import Db
from vernacular.store.inserting import insert_new
from vernacular.store.tables import (
    LocaleScore,
    Release,
    Result,
    Run,
    Score,
    ScoreSet,
    Suite,
    SuiteItem,
    UtteranceRevision,
)
from vernacular.store.tables.base import utc_now
from vernacular.store.tables.runs import ResultStatus, RunStatus

ITEMS_PER_QUERY = 500
"""Items named in one query; SQLite bounds the parameters of a statement."""


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run with the names around it and how far it has come."""

    id: int
    release: str
    suite: str
    status: RunStatus
    n_items: int
    n_results: int
    n_failed: int
    started_at: datetime
    finished_at: datetime | None


def start_run(db: Db, release: Release, suite: Suite, scorer: str) -> tuple[Run, ScoreSet]:
    """Stores a new, open run and the score set that its scores go to."""
    run = Run(release_id=release.id, suite_id=suite.id)
    db.add(run)
    db.flush()
    scores = ScoreSet(run_id=run.id, scorer=scorer)
    db.add(scores)
    db.flush()
    return run, scores


def find_run(db: Db, run_id: int) -> Run:
    """Returns a run by its number.

    Raises:
        NotFound: there is none.
    """
    run = db.get(Run, run_id)
    if run is None:
        raise NotFound(f"there is no run {run_id}; 'vernacular run list' shows the runs")
    return run


def lock_run(db: Db, run_id: int) -> Run:
    """Returns a run that nobody else can change until this transaction ends.

    Raises:
        NotFound: there is none.
    """
    # On SQLite the transaction itself is the lock, and the clause is left out.
    run = db.get(Run, run_id, with_for_update=True)
    return run or find_run(db, run_id)


def find_parts(db: Db, run: Run) -> tuple[Release, Suite]:
    """Returns the release and the suite of a run."""
    return db.get_one(Release, run.release_id), db.get_one(Suite, run.suite_id)


def find_newest_run(db: Db, release_id: int, suite_id: int) -> Run | None:
    """Returns the newest run of a release over a suite, finished or not."""
    query = select(Run).where(Run.release_id == release_id, Run.suite_id == suite_id)
    return db.scalar(query.order_by(Run.id.desc()).limit(1))


def find_finished_runs(db: Db, release_id: int, suite_id: int | None = None) -> list[Run]:
    """Returns the finished runs of a release, newest first, over one suite or any."""
    query = (
        select(Run)
        .where(Run.release_id == release_id, Run.status == RunStatus.FINISHED)
        .order_by(Run.id.desc())
    )
    if suite_id is not None:
        query = query.where(Run.suite_id == suite_id)
    return list(db.scalars(query))


def find_score_set(db: Db, run_id: int) -> ScoreSet:
    """Returns the newest score set of a run.

    Raises:
        NotFound: the run has none.
    """
    scores = db.scalar(
        select(ScoreSet).where(ScoreSet.run_id == run_id).order_by(ScoreSet.id.desc()).limit(1)
    )
    if scores is None:
        raise NotFound(f"run {run_id} has no scores")
    return scores


def list_runs(db: Db, limit: int = 50) -> list[RunSummary]:
    """Returns the newest runs, newest first."""
    query = (
        select(Run, Release.name, Suite.name, Suite.n_items)
        .join(Release, Release.id == Run.release_id)
        .join(Suite, Suite.id == Run.suite_id)
        .order_by(Run.id.desc())
        .limit(limit)
    )
    rows = db.execute(query).all()
    counts = count_results(db, [run.id for run, _, _, _ in rows])
    return [
        RunSummary(
            run.id,
            release,
            suite,
            run.status,
            n_items,
            *counts.get(run.id, (0, 0)),
            run.started_at,
            run.finished_at,
        )
        for run, release, suite, n_items in rows
    ]


def count_results(db: Db, run_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Returns (results, failed ones) by run."""
    query = (
        select(Result.run_id, Result.status, func.count())
        .where(Result.run_id.in_(run_ids))
        .group_by(Result.run_id, Result.status)
    )
    counts: dict[int, tuple[int, int]] = {}
    for run_id, status, n in db.execute(query):
        total, failed = counts.get(run_id, (0, 0))
        counts[run_id] = (total + n, failed + n * (status == ResultStatus.FAILED))
    return counts


def record_results(
    db: Db, results: Sequence[dict[str, Any]], scores: Sequence[dict[str, Any]]
) -> None:
    """Stores results with their scores; those that are stored already stay as they are."""
    insert_new(db, Result, results)
    insert_new(db, Score, scores)


def finish_run(db: Db, run: Run, scores: ScoreSet) -> None:
    """Closes a run and writes the sums of its scores per locale."""
    sums = (
        select(
            literal(scores.id),
            SuiteItem.locale,
            func.count(),
            func.count().filter(Score.failed),
            *(
                func.sum(column)
                for column in (
                    Score.n_ref,
                    Score.edits,
                    Score.correct_intent,
                    Score.exact,
                    Score.tp,
                    Score.fp,
                    Score.fn,
                )
            ),
        )
        .join(SuiteItem, (SuiteItem.suite_id == run.suite_id) & (SuiteItem.number == Score.item))
        .where(Score.score_set_id == scores.id)
        .group_by(SuiteItem.locale)
    )
    columns = ["score_set_id", "locale", "n", "n_failed", "n_ref", "edits"]
    columns += ["n_correct_intent", "n_exact", "tp", "fp", "fn"]
    db.execute(insert(LocaleScore).from_select(columns, sums))
    run.status = RunStatus.FINISHED
    run.finished_at = utc_now()


def list_locale_scores(db: Db, score_set_id: int) -> list[LocaleScore]:
    """Returns the sums of a score set, by locale."""
    query = select(LocaleScore).where(LocaleScore.score_set_id == score_set_id)
    return list(db.scalars(query.order_by(LocaleScore.locale)))


SCORE_COLUMNS = (
    "item",
    "locale",
    "cluster",
    "revision_id",
    "failed",
    "correct_intent",
    "exact",
    "tp",
    "fp",
    "fn",
)


def list_scores(db: Db, run: Run, score_set_id: int) -> Sequence[tuple[Any, ...]]:
    """Returns one row of ``SCORE_COLUMNS`` per score, ordered by item, as plain tuples."""
    query = (
        select(
            Score.item,
            SuiteItem.locale,
            SuiteItem.cluster,
            Score.revision_id,
            Score.failed,
            Score.correct_intent,
            Score.exact,
            Score.tp,
            Score.fp,
            Score.fn,
        )
        .join(SuiteItem, (SuiteItem.suite_id == run.suite_id) & (SuiteItem.number == Score.item))
        .where(Score.score_set_id == score_set_id)
        .order_by(Score.item)
    )
    return db.execute(query).all()


RIGHT = {
    INTENT_ACCURACY: lambda score: score.correct_intent == 1,
    EXACT_MATCH: lambda score: score.exact == 1,
    SLOT_F1: lambda score: score.fp + score.fn == 0,
}
"""What "right" means of one utterance under each metric; for slots, that every slot is."""


def list_flipped_items(
    db: Db, run: Run, baseline_scores: int, candidate_scores: int, locale: str | None, metric: str
) -> tuple[list[int], list[int]]:
    """Returns the items that only the baseline had right, and those only the candidate has.

    Args:
        run: either run; both are over its suite.
        baseline_scores: id of the baseline's score set.
        candidate_scores: id of the candidate's.
        locale: where to look; None for everywhere.
        metric: a metric key, see ``RIGHT``.
    """
    was, now = aliased(Score), aliased(Score)
    was_right, is_right = RIGHT[metric](was), RIGHT[metric](now)
    query = (
        select(was.item, is_right)
        .join(now, (now.score_set_id == candidate_scores) & (now.item == was.item))
        .join(SuiteItem, (SuiteItem.suite_id == run.suite_id) & (SuiteItem.number == was.item))
        .where(was.score_set_id == baseline_scores)
        .where(was.revision_id == now.revision_id, was_right != is_right)
        .order_by(was.item)
    )
    if locale is not None:
        query = query.where(SuiteItem.locale == locale)
    rows = db.execute(query).all()
    return [item for item, fixed in rows if not fixed], [item for item, fixed in rows if fixed]


@dataclass(frozen=True, slots=True)
class JudgedAnswer:
    """What a run answered for one item, and whether it was right."""

    status: ResultStatus
    intent: str | None
    intent_confidence: float | None
    slots: tuple[Slot, ...]
    error: str | None


@dataclass(frozen=True, slots=True)
class JudgedItem:
    """One suite item with its reference and the answers of two runs."""

    number: int
    locale: str
    text: str
    intent: str
    slots: tuple[Slot, ...]
    baseline: JudgedAnswer
    candidate: JudgedAnswer


def list_judged_items(
    db: Db, suite_id: int, baseline_id: int, candidate_id: int, numbers: Sequence[int]
) -> list[JudgedItem]:
    """Returns the items of ``numbers`` that both runs have answered, ordered by number."""
    first, second = aliased(Result), aliased(Result)
    found = []
    for at in range(0, len(numbers), ITEMS_PER_QUERY):
        query = (
            select(SuiteItem, UtteranceRevision, first, second)
            .join(UtteranceRevision, UtteranceRevision.id == SuiteItem.revision_id)
            .join(first, (first.run_id == baseline_id) & (first.item == SuiteItem.number))
            .join(second, (second.run_id == candidate_id) & (second.item == SuiteItem.number))
            .where(SuiteItem.suite_id == suite_id)
            .where(SuiteItem.number.in_(numbers[at : at + ITEMS_PER_QUERY]))
            .order_by(SuiteItem.number)
        )
        for item, revision, one, other in db.execute(query):
            found.append(
                JudgedItem(
                    item.number,
                    item.locale,
                    revision.text,
                    revision.intent,
                    revision.slots,
                    _answer_of(one),
                    _answer_of(other),
                )
            )
    return found


def _answer_of(result: Result) -> JudgedAnswer:
    return JudgedAnswer(
        result.status, result.intent, result.intent_confidence, result.slots or (), result.error
    )
