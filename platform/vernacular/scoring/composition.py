"""Tells fast whether a text is in normalisation form C or KC, in the scripts of India too.

``unicodedata.is_normalized`` answers at once for most texts, but normalises the whole text wherever
it meets a vowel sign that could join the one before it (ெ + ா = ொ): nearly every text of Tamil,
Bengali, Malayalam and Burmese. Whether it does join is seen from its neighbour alone.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Literal


class CompositionCheck:
    """The check, for texts whose characters it has met; of others it only takes longer."""

    def __init__(self) -> None:
        self._met: list[tuple[str, list[str]]] = []

    def meet(self, character: str) -> None:
        """Prepares for texts that hold this character."""
        pairs = _pairs_by_second().get(character)
        if pairs:
            self._met.append((character, pairs))

    def is_normalized(self, form: Literal["NFC", "NFKC"], text: str) -> bool:
        """Returns what ``unicodedata.is_normalized`` returns."""
        rest = text
        for second, pairs in self._met:
            if second in rest:
                if any(map(rest.__contains__, pairs)):
                    return unicodedata.is_normalized(form, text)
                rest = rest.replace(second, "")
        # A sign of class 0 that does not join keeps others apart, so that leaving it out can only
        # make what is left look worse than it is.
        return unicodedata.is_normalized(form, rest) or unicodedata.is_normalized(form, text)


@cache
def _pairs_by_second() -> dict[str, list[str]]:
    """Returns the vowel signs of combining class 0 that join what precedes, with both together."""
    found: dict[str, list[str]] = {}
    for character in map(chr, range(0x0900, 0x1100)):
        codes = unicodedata.decomposition(character).split()
        if len(codes) != 2 or codes[0].startswith("<"):  # not canonical, or of one character
            continue
        first, second = (chr(int(code, 16)) for code in codes)
        if unicodedata.combining(second) == 0 and unicodedata.is_normalized("NFC", character):
            found.setdefault(second, []).append(first + second)
    return found
