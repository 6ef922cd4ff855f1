"""Tells where a text may be cut: between grapheme clusters (UAX 29), never inside one.

One departure: white space always parts its neighbours. UAX 29 lets a mark cling to a space, and
translators do leave a vowel sign or a joiner alone after one (MASSIVE's bn-BD and my-MM hold such
words); the border of that word is still where the space ends.
"""

from __future__ import annotations

from functools import lru_cache

import regex

_CLUSTER = regex.compile(r"\X")
_JOINS_WHAT_FOLLOWS = regex.compile(r"[\p{M}\u200d]")


def cuts_cluster(text: str, offset: int) -> bool:
    """Returns whether code-point ``offset`` lies inside a grapheme cluster of ``text``.

    The two ends of the text never do.
    """
    if not 0 < offset < len(text) or _always_breaks(text[offset - 1], text[offset]):
        return False
    start = offset - 1
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    for cluster in _CLUSTER.finditer(text, start):
        if cluster.end() >= offset:
            return bool(cluster.end() != offset)
    return False


@lru_cache(maxsize=65536)
def _always_breaks(before: str, after: str) -> bool:
    """Returns whether two neighbours are apart whatever stands around them.

    Only a mark or a joiner can hold on to the next letter by virtue of what precedes it (conjuncts,
    emoji sequences); all other pairs behave in any text as they do alone.
    """
    if before.isspace() or after.isspace():
        return True
    return not _CLUSTER.fullmatch(before + after) and not _JOINS_WHAT_FOLLOWS.match(before)
