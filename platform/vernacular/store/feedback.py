"""Queries on feedback items."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from vernacular.store.database import Db
from vernacular.store.tables.feedback import FeedbackItem


def insert_if_new(db: Db, values: dict[str, Any]) -> tuple[FeedbackItem, bool]:
    """Returns the item stored under ``(source, event_id)``, and whether this call wrote it.

    The database decides who was first, so two calls at the same moment give one item: the second
    waits for the first to commit, then reads what it wrote.
    """
    is_postgresql = db.get_bind().dialect.name == "postgresql"
    if is_postgresql:
        # Ids are given out before commits: without this a reader that pages by id could pass over
        # an item whose transaction commits after that of a higher id.
        db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("feedback_items", 0))))
    insert = postgresql.insert if is_postgresql else sqlite.insert
    written = db.scalar(
        insert(FeedbackItem)
        .values(**values)
        .on_conflict_do_nothing(index_elements=["source", "event_id"])
        .returning(FeedbackItem.id)
    )
    stored = db.scalars(
        select(FeedbackItem).where(
            FeedbackItem.source == values["source"], FeedbackItem.event_id == values["event_id"]
        )
    ).one()
    return stored, written is not None


def find_item(db: Db, item_id: int) -> FeedbackItem | None:
    """Returns the item with this id."""
    return db.get(FeedbackItem, item_id)


def list_items(db: Db, locale: str | None, after: int, limit: int) -> list[FeedbackItem]:
    """Returns up to ``limit`` items with ids above ``after``, oldest first."""
    query = select(FeedbackItem).where(FeedbackItem.id > after)
    if locale is not None:
        query = query.where(FeedbackItem.locale == locale)
    return list(db.scalars(query.order_by(FeedbackItem.id).limit(limit)))


def list_newest_items(
    db: Db, locales: Collection[str] | None, before: int | None, limit: int
) -> list[FeedbackItem]:
    """Returns up to ``limit`` items of these locales or of all, newest first.

    Only those with ids below ``before``, where one is given.
    """
    query = select(FeedbackItem)
    if before is not None:
        query = query.where(FeedbackItem.id < before)
    if locales is not None:
        query = query.where(FeedbackItem.locale.in_(sorted(locales)))
    return list(db.scalars(query.order_by(FeedbackItem.id.desc()).limit(limit)))
