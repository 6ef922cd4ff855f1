"""Chooses the voice that speaks a reply, whatever engine it belongs to. Free of torch."""

from __future__ import annotations

from collections.abc import Iterable

from vernacular.corpus.locales import Locale, find_locale
from vernacular.errors import InvalidInput

MAX_SPOKEN = 2_000
"""Characters of one reply: two minutes of speech, which nobody wants to sit through."""

_SAME_LANGUAGE = {"cmn": "zh", "no": "nb", "tl": "fil"}
"""Subtags in wide use for one language, as it is spoken."""
_SAME_SCRIPT = {"Hant": "Hans"}
"""Scripts that every voice reads alike."""
_UNKNOWN = "Zzzz"
"""The script of a language that CLDR knows too little of."""


def find_voice(voices: Iterable[str], tag: str) -> str | None:
    """Returns the tag among ``voices`` that is nearest to a locale; None if none speaks it.

    The locale's own voice comes first, then one of its language for any place, then one for
    another place; among equals the first. A voice for another script is none, because it would
    spell the letters or be silent.

    Raises:
        InvalidInput: a tag is not well formed.
    """
    own = find_locale(tag)
    fitting = [
        (_distance(other, own), place, voice)
        for place, voice in enumerate(voices)
        if _can_read(other := find_locale(voice), own)
    ]
    return min(fitting)[2] if fitting else None


def check_speakable(text: str) -> None:
    """Accepts a reply that is not blank and has up to 2,000 characters.

    Raises:
        InvalidInput: it is blank or longer.
    """
    if not text.strip():
        raise InvalidInput("the reply is empty: there is nothing to speak")
    if len(text) > MAX_SPOKEN:
        raise InvalidInput(
            f"the reply has {len(text):,} characters, at most {MAX_SPOKEN:,} are spoken"
        )


def _distance(voice: Locale, own: Locale) -> int:
    if voice.tag == own.tag:
        return 0
    return 1 if voice.territory is None else 2


def _can_read(voice: Locale, own: Locale) -> bool:
    languages = {_SAME_LANGUAGE.get(one.language, one.language) for one in (voice, own)}
    scripts = {_SAME_SCRIPT.get(one.script, one.script) for one in (voice, own)} - {_UNKNOWN}
    return len(languages) == 1 and len(scripts) <= 1
