"""Splits the text of an utterance into the words that slot labels are given to.

The unit follows MASSIVE: words between spaces, except where the locale's profile says
``character`` (ja-JP, zh-CN, zh-TW ...); there every grapheme is a word of its own, and a run of
ASCII letters and digits stays whole.
"""

from __future__ import annotations

import regex

_BETWEEN_SPACES = regex.compile(r"\S+")
_CLUSTER = regex.compile(r"\X")
_CHARACTERS = regex.compile(r"(?:(?=[!-~])\X)+|\X")
# A space can be part of a grapheme cluster: it carries a mark, or a prepended sign clings to it.
_BOUND_SPACE = regex.compile(
    r"\s[\p{GCB=Extend}\p{GCB=SpacingMark}\p{GCB=ZWJ}]|\p{GCB=Prepend}\s", regex.VERSION1
)


def split_words(text: str, unit: str) -> list[tuple[int, int]]:
    """Returns the half-open code-point spans of the words of ``text``, left to right.

    No span cuts a grapheme cluster, and only white space lies outside them.

    Args:
        text: the utterance as stored.
        unit: ``word`` (between spaces) or ``character``.
    """
    if unit == "character":
        spans = [match.span() for match in _CHARACTERS.finditer(text)]
        return [(start, end) for start, end in spans if not text[start:end].isspace()]
    if text.isascii() or not _BOUND_SPACE.search(text):
        return [match.span() for match in _BETWEEN_SPACES.finditer(text)]
    return _join_clusters(text)


def _join_clusters(text: str) -> list[tuple[int, int]]:
    """Returns the runs of clusters between those that are nothing but white space."""
    spans: list[tuple[int, int]] = []
    for cluster in _CLUSTER.finditer(text):
        start, end = cluster.span()
        if text[start:end].isspace():
            continue
        if spans and spans[-1][1] == start:
            start = spans.pop()[0]
        spans.append((start, end))
    return spans
