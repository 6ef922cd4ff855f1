"""Puts items of like length through a network together, so that little is padded."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeVar

import torch

from vernacular.errors import ModelUnavailable, VernacularError

Item = TypeVar("Item")
Result = TypeVar("Result")

MAX_SPREAD = 2.0
"""In one batch nothing is padded to more than this many times its length (and a little)."""
FREE_SPREAD = 16
"""Units of length that padding may add whatever the ratio: a batch costs something by itself."""
PIECES_PER_PASS = 48
"""What a forward pass of a small encoder costs by itself on a CPU, in pieces more to compute."""


def in_buckets(
    items: Sequence[Item],
    lengths: Sequence[int],
    max_batch: int,
    forward: Callable[[list[Item]], Sequence[Result]],
    max_padded: float = math.inf,
    max_padding: float = math.inf,
) -> list[Result | VernacularError]:
    """Returns ``forward`` of every item, in the order of the items.

    A batch that does not fit into memory is halved until it does; an item that does not fit alone
    gets an error in its place.

    Args:
        items: (n,) what the network is given.
        lengths: (n,) what padding is measured in: pieces, frames, samples.
        max_batch: items in one forward pass.
        forward: gives one result per item of a batch.
        max_padded: the most that a batch of several may measure with its padding, because very
            long items need more memory than ``max_batch`` was chosen for.
        max_padding: the most padding that a batch may hold: `PIECES_PER_PASS` where another batch
            would be cheaper than computing more of it.
    """
    results: list[Result | VernacularError | None] = [None] * len(items)
    for chosen in _cut(lengths, max_batch, max_padded, max_padding):
        pending = [chosen]
        while pending:
            batch = pending.pop()
            try:
                found = forward([items[i] for i in batch])
            except (MemoryError, RuntimeError) as error:
                if not _is_out_of_memory(error):
                    raise
                if len(batch) > 1:
                    middle = len(batch) // 2
                    pending += [batch[middle:], batch[:middle]]
                    continue
                results[batch[0]] = ModelUnavailable(
                    f"out of memory for one item of length {lengths[batch[0]]:,}"
                )
                continue
            for i, one in zip(batch, found, strict=True):
                results[i] = one
    return [one for one in results if one is not None]


def _cut(
    lengths: Sequence[int], max_batch: int, max_padded: float, max_padding: float
) -> list[list[int]]:
    """Returns the places of items in batches of like length, the shortest first."""
    batches: list[list[int]] = []
    limit, n_real = 0.0, 0
    for i in sorted(range(len(lengths)), key=lengths.__getitem__):
        n_before = len(batches[-1]) if batches else 0
        if (
            not batches
            or n_before == max_batch
            or lengths[i] > limit
            or lengths[i] * (n_before + 1) > max_padded
            # All that are in it would be padded to this one, which is the longest so far.
            or lengths[i] * n_before - n_real > max_padding
        ):
            batches.append([])
            limit, n_real = lengths[i] * MAX_SPREAD + FREE_SPREAD, 0
        batches[-1].append(i)
        n_real += lengths[i]
    return batches


def _is_out_of_memory(error: Exception) -> bool:
    """Returns whether an allocation failed, on any device: CPUs say it in words only."""
    if isinstance(error, (MemoryError, torch.OutOfMemoryError)):
        return True
    text = str(error)
    return "not enough memory" in text or "out of memory" in text
