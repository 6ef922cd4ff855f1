"""Confidence intervals of one release's metrics.

Shares of independent utterances take Wilson's interval. Ratios of sums (slot F1, error rates, and
shares whose utterances come in clusters) take the linearised one: ratio R = sum(x)/sum(y), cluster
residuals r = x - R y, standard error sqrt(K/(K-1) sum r^2) / sum(y). It needs no resampling, agrees
with the bootstrap to about a hundredth of its width at a few hundred utterances, and needs no
utterances either: six sums say all of it, so that a page of trends reads sums alone.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from functools import cache
from math import inf, sqrt
from statistics import NormalDist  # scipy's quantile takes a third of a second to import

import numpy as np
from numpy.typing import ArrayLike

Interval = tuple[float, float]
"""Lower and upper bound, as fractions."""


@dataclass(frozen=True, slots=True)
class RatioSums:
    """What the interval of a ratio needs to know of its clusters: sums over them, whole numbers.

    ``x`` is what counts and ``y`` out of how many, in one cluster (an utterance, or all of one
    speaker's): 0 or 1 and 1 for a share, 2 TP and 2 TP + FP + FN for F1, edits and reference units
    for an error rate. ``+`` merges two sets that share no cluster.
    """

    n_clusters: int = 0
    x: int = 0
    y: int = 0
    xx: int = 0
    """Sum of x squared."""
    xy: int = 0
    yy: int = 0

    def __add__(self, other: RatioSums) -> RatioSums:
        mine, theirs = astuple(self), astuple(other)
        return RatioSums(*(a + b for a, b in zip(mine, theirs, strict=True)))

    @property
    def ratio(self) -> float | None:
        """The sum of x by the sum of y; None where the latter is 0."""
        return self.x / self.y if self.y else None

    @property
    def n_effective(self) -> float:
        """How many clusters of equal size tell as much as these, (sum y)^2 / sum y^2 (Kish 1965).

        Zero where ``y`` is.
        """
        return self.y**2 / self.yy if self.yy else 0.0

    @property
    def has_single_utterances(self) -> bool:
        """Whether every cluster is one utterance of a share, which Wilson's interval asks for."""
        return self.n_clusters == self.y == self.yy


def sum_clusters(numerators: ArrayLike, denominators: ArrayLike) -> RatioSums:
    """Returns the sums of ``numerators`` and ``denominators``, (clusters,) whole numbers each."""
    x, y = np.asarray(numerators, np.int64), np.asarray(denominators, np.int64)
    return RatioSums(len(x), int(x.sum()), int(y.sum()), int(x @ x), int(x @ y), int(y @ y))


def wilson(n_success: float, n: float, level: float = 0.95) -> Interval | None:
    """Returns Wilson's score interval of ``n_success / n``; None without utterances.

    Source: Wilson 1927, J Am Stat Assoc 22:209.
    """
    if n == 0:
        return None
    z = _quantile(level)
    centre = (n_success + z**2 / 2) / (n + z**2)
    half = z * sqrt(n_success * (n - n_success) / n + z**2 / 4) / (n + z**2)
    return max(0.0, centre - half), min(1.0, centre + half)


def ratio_interval(
    numerators: ArrayLike, denominators: ArrayLike, level: float = 0.95, *, highest: float = 1.0
) -> Interval | None:
    """Returns the linearised interval of ``sum(numerators) / sum(denominators)``.

    Args:
        numerators: (clusters,), what counts, per independent cluster; whole numbers.
        denominators: (clusters,), out of how many; whole numbers.
        level: two-sided confidence.
        highest: what the ratio cannot exceed; infinite for an error rate.

    Returns:
        Bounds cut to [0, ``highest``]; None where the ratio is undefined or nothing varies, so that
        no interval can be estimated.
    """
    return ratio_interval_from_sums(sum_clusters(numerators, denominators), level, highest=highest)


def ratio_interval_from_sums(
    sums: RatioSums, level: float = 0.95, *, highest: float = 1.0
) -> Interval | None:
    """Returns the same as :func:`ratio_interval`, from sums over the clusters."""
    if sums.y == 0:
        return None
    squares = _scaled_squares(sums)
    if squares == 0:
        return None
    ratio = sums.x / sums.y
    half = _quantile(level) * sqrt(squares) / sums.y**2
    return max(0.0, ratio - half), min(highest, ratio + half)


def design_effect(clusters: RatioSums, utterances: RatioSums) -> float | None:
    """Returns how many times a ratio's variance is what independent utterances would have.

    With 2, a thousand utterances say as much as five hundred of as many speakers (Kish 1965).

    Args:
        clusters: sums over the clusters.
        utterances: the same utterances, each a cluster of its own.

    Returns:
        None where nothing varies.
    """
    inside = _scaled_squares(utterances)
    return _scaled_squares(clusters) / inside if inside else None


def _scaled_squares(sums: RatioSums) -> float:
    """Returns the variance of the ratio times y^4: K / (K - 1) y^2 sum(r^2); 0 of one cluster."""
    # In whole numbers first, without the rounding that a difference of squares would suffer.
    squares = sums.xx * sums.y**2 - 2 * sums.x * sums.y * sums.xy + sums.x**2 * sums.yy
    return sums.n_clusters / (sums.n_clusters - 1) * squares if squares else 0.0


def share_interval_from_sums(sums: RatioSums, level: float = 0.95) -> Interval | None:
    """Returns the interval of a share of utterances; None without any.

    Wilson's where each cluster is one utterance, otherwise the linearised one. Where all clusters
    have the same share, they are as good as one utterance each.
    """
    if sums.has_single_utterances:
        return wilson(sums.x, sums.y, level)
    return ratio_interval_from_sums(sums, level) or _of_equal_clusters(sums, level)


def f1_interval(
    tp: ArrayLike, fp: ArrayLike, fn: ArrayLike, level: float = 0.95
) -> Interval | None:
    """Returns the interval of micro F1 from counts per utterance or cluster; None without slots."""
    tp, fp, fn = np.asarray(tp), np.asarray(fp), np.asarray(fn)
    return f1_interval_from_sums(sum_clusters(2 * tp, 2 * tp + fp + fn), level)


def f1_interval_from_sums(sums: RatioSums, level: float = 0.95) -> Interval | None:
    """Returns the interval of micro F1, x being 2 TP and y 2 TP + FP + FN; None without slots.

    Where nothing varies, as with an F1 of exactly 1, the linearised interval would have no width.
    Then Wilson's interval of J = TP / (TP + FP + FN) is mapped by F1 = 2 J / (1 + J) instead, with
    each cluster as good as one span: spans of one utterance are not independent.
    """
    interval = ratio_interval_from_sums(sums, level)
    if interval is not None or sums.y == 0:
        return interval
    n = sums.n_effective
    overlap = wilson(n * sums.x / (2 * sums.y - sums.x), n, level)
    assert overlap is not None, "there is a span, so there is a cluster"
    low, high = overlap
    return 2 * low / (1 + low), 2 * high / (1 + high)


def error_rate_interval_from_sums(sums: RatioSums, level: float = 0.95) -> Interval | None:
    """Returns the interval of an error rate, x being edits and y reference units.

    The upper bound may exceed 1, as an error rate may. Where nothing varies, as with a rate of
    exactly 0, each cluster is taken for one unit that is right or wrong: nothing is known of how
    many units an error would touch.

    Returns:
        None without reference units, and where every cluster has the same rate above 1.
    """
    interval = ratio_interval_from_sums(sums, level, highest=inf)
    if interval is not None or sums.x > sums.y:
        return interval
    return _of_equal_clusters(sums, level)


def _of_equal_clusters(sums: RatioSums, level: float) -> Interval | None:
    """Returns Wilson's interval with as many utterances as there are effective clusters."""
    n = sums.n_effective
    return wilson(n * sums.x / sums.y, n, level) if sums.y else None


@cache
def _quantile(level: float) -> float:
    """Returns how many standard errors a two-sided interval reaches to each side."""
    return NormalDist().inv_cdf((1 + level) / 2)
