"""Queries on runs and their results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, func, or_, select, update

from vernacular.assistants.contract import Footprint
from vernacular.errors import NotFound
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
)
from vernacular.store.tables.base import utc_now
from vernacular.store.tables.runs import AS_FROZEN, ResultStatus, RunStatus


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
    abandoned_at: datetime | None


def make_run(
    release: Release,
    suite: Suite,
    *,
    has_intents: bool = True,
    has_transcripts: bool = False,
    has_text_answers: bool = False,
    has_replies: bool = False,
    asked_alone: bool = False,
) -> Run:
    """Returns a new run that is not stored, so that it has no number yet."""
    return Run(
        release_id=release.id,
        suite_id=suite.id,
        has_intents=has_intents,
        has_transcripts=has_transcripts,
        has_text_answers=has_text_answers,
        has_replies=has_replies,
        asked_alone=asked_alone,
    )


def record_run(db: Db, run: Run) -> Run:
    """Stores a run that was made; it is open."""
    db.add(run)
    db.flush()
    return run


def start_run(
    db: Db,
    release: Release,
    suite: Suite,
    *,
    has_intents: bool = True,
    has_transcripts: bool = False,
) -> Run:
    """Stores a new, open run."""
    run = make_run(release, suite, has_intents=has_intents, has_transcripts=has_transcripts)
    return record_run(db, run)


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


def find_newest_run(
    db: Db,
    release_id: int,
    suite_id: int,
    *,
    has_transcripts: bool,
    with_replies: bool = False,
    alone: bool = False,
) -> Run | None:
    """Returns the newest run of a release over a suite, heard or not, finished or not; none that
    was abandoned.

    With ``with_replies`` only one that timed replies will do, and with ``alone`` only one whose
    items were asked one by one.
    """
    query = select(Run).where(
        Run.release_id == release_id,
        Run.suite_id == suite_id,
        Run.has_transcripts == has_transcripts,
        Run.abandoned_at.is_(None),
    )
    if with_replies:
        query = query.where(Run.has_replies)
    if alone:
        query = query.where(Run.asked_alone)
    return db.scalar(query.order_by(Run.id.desc()).limit(1))


def find_finished_runs(db: Db, release_id: int, suite_id: int | None = None) -> list[Run]:
    """Returns the finished runs of a release, ordered as `list_runs_of`, over one suite or any."""
    found = list_runs_of(db, release_id, suite_id)
    return [run for run in found if run.status == RunStatus.FINISHED]


def list_runs_of(db: Db, release_id: int, suite_id: int | None = None) -> list[Run]:
    """Returns the runs of a release, finished or not, over one suite or any; newest first.

    Replays come after all others, so that none is taken where no suite is named; those in which
    nothing was corrected, so that nothing is scored, are left out.
    """
    query = (
        select(Run)
        .join(Suite, Suite.id == Run.suite_id)
        .where(Run.release_id == release_id)
        .where(or_(Run.dialogue.is_(None), Suite.n_items > 0))
        .order_by(Run.dialogue.is_not(None), Run.id.desc())
    )
    if suite_id is not None:
        query = query.where(Run.suite_id == suite_id)
    return list(db.scalars(query))


def list_runs(db: Db, limit: int = 50) -> list[RunSummary]:
    """Returns the newest runs, newest first.

    Replays in which nothing was corrected are left out, as in `list_runs_of`.
    """
    query = (
        select(Run, Release.name, Suite.name, Suite.n_items)
        .join(Release, Release.id == Run.release_id)
        .join(Suite, Suite.id == Run.suite_id)
        .where(or_(Run.dialogue.is_(None), Suite.n_items > 0))
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
            run.abandoned_at,
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


def record_results(db: Db, results: Sequence[dict[str, Any]]) -> None:
    """Stores results; those that are stored already stay as they are."""
    insert_new(db, Result, results)


def add_cost(db: Db, run_id: int, busy_seconds: float, footprint: Footprint) -> None:
    """Adds the time of a batch to a run, and what its release is known to weigh by now."""
    # In the database and not here: two processes may be at one run.
    peak = footprint.peak_memory_bytes
    changes: dict[str, Any] = {
        "answering_seconds": func.coalesce(Run.answering_seconds, 0.0) + busy_seconds,
    }
    for name in ("n_parameters", "weights_bytes", "device"):
        # An engine may not know before its first answers; what is known stays.
        if (known := getattr(footprint, name)) is not None:
            changes[name] = known
    if peak is not None:
        held = func.coalesce(Run.peak_memory_bytes, 0)
        changes["peak_memory_bytes"] = case((held > peak, held), else_=peak)
    db.execute(update(Run).where(Run.id == run_id).values(changes))


@dataclass(frozen=True, slots=True)
class FailureReason:
    """Why results of a run failed."""

    reason: str
    """As it was recorded."""
    n: int
    """Results that failed for it."""


def list_failure_reasons(db: Db, run_id: int, limit: int = 5) -> list[FailureReason]:
    """Returns the commonest reasons for which results of a run failed, the commonest first."""
    query = (
        select(func.coalesce(Result.error, ""), func.count())
        .where(Result.run_id == run_id, Result.status == ResultStatus.FAILED)
        .group_by(Result.error)
        .order_by(func.count().desc(), Result.error)
        .limit(limit)
    )
    return [FailureReason(*row) for row in db.execute(query)]


def take_back_failed(db: Db, run: Run, items: Sequence[int]) -> None:
    """Takes back those results among ``items`` of a run that failed, with all scores of them, and
    opens the run; where none of them failed it stays as it is.

    What was answered stays. Score sets against corrected references go altogether, since they were
    made of a run that was whole; sums go, since they will be others.
    """
    has_failed = (
        Result.run_id == run.id,
        Result.status == ResultStatus.FAILED,
        Result.item.in_(items),
    )
    failed = select(Result.item).where(*has_failed)
    if db.scalar(failed.limit(1)) is None:
        return
    sets = select(ScoreSet.id).where(ScoreSet.run_id == run.id)
    db.execute(delete(LocaleScore).where(LocaleScore.score_set_id.in_(sets)))
    db.execute(delete(Score).where(Score.score_set_id.in_(sets), Score.item.in_(failed)))
    others = sets.where(ScoreSet.reference_key != AS_FROZEN)
    db.execute(delete(Score).where(Score.score_set_id.in_(others)))
    db.execute(
        delete(ScoreSet).where(ScoreSet.run_id == run.id, ScoreSet.reference_key != AS_FROZEN)
    )
    db.execute(delete(Result).where(*has_failed))
    run.status, run.finished_at = RunStatus.OPEN, None


def delete_run(db: Db, run: Run) -> None:
    """Deletes a run with all that is of it."""
    db.delete(run)
    db.flush()


def close_run(run: Run) -> None:
    """Marks a run as finished; nothing is added to it any more."""
    run.status = RunStatus.FINISHED
    run.finished_at = utc_now()
