"""Splits the text of an utterance into the words that slot labels are given to.

The unit follows MASSIVE: words between spaces, except where the locale's profile says
``character`` (ja-JP, zh-CN, zh-TW ...); there every grapheme is a word of its own, and a run of
ASCII letters and digits stays whole.
"""

from __future__ import annotations

import regex

# What str.isspace calls white space; \s leaves out the four separators of ASCII.
_BETWEEN_SPACES = regex.compile(r"[^\s\x1c-\x1f]+")
_CHARACTERS = regex.compile(r"(?:(?=[!-~])\X)+|\X")


def split_words(text: str, unit: str) -> list[tuple[int, int]]:
    """Returns the half-open code-point spans of the words of ``text``, left to right.

    No span holds white space or cuts a grapheme cluster, and only white space lies outside them.

    Args:
        text: the utterance as stored.
        unit: ``word`` (between spaces) or ``character``.
    """
    chunks = [match.span() for match in _BETWEEN_SPACES.finditer(text)]
    if unit == "word":
        return chunks
    return [
        match.span() for start, end in chunks for match in _CHARACTERS.finditer(text, start, end)
    ]
