"""Whether answers tell which release gave them, so that no vote on them could be blind."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from itertools import pairwise

SHORTEST = 3
"""Letters and digits of a name; shorter ones are in every other sentence by accident."""

_PIECES = re.compile(r"\d+|[^\W\d_]+")
_SEPARATORS = r"[\W_]{0,3}"
_DIGIT = "DIGIT"


def names_of_stages(versions: Iterable[str]) -> set[str]:
    """Returns what a stage's version calls itself, such as ``gpt-4o`` in ``openai:gpt-4o``.

    Plain words are left out: weights lie in folders called ``small`` or ``intents``.
    """
    named = {part for version in versions for part in re.split("[:,+]", version)}
    return {one for one in {*named, *versions} if re.search(r"\d|[^\w\s]", one)}


def find_betrayal(
    texts: Iterable[str | None], mine: Collection[str], theirs: Collection[str]
) -> str | None:
    """Returns the first name in an answer that tells the releases apart; None where none does.

    A name counts however it is cased, and whichever signs its parts are joined by, but only where
    it stands as a word of its own. What both releases are called tells nothing.

    Args:
        texts: what both answers say and heard.
        mine: what one release, its assistant and its stages are called.
        theirs: what the other's are.
    """
    telling = {_fold(name) for name in mine} ^ {_fold(name) for name in theirs}
    folded = [_fold(text) for text in texts if text]
    # The longest first, so that the reason names a release rather than its assistant.
    for name in sorted(telling, key=lambda name: (-len(name), name)):
        if any(_names(text, name) for text in folded):
            return name
    return None


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def _names(text: str, name: str) -> bool:
    pieces = _PIECES.findall(name)
    joined = "".join(pieces)
    if len(joined) < SHORTEST or joined.isdigit():
        return False
    pattern = re.escape(pieces[0])
    for before, after in pairwise(pieces):
        # Of two numbers side by side only a sign between them makes two: "4.1" is not "41".
        between = r"[\W_]{1,3}" if before.isdigit() and after.isdigit() else _SEPARATORS
        pattern += between + re.escape(after)
    return any(_is_word(text, *found.span()) for found in re.finditer(pattern, text))


def _is_word(text: str, start: int, end: int) -> bool:
    """Returns whether ``text[start:end]`` stands alone; scripts without spaces may touch it."""
    starts = start == 0 or _kind(text[start - 1]) != _kind(text[start])
    ends = end == len(text) or _kind(text[end]) != _kind(text[end - 1])
    return starts and ends


def _kind(character: str) -> str:
    """Returns the script of a letter, ``DIGIT`` of any digit, and nothing of other signs."""
    if character.isdigit():
        return _DIGIT
    if not character.isalnum():
        return ""
    return unicodedata.name(character, "").partition(" ")[0]
