"""Queries on what native speakers said of replies in live sessions."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import func, select

from vernacular.store.database import Db
from vernacular.store.tables import LiveSession, Turn, TurnJudgment
from vernacular.store.tables.people import PersonLocale


class JudgedTurn(NamedTuple):
    """The newest judgment of one turn, with what is known of who spoke."""

    locale: str
    dialect: str | None
    """As she named it when the session began; so is the accent."""
    accent: str | None
    person_id: int
    is_native: bool
    """Whether the locale is one of those she speaks natively."""
    rating: int | None
    tags: list[str]
    is_appropriate: bool | None
    """None where she did not say, here and in what follows."""
    has_right_formality: bool | None
    would_offend: bool | None
    is_understandable: bool | None


def list_judged_turns(db: Db, release_id: int) -> list[JudgedTurn]:
    """Returns every judged turn of a release by locale; of several judgments the newest one.

    One that takes everything back is among them, with nothing in it.
    """
    newest = select(func.max(TurnJudgment.id)).group_by(TurnJudgment.turn_id)
    query = (
        select(
            LiveSession.locale,
            LiveSession.dialect,
            LiveSession.accent,
            LiveSession.person_id,
            PersonLocale.person_id.is_not(None),
            TurnJudgment.rating,
            TurnJudgment.tags,
            TurnJudgment.is_appropriate,
            TurnJudgment.has_right_formality,
            TurnJudgment.would_offend,
            TurnJudgment.is_understandable,
        )
        .join(Turn, Turn.id == TurnJudgment.turn_id)
        .join(LiveSession, LiveSession.id == Turn.session_id)
        .outerjoin(
            PersonLocale,
            (PersonLocale.person_id == LiveSession.person_id)
            & (PersonLocale.locale == LiveSession.locale),
        )
        .where(LiveSession.release_id == release_id, TurnJudgment.id.in_(newest))
        .order_by(LiveSession.locale, TurnJudgment.id)
    )
    return [JudgedTurn(*row) for row in db.execute(query)]
