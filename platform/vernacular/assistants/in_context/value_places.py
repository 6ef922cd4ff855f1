"""Finds the places in a text that the values a language model named stand at."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence

import regex

from vernacular.corpus.locales import find_locale
from vernacular.corpus.utterance import Slot
from vernacular.corpus.words import split_words

# White space is a unit of its own, as where a text may be cut (corpus.graphemes): a stray mark
# after a space does not belong to it.
_UNITS = regex.compile(r"[\s\x1c-\x1f]|\X")

Span = tuple[int, int]


def place_values(text: str, locale: str, values: Sequence[tuple[str, str]]) -> tuple[Slot, ...]:
    """Returns a slot for each (label, value) that stands in ``text``, from left to right.

    A value said several times takes its places in their order, and no two slots share a place.
    Whole words are looked for first, then parts of them; spelled as in the text first, then with
    case and composition (NFC) not counting, since models like to tidy. A value that is nowhere, or
    nowhere free, gets no slot. Spans never cut a grapheme cluster.

    Raises:
        InvalidInput: ``locale`` is no language tag.
    """
    words = split_words(text, find_locale(locale).slot_unit)
    word_starts, word_ends = {start for start, _ in words}, {end for _, end in words}
    taken: list[Slot] = []

    def is_free(start: int, end: int) -> bool:
        return all(end <= one.start or one.end <= start for one in taken)

    def is_whole(start: int, end: int) -> bool:
        return start in word_starts and end in word_ends

    for label, value in values:
        exact, folded = (_find(text, value.strip(), fold) for fold in (str, _fold))
        places = [
            *(place for place in exact if is_whole(*place)),
            *(place for place in folded if is_whole(*place)),
            *exact,
            *folded,
        ]
        found = next((place for place in places if is_free(*place)), None)
        if found is not None:
            taken.append(Slot(label, *found))
    return tuple(sorted(taken, key=lambda one: one.start))


def _find(text: str, value: str, fold: Callable[[str], str]) -> list[Span]:
    """Returns every place of ``value``, compared unit by unit as ``fold`` leaves it."""
    units = [match.span() for match in _UNITS.finditer(text)]
    have = [fold(text[start:end]) for start, end in units]
    wanted = [fold(match.group()) for match in _UNITS.finditer(value)]
    if not wanted:
        return []
    return [
        (units[at][0], units[at + len(wanted) - 1][1])
        for at in range(len(have) - len(wanted) + 1)
        if have[at] == wanted[0] and have[at : at + len(wanted)] == wanted
    ]


def _fold(unit: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", unit).casefold())
