"""Queries on the live turn an utterance comes from: who said what of it, and what replays made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from vernacular.store.database import Db
from vernacular.store.references import LIVE, external_id_of
from vernacular.store.replays import StoredReplay, list_replays_of
from vernacular.store.sessions import MAX_ID
from vernacular.store.tables import (
    Correction,
    LiveSession,
    Person,
    Release,
    Turn,
    TurnJudgment,
)


@dataclass(frozen=True, slots=True)
class TurnHistory:
    """A turn as it was held, and all that was stored of it since."""

    turn: Turn
    session: LiveSession
    release: str
    """The name of the release it was held with."""
    tester: str
    """The name of the person who held it."""
    corrections: Sequence[tuple[Correction, str]]
    """With their authors' names, oldest first; the last one counts."""
    judgments: Sequence[TurnJudgment]
    """Oldest first; the last one counts."""
    replays: Sequence[StoredReplay]
    """Newest run first."""


def find_turn_history(db: Db, source: str, external_id: str) -> TurnHistory | None:
    """Returns the turn that an utterance comes from.

    None where it comes from somewhere else, or where whoever held the session has been erased.

    Args:
        db: an open transaction.
        source: the utterance's.
        external_id: its name there.
    """
    turn_id = _turn_id(external_id) if source == LIVE else None
    if turn_id is None:
        return None
    query = (
        select(Turn, LiveSession, Release.name, Person.display_name)
        .join(LiveSession, LiveSession.id == Turn.session_id)
        .join(Release, Release.id == LiveSession.release_id)
        .join(Person, Person.id == LiveSession.person_id)
        .where(Turn.id == turn_id)
    )
    row = db.execute(query).one_or_none()
    if row is None:
        return None
    turn, session, release, tester = row
    return TurnHistory(
        turn,
        session,
        release,
        tester,
        _list_corrections(db, turn_id),
        _list_judgments(db, turn_id),
        list_replays_of(db, turn_id),
    )


def _turn_id(external_id: str) -> int | None:
    number = external_id.rpartition("-")[2]
    # Whatever else stands there is no name that a turn was given.
    if not (number.isascii() and number.isdigit() and len(number) <= len(str(MAX_ID))):
        return None
    turn_id = int(number)
    return turn_id if turn_id <= MAX_ID and external_id == external_id_of(turn_id) else None


def _list_corrections(db: Db, turn_id: int) -> list[tuple[Correction, str]]:
    query = (
        select(Correction, Person.display_name)
        .join(Person, Person.id == Correction.person_id)
        .where(Correction.turn_id == turn_id)
        .order_by(Correction.id)
    )
    return [(correction, author) for correction, author in db.execute(query)]


def _list_judgments(db: Db, turn_id: int) -> list[TurnJudgment]:
    query = select(TurnJudgment).where(TurnJudgment.turn_id == turn_id).order_by(TurnJudgment.id)
    return list(db.scalars(query))
