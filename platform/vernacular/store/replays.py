"""Queries on replays: runs whose items are turns that people held live with another release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased, defer

from vernacular.store.database import Db
from vernacular.store.inserting import insert_new
from vernacular.store.sessions import MAX_ID
from vernacular.store.tables import (
    Correction,
    LiveSession,
    Release,
    ReplayedTurn,
    Run,
    Suite,
    Turn,
)
from vernacular.store.tables.runs import RunStatus


def lock_replays(db: Db, release_id: int) -> None:
    """Keeps others from beginning a replay on this release until the transaction ends.

    On SQLite every writing transaction keeps all others out already.
    """
    if db.get_bind().dialect.name == "postgresql":
        name = f"replays\n{release_id}"
        db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def list_open_replays(db: Db, release_id: int, dialogue: str) -> list[tuple[str, datetime]]:
    """Returns the suite's name of each run of a replay on a release that is not finished, and when
    it began; the newest first.

    ``dialogue`` is how the turns are replayed, as the run keeps it.
    """
    query = (
        select(Suite.name, Run.started_at)
        .join(Run, Run.suite_id == Suite.id)
        .where(Run.release_id == release_id, Run.dialogue == dialogue, Run.status == RunStatus.OPEN)
        .order_by(Run.id.desc())
    )
    return [(name, started_at) for name, started_at in db.execute(query)]


def was_asked_before(db: Db, turn_id: int, moment: datetime) -> bool:
    """Returns whether a turn is older than a moment."""
    query = select(Turn.id).where(Turn.id == turn_id, Turn.created_at < moment)
    return db.scalar(query) is not None


def find_newest_replay(db: Db, release_id: int, suite_id: int) -> Run | None:
    """Returns the newest replay of a release over a suite, finished or not."""
    query = select(Run).where(
        Run.release_id == release_id, Run.suite_id == suite_id, Run.dialogue.is_not(None)
    )
    return db.scalar(query.order_by(Run.id.desc()).limit(1))


def find_replayed_as(db: Db, suite_id: int) -> str | None:
    """Returns how the turns of a suite were replayed; None where they never were."""
    query = select(Run.dialogue).where(Run.suite_id == suite_id, Run.dialogue.is_not(None))
    return db.scalar(query.limit(1))


def record_replayed(db: Db, turns: Sequence[dict[str, Any]]) -> None:
    """Stores what replays made of turns; those that are stored already stay as they are."""
    insert_new(db, ReplayedTurn, turns)


def list_replayed_ids(db: Db, run_id: int) -> set[int]:
    """Returns the ids of the turns that a replay has come to."""
    return set(db.scalars(select(ReplayedTurn.turn_id).where(ReplayedTurn.run_id == run_id)))


def count_failed(db: Db, run_ids: Sequence[int]) -> int:
    """Returns how many turns of some replays have no answer."""
    query = select(func.count()).where(
        ReplayedTurn.run_id.in_(run_ids), ReplayedTurn.error.is_not(None)
    )
    return db.scalar(query) or 0


@dataclass(frozen=True, slots=True)
class StoredReplay:
    """One turn as it was live, and what one replay made of it."""

    run: Run
    release: str
    """That was replayed on."""
    now: ReplayedTurn
    turn: Turn
    locale: str
    live_release: str
    """That the person talked with."""


def list_replayed(db: Db, run_id: int) -> list[StoredReplay]:
    """Returns every turn of a replay, ordered by session and number."""
    return _list(db, ReplayedTurn.run_id == run_id, Turn.session_id, Turn.number)


def list_replays_of(db: Db, turn_id: int) -> list[StoredReplay]:
    """Returns what every replay made of one turn, the newest first."""
    if turn_id > MAX_ID:
        return []
    return _list(db, ReplayedTurn.turn_id == turn_id, ReplayedTurn.run_id.desc())


def _list(db: Db, condition: ColumnElement[bool], *order: Any) -> list[StoredReplay]:
    live_release = aliased(Release)
    query = (
        select(Run, Release.name, ReplayedTurn, Turn, LiveSession.locale, live_release.name)
        # What each stage did live is far larger than the rest, and only what it does now is shown.
        .options(defer(Turn.trace), defer(Turn.dialogue))
        .join(Release, Release.id == Run.release_id)
        .join(ReplayedTurn, ReplayedTurn.run_id == Run.id)
        .join(Turn, Turn.id == ReplayedTurn.turn_id)
        .join(LiveSession, LiveSession.id == Turn.session_id)
        .join(live_release, live_release.id == LiveSession.release_id)
        .where(condition)
        .order_by(*order)
    )
    return [StoredReplay(*row) for row in db.execute(query)]


def find_newest_correction(db: Db, turn_id: int) -> Correction | None:
    """Returns what a turn should have been heard and understood as."""
    query = select(Correction).where(Correction.turn_id == turn_id)
    return db.scalar(query.order_by(Correction.id.desc()).limit(1))
