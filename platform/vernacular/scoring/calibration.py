"""Whether an assistant that says it is 80 % sure is right 80 times of 100.

Expected calibration error after Guo et al. 2017 (arXiv:1706.04599): confidences fall into equal
bins, and the gap between mean confidence and share of right answers is averaged over the bins,
each weighted by its answers. Chance alone opens gaps in bins with few answers, so that the error
of a small set comes out too large: it is shown from `MIN_ANSWERS` on, and never gates a release.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from vernacular.errors import InvalidInput

N_BINS = 15
"""Guo et al.'s number."""

MIN_ANSWERS = 500
"""With fewer the expected calibration error says more of chance than of the assistant."""


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """The answers whose confidence is above ``low`` and at most ``high`` (0 is in the first)."""

    low: float
    high: float
    n: int
    mean_confidence: float | None
    """None in an empty bin."""
    accuracy: float | None
    """The share of right answers; None in an empty bin."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a set of answers adds up to, bin by bin; ``+`` merges two disjoint sets."""

    n: tuple[int, ...]
    """Answers per bin."""
    n_right: tuple[int, ...]
    confidence: tuple[float, ...]
    """The sum of the confidences per bin."""
    squares: float
    """The sum of (confidence - right)² over all answers, right being 1 or 0."""

    def __add__(self, other: Calibration) -> Calibration:
        if len(self.n) != len(other.n):
            raise ValueError(f"{len(self.n)} bins cannot be merged with {len(other.n)}")
        return Calibration(
            tuple(a + b for a, b in zip(self.n, other.n, strict=True)),
            tuple(a + b for a, b in zip(self.n_right, other.n_right, strict=True)),
            tuple(a + b for a, b in zip(self.confidence, other.confidence, strict=True)),
            self.squares + other.squares,
        )

    @property
    def n_answers(self) -> int:
        """Answers in all bins."""
        return sum(self.n)

    @property
    def is_enough(self) -> bool:
        """Whether there are answers enough to show the errors at all."""
        return self.n_answers >= MIN_ANSWERS

    @property
    def accuracy(self) -> float | None:
        """The share of right answers; None without any."""
        return sum(self.n_right) / self.n_answers if self.n_answers else None

    @property
    def mean_confidence(self) -> float | None:
        """Above the accuracy where the assistant is too sure of itself; None without answers."""
        return sum(self.confidence) / self.n_answers if self.n_answers else None

    @property
    def ece(self) -> float | None:
        """sum(n_m / n |accuracy_m - confidence_m|), whatever n; None without answers."""
        if not self.n_answers:
            return None
        gaps = zip(self.n_right, self.confidence, strict=True)
        return sum(abs(right - confidence) for right, confidence in gaps) / self.n_answers

    @property
    def brier(self) -> float | None:
        """The mean of (confidence - right)² of the answered intent; None without answers."""
        return self.squares / self.n_answers if self.n_answers else None

    def bins(self) -> tuple[ReliabilityBin, ...]:
        """Returns the points of a reliability diagram, from the least to the most confident."""
        edges = _edges(len(self.n))
        return tuple(
            ReliabilityBin(
                float(edges[i]),
                float(edges[i + 1]),
                n,
                self.confidence[i] / n if n else None,
                self.n_right[i] / n if n else None,
            )
            for i, n in enumerate(self.n)
        )


def calibrate(confidences: ArrayLike, is_right: ArrayLike, n_bins: int = N_BINS) -> Calibration:
    """Returns the sums over answers, from which all else is read.

    Args:
        confidences: (answers,), how sure the assistant was of its intent, from 0 to 1.
        is_right: (answers,), whether that intent was the expected one.
        n_bins: equal bins over 0 to 1.

    Raises:
        InvalidInput: a confidence is not a number from 0 to 1.
    """
    sure, right = np.asarray(confidences, np.float64), np.asarray(is_right, np.bool_)
    if sure.shape != right.shape:
        raise ValueError(f"{sure.size} confidences for {right.size} answers")
    outside = sure[~((sure >= 0) & (sure <= 1))]
    if outside.size:
        raise InvalidInput(f"{outside[0]} is not between 0 and 1", field="confidence")
    # On the left side of its own edge, a confidence that equals an edge falls into the bin below.
    bins = np.searchsorted(_edges(n_bins)[1:-1], sure, side="left")
    n = np.bincount(bins, minlength=n_bins)
    n_right = np.bincount(bins[right], minlength=n_bins)
    sums = np.bincount(bins, weights=sure, minlength=n_bins)
    squares = float(np.square(sure - right).sum())
    return Calibration(tuple(n.tolist()), tuple(n_right.tolist()), tuple(sums.tolist()), squares)


def ece(confidences: ArrayLike, is_right: ArrayLike, n_bins: int = N_BINS) -> float | None:
    """Returns the expected calibration error; None for fewer than `MIN_ANSWERS` answers.

    Raises:
        InvalidInput: a confidence is not a number from 0 to 1.
    """
    found = calibrate(confidences, is_right, n_bins)
    return found.ece if found.is_enough else None


def brier(confidences: ArrayLike, is_right: ArrayLike) -> float | None:
    """Returns the mean of (confidence - right)²; 0 is perfect, None means no answers.

    Raises:
        InvalidInput: a confidence is not a number from 0 to 1.
    """
    return calibrate(confidences, is_right, n_bins=1).brier


def _edges(n_bins: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.linspace(0.0, 1.0, n_bins + 1)
