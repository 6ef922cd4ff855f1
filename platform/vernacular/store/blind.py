"""Queries on blind comparisons: their sessions, turns and votes."""

from __future__ import annotations

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from vernacular.comparison.preferences import Vote
from vernacular.store.database import Db
from vernacular.store.sessions import MAX_ID
from vernacular.store.tables import BlindSession, BlindTurn, Preference, Release
from vernacular.store.tables.blind import Choice
from vernacular.store.tables.sessions import TurnStatus

_Rival = aliased(Release)

BlindSessionRow = tuple[BlindSession, Release, Release, int]
"""A session, its release, that one's rival, and its number of turns."""


def insert_session(db: Db, session: BlindSession) -> None:
    """Writes a new session."""
    db.add(session)
    db.flush()


def find_session(db: Db, session_id: int, person_id: int) -> BlindSessionRow | None:
    """Returns a session of this person."""
    if session_id > MAX_ID:
        return None
    query = _sessions_of(person_id).where(BlindSession.id == session_id)
    row = db.execute(query).one_or_none()
    return (row[0], row[1], row[2], row[3]) if row else None


def list_sessions(db: Db, person_id: int, limit: int) -> list[BlindSessionRow]:
    """Returns a person's sessions, newest first."""
    query = _sessions_of(person_id).order_by(BlindSession.id.desc()).limit(limit)
    return [(row[0], row[1], row[2], row[3]) for row in db.execute(query)]


def _sessions_of(person_id: int) -> Select[BlindSession, Release, Release, int]:
    n_turns = (
        select(func.count())
        .select_from(BlindTurn)
        .where(BlindTurn.session_id == BlindSession.id)
        .scalar_subquery()
    )
    return (
        select(BlindSession, Release, _Rival, n_turns)
        .join(Release, Release.id == BlindSession.release_id)
        .join(_Rival, _Rival.id == BlindSession.rival_id)
        .where(BlindSession.person_id == person_id)
    )


def lock_session(db: Db, session_id: int) -> BlindSession | None:
    """Returns a session that no other transaction writes turns to until this one ends.

    PostgreSQL locks its row; SQLite has locked the whole database for whoever writes.
    """
    query = select(BlindSession).where(BlindSession.id == session_id).with_for_update()
    return db.scalar(query.execution_options(populate_existing=True))


def find_turn_by_key(db: Db, session_id: int, client_key: str) -> BlindTurn | None:
    """Returns the turn that was asked under ``client_key``."""
    query = select(BlindTurn).where(
        BlindTurn.session_id == session_id, BlindTurn.client_key == client_key
    )
    return db.scalar(query.execution_options(populate_existing=True))


def insert_turn(db: Db, turn: BlindTurn) -> None:
    """Writes a turn as the next one of its session, which is locked (`lock_session`)."""
    newest = db.scalar(
        select(func.max(BlindTurn.number)).where(BlindTurn.session_id == turn.session_id)
    )
    turn.number = (newest or 0) + 1
    db.add(turn)
    db.flush()


def lock_turn_of(db: Db, turn_id: int, person_id: int) -> tuple[BlindTurn, BlindSession] | None:
    """Returns a turn of one of this person's sessions; nobody changes it until this one ends."""
    if turn_id > MAX_ID:
        return None
    query = (
        select(BlindTurn, BlindSession)
        .join(BlindSession, BlindSession.id == BlindTurn.session_id)
        .where(BlindTurn.id == turn_id, BlindSession.person_id == person_id)
        .with_for_update(of=BlindTurn)
    )
    row = db.execute(query.execution_options(populate_existing=True)).one_or_none()
    return (row[0], row[1]) if row else None


def find_answered_before(db: Db, session_id: int, number: int) -> BlindTurn | None:
    """Returns the last turn before turn ``number`` that both releases answered."""
    query = (
        select(BlindTurn)
        .where(
            BlindTurn.session_id == session_id,
            BlindTurn.number < number,
            BlindTurn.status == TurnStatus.ANSWERED,
        )
        .order_by(BlindTurn.number.desc())
        .limit(1)
    )
    return db.scalar(query)


def list_turns(db: Db, session_id: int, last: int | None) -> list[BlindTurn]:
    """Returns the turns of a session in order, or only the ``last`` ones."""
    query = select(BlindTurn).where(BlindTurn.session_id == session_id)
    return list(db.scalars(query.order_by(BlindTurn.number.desc()).limit(last)))[::-1]


def insert_preference(db: Db, preference: Preference) -> None:
    """Writes a vote."""
    db.add(preference)
    db.flush()


def list_choices(db: Db, session_id: int, since_number: int = 1) -> dict[int, Choice]:
    """Returns what was voted on the turns of a session, by turn id."""
    query = (
        select(Preference.turn_id, Preference.choice)
        .join(BlindTurn, BlindTurn.id == Preference.turn_id)
        .where(BlindTurn.session_id == session_id, BlindTurn.number >= since_number)
    )
    return {turn_id: choice for turn_id, choice in db.execute(query)}  # noqa: C416 - rows are wider


def list_votes(db: Db, locale: str | None = None) -> list[Vote]:
    """Returns all votes that count, oldest first; those on answers that gave a name away do not."""
    query = (
        select(
            BlindSession.locale,
            Preference.person_id,
            Release.name,
            _Rival.name,
            BlindTurn.rival_is_a,
            Preference.choice,
        )
        .join(BlindTurn, BlindTurn.id == Preference.turn_id)
        .join(BlindSession, BlindSession.id == BlindTurn.session_id)
        .join(Release, Release.id == BlindSession.release_id)
        .join(_Rival, _Rival.id == BlindSession.rival_id)
        .where(BlindTurn.betrayed.is_(None))
        .order_by(Preference.turn_id)
    )
    if locale is not None:
        query = query.where(BlindSession.locale == locale)
    return [
        Vote(tag, person_id, release, rival, _outcome(choice, rival_is_a))
        for tag, person_id, release, rival, rival_is_a, choice in db.execute(query)
    ]


def _outcome(choice: Choice, rival_is_a: bool) -> float | None:
    """Returns what the session's release scored: 1 won, 0.5 tied, 0 lost, None both were bad."""
    if choice is Choice.BOTH_BAD:
        return None
    if choice is Choice.TIE:
        return 0.5
    return float((choice is Choice.B) is rival_is_a)


def count_betrayed_votes(db: Db, locale: str | None = None) -> dict[str, int]:
    """Returns by locale how many votes do not count because an answer gave its name away."""
    query = (
        select(BlindSession.locale, func.count())
        .select_from(Preference)
        .join(BlindTurn, BlindTurn.id == Preference.turn_id)
        .join(BlindSession, BlindSession.id == BlindTurn.session_id)
        .where(BlindTurn.betrayed.is_not(None))
        .group_by(BlindSession.locale)
        .order_by(BlindSession.locale)
    )
    if locale is not None:
        query = query.where(BlindSession.locale == locale)
    return {tag: n_votes for tag, n_votes in db.execute(query)}  # noqa: C416 - rows are wider
