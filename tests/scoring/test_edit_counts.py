"""Edit counts: what can be read off them, and that they add up."""

from __future__ import annotations

from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vernacular.errors import InvalidInput
from vernacular.scoring.edit_counts import EditCounts

numbers = st.integers(0, 50)
edit_counts = st.builds(
    lambda hits, s, d, i: EditCounts(hits + s + d, s, d, i), numbers, numbers, numbers, numbers
)


def test_both_lengths_and_the_hits_follow_from_the_counts() -> None:
    counts = EditCounts(n_ref=10, substitutions=2, deletions=3, insertions=1)
    assert counts.edits == 6
    assert counts.hits == 5
    assert counts.n_hyp == 8
    assert counts.rate == 0.6
    assert not counts.is_match


def test_a_rate_may_exceed_one() -> None:
    assert EditCounts(n_ref=2, substitutions=2, insertions=5).rate == 3.5


def test_the_rate_of_a_sum_is_no_mean_of_rates() -> None:
    long, short = EditCounts(n_ref=4), EditCounts(n_ref=1, substitutions=1, insertions=1)
    assert (long.rate, short.rate) == (0.0, 2.0)
    assert (long + short).rate == 0.4


@given(st.lists(edit_counts, max_size=6))
def test_a_sum_adds_every_count(parts: list[EditCounts]) -> None:
    total = sum(parts, EditCounts())
    expected = tuple(sum(column) for column in zip(*map(astuple, parts), strict=True))
    assert astuple(total) == (expected or (0, 0, 0, 0))
    assert total.edits == sum(part.edits for part in parts)


@pytest.mark.parametrize(
    "counts", [(-1, 0, 0, 0), (2, -1, 0, 0), (2, 0, -1, 0), (2, 0, 0, -1), (2, 1, 2, 0)]
)
def test_impossible_counts_are_refused(counts: tuple[int, int, int, int]) -> None:
    with pytest.raises(InvalidInput, match="reference units"):
        EditCounts(*counts)
