"""Lays sequences of any length side by side in the rows of a grid, so that little is padded.

Each sequence sees itself alone: attention is masked between the sequences of a row, and positions
begin anew with each. (Krell et al. 2021, "Efficient Sequence Packing without
Cross-contamination", arXiv:2107.02027.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROW_LENGTH = 32
"""Where all sequences are shorter. Longer rows cost more attention, and shorter ones have more left
over at their ends."""


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
    """Returns the sequences, none of them empty, in as few rows as first-fit decreasing finds."""
    lengths = [len(one) for one in sequences]
    length = max(*lengths, min(ROW_LENGTH, sum(lengths)), 1)
    left: list[int] = []
    starts = np.zeros(len(sequences), np.int64)
    for i in sorted(range(len(sequences)), key=lambda i: -len(sequences[i])):
        size = len(sequences[i])
        row = next((row for row, room in enumerate(left) if room >= size), len(left))
        if row == len(left):
            left.append(length)
        starts[i] = row * length + length - left[row]
        left[row] -= size
    tokens, positions, owners = (np.zeros(len(left) * length, np.int64) for _ in range(3))
    for i, (start, sequence) in enumerate(zip(starts.tolist(), sequences, strict=True)):
        stop = start + len(sequence)
        tokens[start:stop] = sequence
        positions[start:stop] = np.arange(len(sequence))
        owners[start:stop] = i + 1
    shape = (len(left), length)
    return Packed(tokens.reshape(shape), positions.reshape(shape), owners.reshape(shape), starts)
