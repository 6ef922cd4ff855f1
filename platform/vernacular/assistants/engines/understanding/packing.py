"""Lays sequences of any length side by side in the rows of a grid, so that little is padded.

Each sequence sees itself alone: attention is masked between the sequences of a row, and positions
begin anew with each. (Krell et al. 2021, "Efficient Sequence Packing without
Cross-contamination", arXiv:2107.02027.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MAX_ROW_LENGTH = 64
"""Where all sequences are shorter. Longer rows cost more attention."""
ENOUGH = 1.03
"""A grid this many times as large as what it holds is not worth a search for a smaller one."""


@dataclass(frozen=True, slots=True)
class Packed:
    """Sequences in a grid of ``rows`` x ``length``."""

    tokens: NDArray[np.int64]
    """(rows, length)"""
    positions: NDArray[np.int64]
    """(rows, length) of each token within its sequence."""
    owners: NDArray[np.int64]
    """(rows, length) 1 + the number of the sequence; 0 where there is none."""
    starts: NDArray[np.int64]
    """(sequences,) where each begins in the grid, counted row by row."""


def pack(sequences: Sequence[Sequence[int]]) -> Packed:
    """Returns the sequences, none of them empty, in the smallest grid that a short search finds."""
    length, n_rows, starts = _find_grid([len(one) for one in sequences])
    tokens, positions, owners = (np.zeros(n_rows * length, np.int64) for _ in range(3))
    for i, (start, sequence) in enumerate(zip(starts, sequences, strict=True)):
        stop = start + len(sequence)
        tokens[start:stop] = sequence
        positions[start:stop] = np.arange(len(sequence))
        owners[start:stop] = i + 1
    shape = (n_rows, length)
    return Packed(
        tokens.reshape(shape),
        positions.reshape(shape),
        owners.reshape(shape),
        np.array(starts, np.int64),
    )


def _find_grid(sizes: Sequence[int]) -> tuple[int, int, list[int]]:
    """Returns the length of a row, the number of rows, and where each sequence begins."""
    longest_first = sorted(range(len(sizes)), key=lambda i: -sizes[i])
    enough = ENOUGH * sum(sizes)
    best: tuple[int, int, list[int]] | None = None
    for length in _lengths(max(sizes), sum(sizes)):
        n_rows, starts = _lay(sizes, longest_first, length)
        if best is None or n_rows * length < best[0] * best[1]:
            best = length, n_rows, starts
        if n_rows * length <= enough:
            break
    assert best is not None, "rows as long as the longest sequence hold all of them"
    return best


def _lengths(longest: int, total: int) -> Iterator[int]:
    """Yields how long rows might be: as the sequences would fill them, or hardly longer."""
    most = max(longest, MAX_ROW_LENGTH)
    tried = set()
    for n_rows in range(-(-total // most), total // longest + 2):
        filled = max(longest, -(-total // n_rows))
        for length in range(filled, min(filled + 2, most) + 1):
            if length not in tried:
                tried.add(length)
                yield length


def _lay(sizes: Sequence[int], longest_first: Sequence[int], length: int) -> tuple[int, list[int]]:
    """Returns the number of rows that first-fit decreasing needs, and where each begins."""
    left: list[int] = []
    starts = [0] * len(sizes)
    for i in longest_first:
        size = sizes[i]
        row = next((row for row, room in enumerate(left) if room >= size), len(left))
        if row == len(left):
            left.append(length)
        starts[i] = row * length + length - left[row]
        left[row] -= size
    return len(left), starts
