"""The declarative base and the column types that both databases share."""

from __future__ import annotations

import enum
import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, Enum, MetaData, String, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase

from vernacular.corpus.utterance import Slot

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

ClipHash = String(64)
"""SHA-256 of a clip's bytes as received, in hexadecimal."""

LocaleTag = String(35)
"""BCP 47 allows more, but 35 characters hold every tag that names a locale (RFC 5646, 4.4.1)."""


class Base(DeclarativeBase):
    """The base of all tables; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(naming_convention=NAMING)


def utc_now() -> datetime:
    """Returns the present moment, aware, in UTC."""
    return datetime.now(UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC moment in and out; SQLite keeps no zone, so one is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without a time zone cannot be stored: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """Compact JSON text. Nothing is searched inside it, so it is text on both databases."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


class Slots(TypeDecorator[tuple[Slot, ...]]):
    """A tuple of slots as ``[["time",11,18],...]``."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[Slot, ...] | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if not value:
            return "[]"
        rows = [[slot.label, slot.start, slot.end] for slot in value]
        return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Slot, ...] | None:
        if value is None:
            return None
        if value == "[]":
            return ()
        return tuple(Slot(label, start, end) for label, start, end in json.loads(value))


def stored_enum(kind: type[enum.Enum]) -> Enum:
    """Returns a column type that stores the enum's values (not its names) as checked text."""
    return Enum(
        kind,
        native_enum=False,
        length=24,
        values_callable=lambda members: [member.value for member in members],
        create_constraint=True,
        name=kind.__name__.lower(),
    )
