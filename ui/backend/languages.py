"""The texts of the UI in the language of who reads them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_datetime, format_timedelta
from babel.lists import format_list
from babel.units import format_unit

from vernacular import i18n

EXACT_BELOW_SECONDS = 20
"""Below it, tenths of a second are said."""


def list_languages() -> list[tuple[str, str]]:
    """Returns the languages that texts exist in, each with its own name."""
    return [(tag, i18n.own_name(tag)) for tag in i18n.list_languages()]


def closest_language(*wanted: str) -> str:
    """Returns the language that texts exist in and that fits best; English where none does."""
    return i18n.choose_language(wanted)


def translate(language: str, message: str) -> str:
    """Returns a message in a language."""
    return i18n.gettext(language, message)


def translate_count(language: str, singular: str, plural: str, number: int) -> str:
    """Returns the form of a message that fits a number."""
    return i18n.ngettext(language, singular, plural, number)


def text_direction(language: str) -> str:
    """Returns ``rtl`` or ``ltr``."""
    return i18n.direction(language)


def local_time(moment: datetime, zone: str | None, language: str) -> str:
    """Returns a stored moment as the person reads it, in her own time zone."""
    try:
        moment = moment.astimezone(ZoneInfo(zone or "UTC"))
    except (ZoneInfoNotFoundError, ValueError):
        zone = None
    tag = closest_language(language).replace("-", "_")
    written: str = format_datetime(moment, "short", locale=tag)
    return written if zone else f"{written} UTC"


def enumeration(words: Sequence[str], language: str) -> str:
    """Returns words as a language lists them, the last one behind its "and"; of none nothing."""
    listed: str = format_list(words, locale=closest_language(language).replace("-", "_"))
    return listed


def duration(seconds: float, language: str) -> str:
    """Returns how long something lasts, in the largest unit of which it has at least three."""
    tag = closest_language(language).replace("-", "_")
    if seconds < EXACT_BELOW_SECONDS:
        exact: str = format_unit(round(seconds, 1), "second", "long", locale=tag)
        return exact
    written: str = format_timedelta(timedelta(seconds=seconds), threshold=3, locale=tag)
    return written
