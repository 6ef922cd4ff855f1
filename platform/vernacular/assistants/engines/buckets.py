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


def in_buckets(
    items: Sequence[Item],
    lengths: Sequence[int],
    max_batch: int,
    forward: Callable[[list[Item]], Sequence[Result]],
    max_padded: float = math.inf,
    *,
    pads: bool = True,
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
        pads: False where ``forward`` lays items side by side instead of padding them: a batch may
            then hold any lengths, and ``max_padded`` bounds their sum.
    """
    results: list[Result | VernacularError | None] = [None] * len(items)
    for chosen in _cut(lengths, max_batch, max_padded, pads=pads):
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
    lengths: Sequence[int], max_batch: int, max_padded: float, *, pads: bool
) -> list[list[int]]:
    """Returns the places of items in batches of like length, the shortest first."""
    batches: list[list[int]] = []
    limit, n_units = 0.0, 0
    for i in sorted(range(len(lengths)), key=lengths.__getitem__):
        n_items = len(batches[-1]) + 1 if batches else 1
        n_units = lengths[i] * n_items if pads else n_units + lengths[i]
        if (
            not batches
            or n_items > max_batch
            or (pads and lengths[i] > limit)
            or n_units > max_padded
        ):
            batches.append([])
            limit, n_units = lengths[i] * MAX_SPREAD + FREE_SPREAD, lengths[i]
        batches[-1].append(i)
    return batches


def _is_out_of_memory(error: Exception) -> bool:
    """Returns whether an allocation failed, on any device: CPUs say it in words only."""
    if isinstance(error, (MemoryError, torch.OutOfMemoryError)):
        return True
    text = str(error)
    return "not enough memory" in text or "out of memory" in text
