"""Locales, their words, and the labels that people give to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from vernacular.corpus.locales import find_locale, list_profiled
from vernacular.corpus.utterance import Slot
from vernacular.corpus.words import split_words as split_by_unit
from wording import INTENTS, SLOTS


def list_locales(own: Sequence[str]) -> list[str]:
    """Returns the tags a person may choose from: her own first, then all others."""
    return list(dict.fromkeys([*own, *(locale.tag for locale in list_profiled())]))


def locale_names(tag: str, language: str) -> tuple[str, str]:
    """Returns a locale's name for readers of ``language``, and in its own language."""
    locale = find_locale(tag)
    return locale.display_name(language), locale.autonym


def short_locale_names(tags: Collection[str], language: str) -> dict[str, str]:
    """Returns the names of the languages alone, except where two of the locales share one."""
    n_locales = Counter(find_locale(tag).language for tag in tags)
    names = {}
    for tag in tags:
        locale = find_locale(tag)
        is_only = n_locales[locale.language] == 1
        names[tag] = (find_locale(locale.language) if is_only else locale).display_name(language)
    return names


def locale_direction(tag: str) -> str:
    """Returns ``rtl`` or ``ltr``, the direction in which the locale is written."""
    return find_locale(tag).direction


def split_words(text: str, locale: str) -> list[tuple[int, int]]:
    """Returns the spans of what one slot label is given to."""
    return split_by_unit(text, find_locale(locale).slot_unit)


def list_intents(*others: str | None) -> list[str]:
    """Returns the intents that a person may choose from."""
    return list(dict.fromkeys([*INTENTS, *(one for one in others if one)]))


def list_slots() -> list[str]:
    """Returns the slot labels that a person may choose from."""
    return list(SLOTS)


def slot_over(label: str, words: Iterable[tuple[int, int]]) -> Slot:
    """Returns the slot from the first to the last of the words, whatever their order."""
    spans = list(words)
    return Slot(label, min(start for start, _ in spans), max(end for _, end in spans))
