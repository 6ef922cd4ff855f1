"""Queries that tell what happened in live sessions, without the traces of their turns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from vernacular.corpus.utterance import Slot
from vernacular.store.database import Db
from vernacular.store.sessions import MAX_ID
from vernacular.store.tables import Correction, LiveSession, Person, Release, Turn
from vernacular.store.tables.sessions import TurnStatus


@dataclass(frozen=True, slots=True)
class TurnFacts:
    """What a turn was, in short."""

    id: int
    task: str | None
    is_spoken: bool
    status: TurnStatus
    text: str
    intent: str | None
    slots: tuple[Slot, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """Who talked with which release, and how much came of it."""

    id: int
    login: str
    release: str
    locale: str
    dialect: str | None
    goal: str | None
    started_at: datetime
    paused_at: datetime | None
    ended_at: datetime | None
    n_turns: int
    n_spoken: int
    n_corrected: int
    """Turns with a correction, which may say that all was right."""


def list_turn_facts(db: Db, session_id: int) -> list[TurnFacts]:
    """Returns what the turns of a session were, in order."""
    query = (
        select(
            Turn.id,
            Turn.task,
            Turn.clip.is_not(None),
            Turn.status,
            Turn.text,
            Turn.intent,
            Turn.slots,
            Turn.created_at,
        )
        .where(Turn.session_id == session_id)
        .order_by(Turn.number)
    )
    return [
        TurnFacts(turn_id, task, bool(is_spoken), status, text, intent, slots or (), created_at)
        for turn_id, task, is_spoken, status, text, intent, slots, created_at in db.execute(query)
    ]


def list_tasks_done(db: Db, session_id: int) -> list[str]:
    """Returns the keys of what was tried in a session, in the order it was first done.

    A task whose only answer was a question is not done: what is said next still belongs to it.
    """
    query = (
        select(Turn.task, Turn.dialogue)
        .where(
            Turn.session_id == session_id,
            Turn.task.is_not(None),
            Turn.status == TurnStatus.ANSWERED,
        )
        .order_by(Turn.number)
    )
    return list(
        dict.fromkeys(
            task
            for task, dialogue in db.execute(query)
            if task is not None and not (dialogue and dialogue["asked_back"])
        )
    )


def find_owner(db: Db, session_id: int) -> int | None:
    """Returns the id of the person whose session it is, for those who may see everybody's."""
    if session_id > MAX_ID:
        return None
    return db.scalar(select(LiveSession.person_id).where(LiveSession.id == session_id))


def list_session_facts(
    db: Db,
    *,
    login: str | None = None,
    release: str | None = None,
    locale: str | None = None,
    limit: int = 50,
) -> list[SessionFacts]:
    """Returns the sessions of everybody, newest first.

    Args:
        db: an open transaction.
        login: only this person's.
        release: only those with this release.
        locale: only those in this locale, by its tag as stored.
        limit: how many at most.
    """
    wanted: Sequence[ColumnElement[bool]] = [
        column == value
        for column, value in (
            (Person.login, login),
            (Release.name, release),
            (LiveSession.locale, locale),
        )
        if value is not None
    ]
    of_session = select(func.count(Turn.id)).where(Turn.session_id == LiveSession.id)
    is_corrected = select(Correction.id).where(Correction.turn_id == Turn.id).exists()
    query = (
        select(
            LiveSession,
            Person.login,
            Release.name,
            of_session.scalar_subquery(),
            of_session.where(Turn.clip.is_not(None)).scalar_subquery(),
            of_session.where(is_corrected).scalar_subquery(),
        )
        .join(Person, Person.id == LiveSession.person_id)
        .join(Release, Release.id == LiveSession.release_id)
        .where(*wanted)
        .order_by(LiveSession.id.desc())
        .limit(limit)
    )
    return [
        SessionFacts(
            id=session.id,
            login=who,
            release=name,
            locale=session.locale,
            dialect=session.dialect,
            goal=session.goal,
            started_at=session.started_at,
            paused_at=session.paused_at,
            ended_at=session.ended_at,
            n_turns=n_turns,
            n_spoken=n_spoken,
            n_corrected=n_corrected,
        )
        for session, who, name, n_turns, n_spoken, n_corrected in db.execute(query)
    ]
