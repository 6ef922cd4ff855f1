"""Queries on golden wins: utterances that every release from now on must understand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, func, select

from vernacular.errors import NotFound
from vernacular.store.database import Db
from vernacular.store.inserting import insert_new
from vernacular.store.judged_items import ITEMS_PER_QUERY, RIGHT
from vernacular.store.tables import GoldenWin, Score, SuiteItem, Utterance, UtteranceRevision
from vernacular.store.tables.base import utc_now


@dataclass(frozen=True, slots=True)
class Golden:
    """One golden win, with what its newest revision expects."""

    utterance: int
    """Its number, by which it is removed."""
    locale: str
    text: str
    intent: str
    note: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class GoldenItem:
    """A golden win in a suite, and how a run did on it."""

    utterance: int
    locale: str
    item: int
    is_right: bool | None
    """None where the run has no score of it."""


def find_utterances(db: Db, suite_id: int, items: Collection[int]) -> dict[int, int]:
    """Returns the utterance of each of a suite's items, by number; unknown items are left out."""
    wanted = sorted(items)
    found: dict[int, int] = {}
    for at in range(0, len(wanted), ITEMS_PER_QUERY):
        query = (
            select(SuiteItem.number, UtteranceRevision.utterance_id)
            .join(UtteranceRevision, UtteranceRevision.id == SuiteItem.revision_id)
            .where(SuiteItem.suite_id == suite_id)
            .where(SuiteItem.number.in_(wanted[at : at + ITEMS_PER_QUERY]))
        )
        found |= dict(db.execute(query).all())
    return found


def add_golden_wins(db: Db, utterances: Sequence[int], note: str = "") -> int:
    """Pins utterances and returns how many were not pinned before; the others keep their note."""
    before = count_golden_wins(db)
    now = utc_now()
    insert_new(
        db,
        GoldenWin,
        [{"utterance_id": one, "note": note, "added_at": now} for one in dict.fromkeys(utterances)],
    )
    return count_golden_wins(db) - before


def count_golden_wins(db: Db) -> int:
    """Returns how many utterances are pinned."""
    return db.scalar(select(func.count()).select_from(GoldenWin)) or 0


def remove_golden_wins(db: Db, utterances: Collection[int]) -> None:
    """Takes the pins of utterances away.

    Raises:
        NotFound: one of them is not pinned; then all stay.
    """
    query = select(GoldenWin.utterance_id).where(GoldenWin.utterance_id.in_(utterances))
    unknown = sorted({*utterances} - {*db.scalars(query)})
    if unknown:
        names = ", ".join(map(str, unknown))
        raise NotFound(f"no golden win has the number {names}; 'vernacular golden list' shows them")
    db.execute(delete(GoldenWin).where(GoldenWin.utterance_id.in_(utterances)))


def list_golden_wins(db: Db, locale: str | None = None) -> list[Golden]:
    """Returns the golden wins by locale, then in the order in which they were stored."""
    newest = (
        select(func.max(UtteranceRevision.number))
        .where(UtteranceRevision.utterance_id == GoldenWin.utterance_id)
        .correlate(GoldenWin)
        .scalar_subquery()
    )
    query = (
        select(
            GoldenWin.utterance_id,
            Utterance.locale,
            UtteranceRevision.text,
            UtteranceRevision.intent,
            GoldenWin.note,
            GoldenWin.added_at,
        )
        .join(Utterance, Utterance.id == GoldenWin.utterance_id)
        .join(UtteranceRevision, UtteranceRevision.utterance_id == GoldenWin.utterance_id)
        .where(UtteranceRevision.number == newest)
        .order_by(Utterance.locale, GoldenWin.utterance_id)
    )
    if locale is not None:
        query = query.where(Utterance.locale == locale)
    return [Golden(*row) for row in db.execute(query)]


def list_golden_items(db: Db, suite_id: int, score_set_id: int, metric: str) -> list[GoldenItem]:
    """Returns how a run did on the golden wins that its suite holds, by item.

    Args:
        db: the store.
        suite_id: the run's suite.
        score_set_id: the run's scores.
        metric: what "right" means, see ``RIGHT``.
    """
    is_right = RIGHT[metric](Score)
    query = (
        select(GoldenWin.utterance_id, SuiteItem.locale, SuiteItem.number, is_right)
        .join(UtteranceRevision, UtteranceRevision.utterance_id == GoldenWin.utterance_id)
        .join(SuiteItem, SuiteItem.revision_id == UtteranceRevision.id)
        .outerjoin(Score, (Score.score_set_id == score_set_id) & (Score.item == SuiteItem.number))
        .where(SuiteItem.suite_id == suite_id)
        .order_by(SuiteItem.number)
    )
    return [
        GoldenItem(utterance, locale, item, None if right is None else bool(right))
        for utterance, locale, item, right in db.execute(query)
    ]


def list_golden_outside(db: Db, suite_id: int, locales: Collection[str]) -> list[tuple[int, str]]:
    """Returns (utterance, locale) of the golden wins of some locales that a suite does not hold."""
    held = exists().where(
        UtteranceRevision.utterance_id == GoldenWin.utterance_id,
        SuiteItem.revision_id == UtteranceRevision.id,
        SuiteItem.suite_id == suite_id,
    )
    query = (
        select(GoldenWin.utterance_id, Utterance.locale)
        .join(Utterance, Utterance.id == GoldenWin.utterance_id)
        .where(~held)
        .order_by(Utterance.locale, GoldenWin.utterance_id)
    )
    return [(one, locale) for one, locale in db.execute(query) if locale in locales]
