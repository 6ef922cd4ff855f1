"""Paired tests of proportions: what two runs did with the same independent utterances.

``b`` is the number of utterances that only the baseline has right, ``c`` that only the candidate
has right; the utterances on which both agree carry no evidence of a difference.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import bdtr, bdtrc, gammaln, ndtri

Floats = NDArray[np.float64]


def mcnemar_worse(b: ArrayLike, c: ArrayLike) -> Floats:
    """Returns the one-sided mid-p of "the candidate is worse", P(X > b) + P(X = b) / 2.

    X is binomial with b + c draws of probability one half. Without a discordant utterance the
    p-value is 1. Source: Fagerland, Lydersen, Laake 2013, BMC Med Res Methodol 13:91.

    Args:
        b, c: discordant counts, arrays of one shape (one element per locale).
    """
    b, c = np.asarray(b), np.asarray(c)
    n = b + c
    p: Floats = bdtrc(b, n, 0.5) + _fair_chance(b, n) / 2
    return np.where(n == 0, 1.0, p)


def mcnemar_differs(b: ArrayLike, c: ArrayLike) -> Floats:
    """Returns the two-sided mid-p of "the runs differ"; same arguments and source."""
    b, c = np.asarray(b), np.asarray(c)
    n, fewer = b + c, np.minimum(b, c)
    chance = _fair_chance(fewer, n)
    p = np.where(b == c, 1 - chance / 2, 2 * bdtr(fewer, n, 0.5) - chance)
    return np.where(n == 0, 1.0, p)


def _fair_chance(k: NDArray[np.integer], n: NDArray[np.integer]) -> Floats:
    """Returns P(X = k) of n fair draws.

    ``scipy.stats.binom`` has it too, but importing it takes longer than a whole comparison.
    """
    chance: Floats = np.exp(
        gammaln(n + 1.0) - gammaln(k + 1.0) - gammaln(n - k + 1.0) - n * np.log(2)
    )
    return chance


def bonett_price(b: ArrayLike, c: ArrayLike, n: ArrayLike, level: float) -> tuple[Floats, Floats]:
    """Returns lower and upper bounds of the difference (c - b) / n.

    The interval adds one utterance to each discordant count, so it is never without width. Source:
    Bonett and Price 2012, J Educ Behav Stat 37:479.

    Args:
        b, c: discordant counts.
        n: utterances compared, with both kinds of agreement.
        level: two-sided confidence.
    """
    b, c = np.asarray(b, np.float64), np.asarray(c, np.float64)
    size = np.asarray(n, np.float64) + 2
    fixed, broken = (c + 1) / size, (b + 1) / size
    centre = fixed - broken
    half = ndtri((1 + level) / 2) * np.sqrt((fixed + broken - centre**2) / size)
    return np.maximum(-1.0, centre - half), np.minimum(1.0, centre + half)
