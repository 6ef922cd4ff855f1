"""The bounds on what a person types or marks, the same on every page that takes it in."""

from __future__ import annotations

from collections.abc import Sequence

from vernacular.corpus.annotation import check_slots
from vernacular.corpus.locales import find_locale
from vernacular.corpus.utterance import Slot
from vernacular.errors import InvalidInput

MAX_TYPED_LENGTH = 2_000
"""In code points: far above any request to an assistant, far below what slows a page down."""
MAX_NAME_LENGTH = 80
MAX_KEY_LENGTH = 64
MAX_LOCALE_LENGTH = 35


def check_typed_text(text: str, field: str = "text", *, is_optional: bool = False) -> None:
    """Accepts 1 to 2,000 characters that are not all white space; optional text may be empty.

    Raises:
        InvalidInput: the text does not fit; ``field`` names where it was typed.
    """
    if not is_optional and not text.strip():
        raise InvalidInput("there is nothing but white space: type something first", field=field)
    _check_characters(text, field, MAX_TYPED_LENGTH)


def check_name(name: str, field: str) -> None:
    """Accepts the name of an intent, a domain or a slot: 1 to 80 characters, not blank.

    Raises:
        InvalidInput: the name does not fit.
    """
    if not name or name != name.strip():
        raise InvalidInput(f"must be a name without spaces around it, got {name!r}", field=field)
    _check_characters(name, field, MAX_NAME_LENGTH)


def check_key(key: str, field: str) -> None:
    """Accepts the token by which a repeated submit is known: 1 to 64 printable characters.

    Raises:
        InvalidInput: the token does not fit.
    """
    if not 1 <= len(key) <= MAX_KEY_LENGTH or not key.isprintable():
        raise InvalidInput(
            f"must be 1 to {MAX_KEY_LENGTH} printable characters, got {key!r:.80}", field=field
        )


def check_locale(tag: str, field: str = "locale") -> str:
    """Returns the tag of a locale in its usual casing.

    Raises:
        InvalidInput: it is no language tag, or longer than 35 characters.
    """
    try:
        found = find_locale(tag).tag
    except InvalidInput as error:
        raise InvalidInput(error.reason, field=field) from error
    _check_characters(found, field, MAX_LOCALE_LENGTH)
    return found


def check_typed_slots(text: str, slots: Sequence[Slot]) -> tuple[Slot, ...]:
    """Returns the slots a person marked in ``text``, which must be named, ordered and disjoint.

    Raises:
        InvalidInput: a span or label does not fit (see `annotation.check_slots`).
    """
    for slot in slots:
        check_name(slot.label, "slots")
    try:
        check_slots(text, slots)
    except InvalidInput as error:
        raise InvalidInput(error.reason, field="slots") from error
    return tuple(slots)


def _check_characters(text: str, field: str, limit: int) -> None:
    if len(text) > limit:
        raise InvalidInput(
            f"has up to {limit:,} characters, this one has {len(text):,}: shorten it", field=field
        )
    # Databases refuse both.
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise InvalidInput("must not hold NUL or half a surrogate pair", field=field)
