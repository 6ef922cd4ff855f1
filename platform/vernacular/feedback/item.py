"""What a production system may say about one of its turns, and the bounds on it."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime

from vernacular.corpus.locales import find_locale
from vernacular.errors import InvalidInput

Scalar = str | int | float | bool | None

MAX_SOURCE_LENGTH = 120
MAX_EVENT_ID_LENGTH = 200
MAX_LOCALE_LENGTH = 35
MAX_TEXT_LENGTH = 10_000
MAX_RELEASE_LENGTH = 120
MAX_INTENT_LENGTH = 80
MAX_ATTRIBUTES = 50
MAX_ATTRIBUTE_NAME_LENGTH = 80
MAX_ATTRIBUTE_VALUE_LENGTH = 1_000
MIN_RATING, MAX_RATING = 1, 5

_MAX_LENGTHS = {
    "source": MAX_SOURCE_LENGTH,
    "event_id": MAX_EVENT_ID_LENGTH,
    "text": MAX_TEXT_LENGTH,
    "release": MAX_RELEASE_LENGTH,
    "intent": MAX_INTENT_LENGTH,
    "expected_intent": MAX_INTENT_LENGTH,
    "reply": MAX_TEXT_LENGTH,
    "comment": MAX_TEXT_LENGTH,
}


@dataclass(frozen=True, slots=True)
class NewFeedback:
    """One event of one source, as its sender tells it."""

    source: str
    """The sending system, ``support-app``; with ``event_id`` it names the event for ever."""
    event_id: str
    locale: str
    text: str
    """What the user said or typed, kept exactly as received."""
    release: str | None = None
    intent: str | None = None
    """What the assistant understood."""
    expected_intent: str | None = None
    """What the user meant, where that is known."""
    reply: str | None = None
    rating: int | None = None
    """1 (bad) to 5 (good)."""
    comment: str | None = None
    attributes: Mapping[str, Scalar] = field(default_factory=dict)
    """Whatever else the sender wants to keep with it; flat."""
    occurred_at: datetime | None = None
    """When it happened, aware."""


def check_item(item: NewFeedback) -> NewFeedback:
    """Returns the item with its locale in the usual casing, everything else untouched.

    Raises:
        InvalidInput: a value does not fit; its ``field`` names it.
    """
    for name in ("source", "event_id", "text"):
        if not getattr(item, name).strip():
            raise InvalidInput("must not be empty", field=name)
    for name, limit in _MAX_LENGTHS.items():
        _check_text(getattr(item, name), name, limit)
    if item.rating is not None and not MIN_RATING <= item.rating <= MAX_RATING:
        raise InvalidInput(
            f"is {MIN_RATING} (bad) to {MAX_RATING} (good), got {item.rating}", field="rating"
        )
    if item.occurred_at is not None:
        _check_moment(item.occurred_at)
    _check_attributes(item.attributes)
    return replace(item, locale=_check_locale(item.locale))


def hash_payload(item: NewFeedback) -> bytes:
    """Returns a SHA-256 that is equal for equal items, whatever the order of their attributes."""
    content = asdict(item)
    if item.occurred_at is not None:
        content["occurred_at"] = item.occurred_at.astimezone(UTC).isoformat()
    canonical = json.dumps(content, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).digest()


def _check_moment(moment: datetime) -> None:
    if moment.tzinfo is None:
        raise InvalidInput("needs an offset, as in 2026-11-23T10:00:00Z", field="occurred_at")
    try:
        moment.astimezone(UTC)
    except OverflowError:
        raise InvalidInput(
            f"{moment.isoformat()} lies outside the years 1 to 9999 in UTC", field="occurred_at"
        ) from None


def _check_text(value: str | None, name: str, limit: int) -> None:
    if value is None:
        return
    if len(value) > limit:
        raise InvalidInput(f"has up to {limit} characters, got {len(value)}", field=name)
    # Databases refuse both; a JSON escape can carry either.
    if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise InvalidInput("must not contain NUL or half a surrogate pair", field=name)


def _check_attributes(attributes: Mapping[str, Scalar]) -> None:
    if len(attributes) > MAX_ATTRIBUTES:
        raise InvalidInput(
            f"has up to {MAX_ATTRIBUTES} entries, got {len(attributes)}", field="attributes"
        )
    for name, value in attributes.items():
        _check_text(name, "attributes", MAX_ATTRIBUTE_NAME_LENGTH)
        where = f"attributes.{name}"
        if isinstance(value, str):
            _check_text(value, where, MAX_ATTRIBUTE_VALUE_LENGTH)
        elif value is not None and not isinstance(value, (bool, int, float)):
            raise InvalidInput(
                f"is a text, number, true, false or null; got {type(value).__name__}", field=where
            )
        elif isinstance(value, float) and not math.isfinite(value):
            raise InvalidInput(f"must be a finite number, got {value}", field=where)


def _check_locale(tag: str) -> str:
    try:
        found = find_locale(tag).tag
    except InvalidInput as error:
        raise InvalidInput(error.reason, field="locale") from error
    if len(found) > MAX_LOCALE_LENGTH:
        raise InvalidInput(
            f"has up to {MAX_LOCALE_LENGTH} characters, got {len(found)}", field="locale"
        )
    return found
