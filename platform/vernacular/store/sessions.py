"""Queries on live sessions: turns, corrections and judgments."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import Select, func, select

from vernacular.store.database import Db
from vernacular.store.tables import Correction, LiveSession, Release, Turn, TurnJudgment
from vernacular.store.tables.sessions import TurnStatus

MAX_ID = 2**31 - 1
"""The largest id a column can hold; PostgreSQL fails on a larger one instead of finding nothing."""

Kept = TypeVar("Kept", Correction, TurnJudgment)

SessionRow = tuple[LiveSession, str, int]
"""A session, the name of its release, and its number of turns."""


def insert_session(db: Db, session: LiveSession) -> LiveSession:
    """Writes a new session."""
    db.add(session)
    db.flush()
    return session


def find_session(db: Db, session_id: int, person_id: int) -> SessionRow | None:
    """Returns a session of this person."""
    if session_id > MAX_ID:
        return None
    row = db.execute(_sessions_of(person_id).where(LiveSession.id == session_id)).one_or_none()
    return (row[0], row[1], row[2]) if row else None


def list_sessions(db: Db, person_id: int, limit: int) -> list[SessionRow]:
    """Returns a person's sessions, newest first."""
    query = _sessions_of(person_id).order_by(LiveSession.id.desc()).limit(limit)
    return [(session, release, n_turns) for session, release, n_turns in db.execute(query)]


def _sessions_of(person_id: int) -> Select[LiveSession, str, int]:
    n_turns = (
        select(func.count())
        .select_from(Turn)
        .where(Turn.session_id == LiveSession.id)
        .scalar_subquery()
    )
    return (
        select(LiveSession, Release.name, n_turns)
        .join(Release, Release.id == LiveSession.release_id)
        .where(LiveSession.person_id == person_id)
    )


def lock_session(db: Db, session_id: int) -> LiveSession | None:
    """Returns a session that no other transaction writes turns to until this one ends.

    PostgreSQL locks its row; SQLite has locked the whole database for whoever writes.
    """
    query = select(LiveSession).where(LiveSession.id == session_id).with_for_update()
    return db.scalar(query.execution_options(populate_existing=True))


def find_turn_by_key(db: Db, session_id: int, client_key: str) -> Turn | None:
    """Returns the turn that was asked under ``client_key``."""
    query = select(Turn).where(Turn.session_id == session_id, Turn.client_key == client_key)
    return db.scalar(query.execution_options(populate_existing=True))


def insert_turn(
    db: Db, session_id: int, client_key: str, text: str, clip: str | None, task: str | None
) -> Turn:
    """Writes the next turn of a session that is locked (`lock_session`)."""
    newest = db.scalar(select(func.max(Turn.number)).where(Turn.session_id == session_id))
    turn = Turn(
        session_id=session_id,
        number=(newest or 0) + 1,
        client_key=client_key,
        text=text,
        clip=clip,
        task=task,
    )
    db.add(turn)
    db.flush()
    return turn


def find_turn(db: Db, session_id: int, turn_id: int) -> Turn | None:
    """Returns a turn of this session."""
    if turn_id > MAX_ID:
        return None
    query = select(Turn).where(Turn.id == turn_id, Turn.session_id == session_id)
    return db.scalar(query.execution_options(populate_existing=True))


def lock_turn(db: Db, turn_id: int) -> Turn | None:
    """Returns a turn that no other transaction changes until this one ends."""
    query = select(Turn).where(Turn.id == turn_id).with_for_update()
    return db.scalar(query.execution_options(populate_existing=True))


def lock_turn_of(db: Db, turn_id: int, person_id: int) -> tuple[Turn, LiveSession] | None:
    """Returns a turn of one of this person's sessions, locked like `lock_turn`."""
    if turn_id > MAX_ID:
        return None
    query = (
        select(Turn, LiveSession)
        .join(LiveSession, LiveSession.id == Turn.session_id)
        .where(Turn.id == turn_id, LiveSession.person_id == person_id)
        .with_for_update(of=Turn)
    )
    row = db.execute(query.execution_options(populate_existing=True)).one_or_none()
    return (row[0], row[1]) if row else None


def find_dialogue_before(db: Db, session_id: int, number: int) -> dict[str, Any] | None:
    """Returns what the last answered turn before turn ``number`` wants brought along."""
    query = (
        select(Turn.dialogue)
        .where(
            Turn.session_id == session_id,
            Turn.number < number,
            Turn.status == TurnStatus.ANSWERED,
        )
        .order_by(Turn.number.desc())
        .limit(1)
    )
    return db.scalar(query)


def list_turns(db: Db, session_id: int, last: int | None) -> list[Turn]:
    """Returns the turns of a session in order, or only the ``last`` ones."""
    query = select(Turn).where(Turn.session_id == session_id).order_by(Turn.number.desc())
    return list(db.scalars(query.limit(last)))[::-1]


def insert_correction(db: Db, correction: Correction) -> None:
    """Writes a new correction."""
    db.add(correction)
    db.flush()


def insert_judgment(db: Db, judgment: TurnJudgment) -> None:
    """Writes a new judgment."""
    db.add(judgment)
    db.flush()


def newest_corrections(db: Db, session_id: int, since_number: int = 1) -> dict[int, Correction]:
    """Returns the newest correction of each corrected turn, by turn id."""
    return _newest(db, Correction, session_id, since_number)


def newest_judgments(db: Db, session_id: int, since_number: int = 1) -> dict[int, TurnJudgment]:
    """Returns the newest judgment of each judged turn, by turn id."""
    return _newest(db, TurnJudgment, session_id, since_number)


def _newest(db: Db, table: type[Kept], session_id: int, since_number: int) -> dict[int, Kept]:
    query = (
        select(table)
        .join(Turn, Turn.id == table.turn_id)
        .where(Turn.session_id == session_id, Turn.number >= since_number)
        .order_by(table.id)
    )
    # Later rows replace earlier ones of the same turn.
    return {row.turn_id: row for row in db.scalars(query)}
