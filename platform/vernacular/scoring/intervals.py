"""Confidence intervals of one release's metrics.

Shares of independent utterances take Wilson's interval. Ratios of sums (slot F1, and shares whose
utterances come in clusters) take the linearised one: ratio R = sum(x)/sum(y), cluster residuals
r = x - R y, standard error sqrt(K/(K-1) sum r^2) / sum(y). It needs no resampling and agrees with
the bootstrap to about a hundredth of its width at a few hundred utterances.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri
from statsmodels.stats.proportion import proportion_confint

Interval = tuple[float, float]
"""Lower and upper bound, as fractions."""


def wilson(n_success: int, n: int, level: float = 0.95) -> Interval | None:
    """Returns Wilson's score interval of ``n_success / n``; None without utterances."""
    if n == 0:
        return None
    low, high = proportion_confint(n_success, n, alpha=1 - level, method="wilson")
    return float(low), float(high)


def ratio_interval(
    numerators: ArrayLike, denominators: ArrayLike, level: float = 0.95
) -> Interval | None:
    """Returns the linearised interval of ``sum(numerators) / sum(denominators)``, cut to [0, 1].

    Args:
        numerators: (clusters,), what counts, per independent cluster.
        denominators: (clusters,), out of how many.
        level: two-sided confidence.

    Returns:
        None where the ratio is undefined or nothing varies, so that no interval can be estimated.
    """
    x, y = np.asarray(numerators, np.float64), np.asarray(denominators, np.float64)
    total = float(y.sum())
    if total == 0:
        return None
    ratio = float(x.sum()) / total
    squares = float(np.square(x - ratio * y).sum())
    # Rounding of the ratio leaves residuals that are not exactly zero where nothing varies.
    if squares < 1e-18 * total:
        return None
    half = float(ndtri((1 + level) / 2)) * sqrt(len(x) / (len(x) - 1) * squares) / total
    return max(0.0, ratio - half), min(1.0, ratio + half)


def f1_interval(
    tp: ArrayLike, fp: ArrayLike, fn: ArrayLike, level: float = 0.95
) -> Interval | None:
    """Returns the interval of micro F1 from counts per utterance or cluster; None without slots.

    Where nothing varies, as with an F1 of exactly 1, the linearised interval would have no width.
    Then Wilson's interval of J = TP / (TP + FP + FN) is mapped by F1 = 2 J / (1 + J) instead.
    """
    tp, fp, fn = np.asarray(tp), np.asarray(fp), np.asarray(fn)
    interval = ratio_interval(2 * tp, 2 * tp + fp + fn, level)
    if interval is not None:
        return interval
    overlap = wilson(int(tp.sum()), int((tp + fp + fn).sum()), level)
    if overlap is None:
        return None
    low, high = overlap
    return 2 * low / (1 + low), 2 * high / (1 + high)
