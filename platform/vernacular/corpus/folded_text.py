"""Folds a text to what two people who say the same have in common, however they write it down."""

from __future__ import annotations

import unicodedata


def fold_text(text: str) -> str:
    """Returns what is left of a text when case, width, spaces and signs do not count.

    NFKC and case folding, then without punctuation, symbols, format characters and white space
    (Unicode categories P, S, Cf). Marks stay: in most scripts of the world they are letters'
    vowels. A text of signs only keeps them, or all such texts would be one.
    """
    # Folding can undo NFKC (Unicode 3.13, D146), so it is applied again.
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    letters = "".join(one for one in folded if not _is_sign(one))
    return letters or "".join(folded.split())


def _is_sign(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] in "PS" or category == "Cf" or character.isspace()
