"""Edits of many pairs at once: the same numbers as jiwer's, whatever the shortcut."""

from __future__ import annotations

import jiwer
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.scoring.heard_pairs import heard_pairs
from vernacular.corpus.locales import Unit
from vernacular.errors import InvalidInput
from vernacular.scoring.edit_columns import EditColumns, count_columns
from vernacular.scoring.edit_counts import EditCounts
from vernacular.scoring.error_rates import count_edits

N_PAIRS = 200_000
BATCH = 2_000


@pytest.mark.parametrize(
    ("unit", "with_spaces"), [("word", False), ("character", True), ("character", False)]
)
def test_totals_equal_jiwer_on_200_000_pairs(unit: Unit, with_spaces: bool) -> None:
    # Words take all of the pairs. Characters share as many between with and without spaces.
    n = N_PAIRS if unit == "word" else N_PAIRS // 2
    peer = jiwer.process_words if unit == "word" else jiwer.process_characters
    pairs = list(heard_pairs(n, seed=20_26 + with_spaces))
    for at in range(0, n, BATCH):
        said, heard = (list(side) for side in zip(*pairs[at : at + BATCH], strict=True))
        ours = count_columns(said, heard, unit, with_spaces=with_spaces)
        if unit == "character" and not with_spaces:
            said, heard = ([text.replace(" ", "") for text in side] for side in (said, heard))
        theirs = peer(said, heard)
        total = ours.total()
        assert (total.substitutions, total.deletions, total.insertions, total.hits) == (
            theirs.substitutions,
            theirs.deletions,
            theirs.insertions,
            theirs.hits,
        )
        assert ours.edits.sum() == total.edits
        assert (ours.edits == ours.substitutions + ours.deletions + ours.insertions).all()


texts = st.lists(st.sampled_from(["a", "b", "ab", "क", "की", "灯", "👍🏽", "'"]), max_size=7).map(
    " ".join
)


@given(
    st.lists(st.tuples(texts, texts), max_size=8),
    st.sampled_from([("word", False), ("character", True), ("character", False)]),
)
def test_every_row_is_the_count_of_its_pair(
    pairs: list[tuple[str, str]], counted: tuple[Unit, bool]
) -> None:
    unit, with_spaces = counted
    said, heard = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    columns = count_columns(said, heard, unit, with_spaces=with_spaces)
    alone = [count_edits(*pair, unit, with_spaces=with_spaces) for pair in pairs]
    assert rows(columns) == alone
    assert columns.edits.tolist() == [counts.edits for counts in alone]
    assert columns.total() == sum(alone, EditCounts())


def test_columns_are_small_whole_numbers() -> None:
    columns = count_columns(["a b"], ["b"], "word")
    for column in vars(columns).values():
        assert column.dtype == np.int32
        assert column.shape == (1,)


def test_without_pairs_the_columns_are_empty() -> None:
    columns = count_columns([], [], "word")
    assert columns.n_ref.shape == (0,)
    assert columns.total() == EditCounts()


def test_sides_of_different_length_are_refused() -> None:
    with pytest.raises(InvalidInput, match="2 references cannot be paired with 1 hypotheses"):
        count_columns(["a", "b"], ["a"], "word")


def test_a_word_that_moved_is_lost_once_and_added_once() -> None:
    # Two substitutions would have the same lengths and the same edits; the texts decide.
    columns = count_columns(["play it on the tv"], ["it on the tv play"], "word")
    assert rows(columns) == [EditCounts(5, deletions=1, insertions=1)]


def test_of_two_shortest_alignments_jiwers_is_counted() -> None:
    theirs = jiwer.process_words("a b", "b c")
    assert (theirs.substitutions, theirs.deletions, theirs.insertions) == (2, 0, 0)
    assert rows(count_columns(["a b"], ["b c"], "word")) == [EditCounts(2, substitutions=2)]


def test_a_mark_that_was_lost_is_a_character_error() -> None:
    # A Thai tone mark and a Devanagari vowel sign: code points of their own, spoken differently.
    columns = count_columns(["ใกล้", "की"], ["ใกล", "क"], "character")
    assert columns.n_ref.tolist() == [4, 2]
    assert columns.deletions.tolist() == [1, 1]


def rows(columns: EditColumns) -> list[EditCounts]:
    counts = (columns.n_ref, columns.substitutions, columns.deletions, columns.insertions)
    return [EditCounts(*row) for row in zip(*(c.tolist() for c in counts), strict=True)]
