"""Counts the edits of many pairs of texts at once, with the numbers that jiwer gives.

The edits come from rapidfuzz, which is jiwer's engine too. It is quicker because equal texts are
not aligned, nothing is copied, and an alignment is read only where there is more than one way to
split its edits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from vernacular.corpus.locales import Unit
from vernacular.errors import InvalidInput
from vernacular.scoring.edit_counts import EditCounts

Column = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class EditColumns:
    """Edit counts of n pairs, one (n,) column of whole numbers per count."""

    n_ref: Column
    edits: Column
    substitutions: Column
    deletions: Column
    insertions: Column

    def total(self) -> EditCounts:
        """Returns the counts of all pairs together."""
        columns = (self.n_ref, self.substitutions, self.deletions, self.insertions)
        return EditCounts(*(int(column.sum(dtype=np.int64)) for column in columns))


def find_splitter(unit: Unit, *, with_spaces: bool = False) -> Callable[[str], Sequence[str]]:
    """Returns the function that takes a normalised text apart into the units errors are counted in.

    A text is a sequence of its characters already, so only its spaces are taken out.

    Args:
        unit: ``word``, or ``character`` for code points.
        with_spaces: spaces are characters too; says nothing to words.
    """
    if unit == "word":
        return str.split
    return str if with_spaces else _without_spaces


def _without_spaces(text: str) -> str:
    return text.replace(" ", "")


def count_columns(
    references: Sequence[str], hypotheses: Sequence[str], unit: Unit, *, with_spaces: bool = False
) -> EditColumns:
    """Returns the edits of each pair of normalised texts.

    Args:
        references: (n,) what was said, normalised.
        hypotheses: (n,) what was heard, normalised by the same rules.
        unit: ``word``, or ``character`` for code points.
        with_spaces: spaces are characters too.

    Raises:
        InvalidInput: there are more of one than of the other.
    """
    n = len(references)
    if n != len(hypotheses):
        raise InvalidInput(f"{n} references cannot be paired with {len(hypotheses)} hypotheses")
    split = find_splitter(unit, with_spaces=with_spaces)
    n_ref, edits, substitutions, longer_by = ([0] * n for _ in range(4))
    for i, (reference, hypothesis) in enumerate(zip(references, hypotheses, strict=True)):
        said = split(reference)
        n_ref[i] = len(said)
        if reference == hypothesis:
            continue
        heard = split(hypothesis)
        steps = Levenshtein.editops(said, heard)
        edits[i] = len(steps)
        longer_by[i] = len(heard) - len(said)
        # I - D is the difference in length, so the edits beyond it are S + 2 min(D, I). Where they
        # are 0 or 1, every shortest alignment has min(D, I) = 0.
        beyond = edits[i] - abs(longer_by[i])
        if beyond > 1:
            substitutions[i] = [kind for kind, _, _ in steps.as_list()].count("replace")
        else:
            substitutions[i] = beyond
    return _as_columns(n_ref, edits, substitutions, longer_by)


def _as_columns(
    n_ref: list[int], edits: list[int], substitutions: list[int], longer_by: list[int]
) -> EditColumns:
    all_edits, replaced, surplus = (
        np.array(column, np.int32) for column in (edits, substitutions, longer_by)
    )
    # D + I are the edits that replace nothing, and I - D is the difference in length.
    deletions, insertions = (
        (all_edits - replaced - surplus) // 2,
        (all_edits - replaced + surplus) // 2,
    )
    return EditColumns(np.array(n_ref, np.int32), all_edits, replaced, deletions, insertions)
