"""How items are put into batches, and what happens where one does not fit into memory."""

from __future__ import annotations

import math
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vernacular.assistants.engines.buckets import FREE_SPREAD, MAX_SPREAD, in_buckets
from vernacular.errors import ModelUnavailable


def batches_of(
    lengths: list[int], max_batch: int = 8, max_padded: float = math.inf, *, pads: bool = True
) -> list[list[int]]:
    """Returns the lengths in each batch, once it is sure that results keep their order."""
    batches: list[list[int]] = []

    def forward(places: list[int]) -> list[int]:
        batches.append([lengths[place] for place in places])
        return places

    places = list(range(len(lengths)))
    assert in_buckets(places, lengths, max_batch, forward, max_padded, pads=pads) == places
    return batches


LENGTHS = st.lists(st.integers(1, 400), min_size=1, max_size=60)


@given(LENGTHS, st.integers(1, 9), st.integers(50, 2000))
def test_padded_batches_hold_like_lengths_within_bounds(
    lengths: list[int], max_batch: int, max_padded: int
) -> None:
    batches = batches_of(lengths, max_batch, max_padded)
    assert sorted(chain(*batches)) == sorted(lengths)
    for batch in batches:
        assert len(batch) <= max_batch
        assert max(batch) <= min(batch) * MAX_SPREAD + FREE_SPREAD
        assert len(batch) == 1 or max(batch) * len(batch) <= max_padded


@given(LENGTHS, st.integers(1, 9), st.integers(50, 2000))
def test_batches_that_are_not_padded_hold_any_lengths_up_to_a_sum(
    lengths: list[int], max_batch: int, max_padded: int
) -> None:
    batches = batches_of(lengths, max_batch, max_padded, pads=False)
    assert sorted(chain(*batches)) == sorted(lengths)
    for batch, after in zip(batches, [*batches[1:], None], strict=True):
        assert len(batch) <= max_batch
        assert len(batch) == 1 or sum(batch) <= max_padded
        if after is not None:
            # It was closed because the next did not fit.
            assert len(batch) == max_batch or sum(batch) + after[0] > max_padded


@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError("DefaultCPUAllocator: not enough memory")]
)
def test_a_batch_that_does_not_fit_is_halved_and_an_item_that_does_not_fails_alone(
    error: Exception,
) -> None:
    def forward(items: list[int]) -> list[int]:
        if sum(items) > 10:
            raise error
        return items

    items = [4, 4, 4, 11, 4]
    results = in_buckets(items, items, 8, forward)
    assert [one for one in results if isinstance(one, int)] == [4, 4, 4, 4]
    assert isinstance(results[3], ModelUnavailable)
    assert str(results[3]) == "out of memory for one item of length 11"


def test_what_is_no_lack_of_memory_is_raised() -> None:
    def forward(_: list[int]) -> list[int]:
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    with pytest.raises(RuntimeError, match="mat1"):
        in_buckets([1], [1], 1, forward)
