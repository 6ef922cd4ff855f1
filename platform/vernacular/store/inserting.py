"""Bulk and repeatable inserts, the same on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Insert, insert
from sqlalchemy.dialects import postgresql, sqlite

from vernacular.store.database import Db
from vernacular.store.tables.base import Base


def insert_rows(db: Db, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Inserts all ``rows``; a clash with what is stored is an error."""
    if rows:
        db.connection().execute(insert(table), rows)


def insert_new(db: Db, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Inserts those of ``rows`` whose key is not stored yet; the others are left as they are."""
    if rows:
        db.connection().execute(insert_ignoring(db, table), rows)


def insert_ignoring(db: Db, table: type[Base]) -> Insert:
    """Returns an insert that leaves a row alone whose key is stored already."""
    if db.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()
