"""Which sessions a command is about: in which locales, from when to when, with which release."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer

LocalesOption = Annotated[
    list[str] | None, typer.Option("--locale", help="Only this locale; may be repeated.")
]
SinceOption = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="Only sessions that began on this day or later, UTC."),
]
UntilOption = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="Only sessions that began before this day, UTC."),
]


def in_utc(day: datetime | None) -> datetime | None:
    """Returns the moment at which a day begins that was given without a time zone."""
    return None if day is None else day.replace(tzinfo=UTC)


def known_locales(given: Sequence[str] | None) -> list[str] | None:
    """Returns locales as they are stored; None where none was given.

    Raises:
        InvalidInput: one is no language tag.
    """
    from vernacular.corpus.locales import find_locale  # noqa: PLC0415  (slow to import)

    return [find_locale(tag).tag for tag in given] if given else None
