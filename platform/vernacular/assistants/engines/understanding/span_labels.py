"""Reads slots off the labels of tokens, whatever scheme a checkpoint has for them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vernacular.corpus.utterance import Slot

Span = tuple[int, int]

_OUTSIDE = ("o", "other")
"""What labels of no slot are called, in lower case."""
_PREFIXED = re.compile(r"([BIMESLU])-(.+)", re.DOTALL)
_BEGINS, _ENDS = "BSU", "ESLU"


class SpanLabels:
    """The labels of a token classifier.

    They are read as BIO, BIOES, BILOU or the like where all but those of no slot begin with such a
    letter and a hyphen; then ``I`` after another label begins a slot too, as conlleval reads it.
    Otherwise a label is a slot's own name, and neighbours of one label are one slot, as MASSIVE
    scores them.
    """

    def __init__(self, labels: Sequence[str]) -> None:
        named = [label for label in labels if label.lower() not in _OUTSIDE]
        self._has_prefixes = all(_PREFIXED.fullmatch(label) for label in named)
        self._parts = [self._split(label) for label in labels]

    def join(
        self, words: Sequence[Span], pieces: Sequence[Span], labels: Sequence[int]
    ) -> tuple[Slot, ...]:
        """Returns the slots of a text, each of whole words.

        A word has the label of its first piece, as such models are trained; a piece that spans
        several words gives its label to all of them. Words that no piece reaches have none.

        Args:
            words: what slots are made of, as code points from left to right.
            pieces: where each of the tokeniser's pieces stands; those it added are empty.
            labels: the number of each piece's label.
        """
        slots: list[Slot] = []
        open_label: str | None = None
        last_piece, at = -1, 0
        for begin, end in words:
            while at < len(pieces) and pieces[at][1] <= begin:
                at += 1
            is_reached = at < len(pieces) and pieces[at][0] < end
            prefix, label = self._parts[labels[at]] if is_reached else ("", None)
            if label is None:
                open_label = None
                continue
            begins = label != open_label or prefix in _BEGINS
            # Words of one piece stay together, even if its label is one that begins or ends.
            if begins and at != last_piece:
                slots.append(Slot(label, begin, end))
            else:
                slots[-1] = Slot(label, slots[-1].start, end)
            open_label = None if prefix in _ENDS else label
            last_piece = at
        return tuple(slots)

    def _split(self, label: str) -> tuple[str, str | None]:
        """Returns the prefix, ``I`` where there is none, and the slot's name."""
        if label.lower() in _OUTSIDE:
            return "", None
        found = _PREFIXED.fullmatch(label) if self._has_prefixes else None
        return (found[1], found[2]) if found else ("I", label)
