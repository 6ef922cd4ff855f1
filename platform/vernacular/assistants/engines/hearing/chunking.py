"""Cuts long clips into pieces that a network can hold, and joins what was heard in them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from vernacular.clips.audio import SAMPLE_RATE_HZ

MAX_OVERLAP_SECONDS = 4.0
"""Of neighbouring pieces: half of it is context on either side of the seam, some words."""
LEVEL_WINDOW = SAMPLE_RATE_HZ // 5
"""Samples (0.2 s) over which loudness is taken to find a pause: longer than a plosive's closure,
shorter than a pause between phrases."""

Samples = NDArray[np.float32]


def cut_overlapping(n_samples: int, piece: int, step_unit: int) -> list[tuple[int, int]]:
    """Returns the (start, stop) of pieces that overlap; the clip itself where it is no longer.

    Args:
        n_samples: of the clip.
        piece: samples of one piece; the last may be shorter, but is longer than the overlap.
        step_unit: samples that every start is a multiple of: those of one frame of the model, so
            that the frames of all pieces lie on one grid.
    """
    if n_samples <= piece:
        return [(0, n_samples)]
    overlap = min(int(MAX_OVERLAP_SECONDS * SAMPLE_RATE_HZ), piece // 4)
    step = max(1, (piece - overlap) // step_unit) * step_unit
    n_pieces = 1 + -(-(n_samples - piece) // step)
    return [(i * step, min(n_samples, i * step + piece)) for i in range(n_pieces)]


def find_seams(is_blank: Sequence[NDArray[np.bool_]], starts: Sequence[int]) -> list[int]:
    """Returns where one piece hands over to the next, in frames of the whole clip.

    A seam lies amid the longest stretch of the overlap in which both pieces hear nothing, so that
    no word is cut and no letter is heard twice because the pieces place it a frame apart. The
    outer quarters of the overlap, where one of the two has little context, are not used.

    Args:
        is_blank: per piece ``(frames,)``, whether nothing is heard.
        starts: the first frame of each piece within the clip, ascending.
    """
    seams = []
    for (left, right), (begin, after) in zip(pairwise(is_blank), pairwise(starts), strict=True):
        end = begin + len(left)
        margin = (end - after) // 4
        low, high = after + margin, max(after + margin + 1, end - margin)
        both = left[low - begin : high - begin] & right[low - after : high - after]
        seams.append(low + _middle_of_longest_run(both))
    return seams


def cut_at_pauses(samples: Samples, longest: int) -> list[Samples]:
    """Returns the clip in pieces of at most ``longest`` samples, cut where it is quietest.

    Each cut is sought in a third of ``longest``: the last third of what a piece may hold, or about
    the middle of what is left where two pieces are enough, so that no piece is only a scrap.
    """
    pieces = []
    reach = longest // 6
    while samples.size > longest:
        middle = min(longest - reach, samples.size // 2)
        cut = middle - reach + _quietest(samples[middle - reach : middle + reach])
        pieces.append(samples[:cut])
        samples = samples[cut:]
    return [*pieces, samples]


def _quietest(samples: Samples) -> int:
    """Returns the middle of the window with the least energy."""
    energy = np.concatenate([[0.0], np.cumsum(np.square(samples, dtype=np.float64))])
    window = min(LEVEL_WINDOW, samples.size)
    return int(np.argmin(energy[window:] - energy[:-window])) + window // 2


def _middle_of_longest_run(flags: NDArray[np.bool_]) -> int:
    """Returns the middle of the longest run of True, or of all where there is none."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    if not edges.size:
        return len(flags) // 2
    begins, ends = edges[::2], edges[1::2]
    longest = int(np.argmax(ends - begins))
    return int(begins[longest] + ends[longest]) // 2
