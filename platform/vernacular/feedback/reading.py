"""Reads feedback items back, one or a page at a time."""

from __future__ import annotations

from vernacular.corpus.locales import find_locale
from vernacular.errors import NotFound
from vernacular.people.sign_in import SignedIn
from vernacular.store import feedback as rows
from vernacular.store.database import Db
from vernacular.store.tables.feedback import FeedbackItem
from vernacular.store.tables.people import Role

MAX_ID = 2**31 - 1
"""The largest id a column can hold."""
MAX_PAGE = 500


def find_feedback(db: Db, item_id: int) -> FeedbackItem:
    """Returns one feedback item.

    Raises:
        NotFound: there is none with this id.
    """
    item = rows.find_item(db, item_id) if 0 < item_id <= MAX_ID else None
    if item is None:
        raise NotFound(f"there is no feedback item {item_id}")
    return item


def list_feedback(
    db: Db, locale: str | None = None, after: int | None = None, limit: int = 50
) -> list[FeedbackItem]:
    """Returns up to ``limit`` items in the order they arrived, those after the id ``after``.

    Raises:
        InvalidInput: ``locale`` is no language tag.
    """
    tag = find_locale(locale).tag if locale is not None else None
    return rows.list_items(db, tag, min(after or 0, MAX_ID), min(limit, MAX_PAGE))


def list_newest(
    db: Db,
    reader: SignedIn,
    locale: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[FeedbackItem]:
    """Returns up to ``limit`` items, those that arrived last first, of ids below ``before``.

    A tester reads the feedback of the locales she speaks, engineers and admins that of all.

    Raises:
        InvalidInput: ``locale`` is no language tag.
    """
    locales = None if locale is None else {find_locale(locale).tag}
    if reader.role is Role.TESTER:
        locales = set(reader.locales) if locales is None else locales & set(reader.locales)
    return rows.list_newest_items(db, locales, before, min(limit, MAX_PAGE))
