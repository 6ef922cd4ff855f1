"""Queries on the turns of all sessions, for suites and replays that are made of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from vernacular.store.database import Db
from vernacular.store.tables import Correction, LiveSession, Release, Turn
from vernacular.store.tables.sessions import TurnStatus


@dataclass(frozen=True, slots=True)
class LiveTurn:
    """What somebody said in a session, and what became of it there."""

    id: int
    session_id: int
    number: int
    person_id: int
    locale: str
    text: str
    """As typed; of a spoken turn as it was heard."""
    clip: str | None
    """Content hash of what was spoken; None where it was typed."""
    is_answered: bool
    dialogue: dict[str, Any] | None
    """What its answer established for the next turn."""
    is_corrected: bool


def list_live_turns(
    db: Db,
    *,
    locales: Collection[str] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    release: str | None = None,
    session_id: int | None = None,
) -> list[LiveTurn]:
    """Returns the turns of all sessions that fit, ordered by locale, session and number.

    Args:
        db: an open transaction.
        locales: only these.
        since: only sessions that began then or later.
        until: only sessions that began before then.
        release: only sessions with this one.
        session_id: only this one.
    """
    is_corrected = select(Correction.id).where(Correction.turn_id == Turn.id).exists()
    query = (
        select(
            Turn.id,
            Turn.session_id,
            Turn.number,
            LiveSession.person_id,
            LiveSession.locale,
            Turn.text,
            Turn.clip,
            Turn.status,
            Turn.dialogue,
            is_corrected,
        )
        .join(LiveSession, LiveSession.id == Turn.session_id)
        .order_by(LiveSession.locale, Turn.session_id, Turn.number)
    )
    if locales is not None:
        query = query.where(LiveSession.locale.in_(list(locales)))
    if since is not None:
        query = query.where(LiveSession.started_at >= since)
    if until is not None:
        query = query.where(LiveSession.started_at < until)
    if release is not None:
        query = query.join(Release, Release.id == LiveSession.release_id).where(
            Release.name == release
        )
    if session_id is not None:
        query = query.where(Turn.session_id == session_id)
    return [
        LiveTurn(
            id,
            session,
            number,
            person_id,
            locale,
            text,
            clip,
            status is TurnStatus.ANSWERED,
            dialogue,
            corrected,
        )
        for id, session, number, person_id, locale, text, clip, status, dialogue, corrected in (
            db.execute(query)
        )
    ]
