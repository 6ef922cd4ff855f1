"""Empirical Bayes for small locales: each estimate drawn towards the mean of all, as it deserves.

A locale of a hundred utterances swings by points through chance alone, and the worst of fifty such
locales is mostly the unluckiest. Drawn towards the others by as much as it is uncertain, it is a
better guess on average. It is a guess with the others' help, though: it stands beside the raw
number and never in its place, and no verdict is made of it.

Normal estimates around normal truths: y_i ~ N(theta_i, V_i), theta_i ~ N(mu, A). A is the moment
estimate of DerSimonian and Laird (1986, Control Clin Trials 7:177); factors and errors follow
Morris (1983, J Am Stat Assoc 78:47, section 5), whose (k - 3) / (k - 1) keeps A's own uncertainty
from drawing too far. With equal errors this is the estimator of Efron and Morris (1975, J Am Stat
Assoc 70:311). Truths and chances are taken for independent between locales; what a parallel suite
gives them in common makes A a little too small, and the drawing a little too strong.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

_FEWEST = 4
"""With three estimates or fewer, drawing them together does not help on average."""


@dataclass(frozen=True, eq=False)
class Shrunk:
    """Estimates drawn together, (k,) each, in the order in which they were given."""

    estimate: Floats
    """Weight times the raw estimate plus the rest times ``centre``; the raw one where it could not
    be drawn."""
    standard_error: Floats
    """Of ``estimate`` around the truth; the raw one where it could not be drawn."""
    weight: Floats
    """How much of each is its own raw estimate: 1 for all of it, as where it could not be drawn."""
    centre: float | None
    """What they were drawn towards; None where nothing was."""
    between_variance: float | None
    """A, the variance of the truths; None where nothing was drawn."""


def shrink(estimates: ArrayLike, standard_errors: ArrayLike) -> Shrunk:
    """Returns the estimates drawn towards their mean.

    Estimates that are nan, or have no positive finite standard error, neither take part nor change.
    With fewer than four that do, nothing changes. A standard error that is 0 because nothing
    flipped says little of a small locale; half the width of a Bonett-Price interval by its normal
    quantile is a better one.

    Args:
        estimates: (k,), such as the differences of one metric by locale; nan is unknown.
        standard_errors: (k,), in the same unit.
    """
    y = np.array(estimates, np.float64)
    error = np.array(standard_errors, np.float64)
    takes_part = np.isfinite(y) & np.isfinite(error) & (error > 0)
    k = int(takes_part.sum())
    weight = np.ones(len(y))
    if k < _FEWEST:
        return Shrunk(y, error, weight, None, None)
    raw, variance = y[takes_part], error[takes_part] ** 2
    between = between_variance(raw, variance)
    precision = 1 / (variance + between)
    share = precision / precision.sum()
    centre = float(share @ raw)
    pull = (k - 3) / (k - 1) * variance * precision
    # Morris's three terms: what is left of the estimate's own variance, with the uncertainty of the
    # centre, and that of A, which grows with the distance drawn.
    kept = variance * (1 - (1 - share) * pull)
    mean_variance = float(share @ variance)
    of_between = 2 / (k - 3) * pull**2 * (mean_variance + between) * precision
    y[takes_part] = centre * pull + raw * (1 - pull)
    error[takes_part] = np.sqrt(kept + of_between * (raw - centre) ** 2)
    weight[takes_part] = 1 - pull
    return Shrunk(y, error, weight, centre, between)


def between_variance(estimates: Floats, variances: Floats) -> float:
    """Returns DerSimonian and Laird's estimate of the variance of the truths, never negative.

    With w = 1 / V: (sum w (y - m)^2 - (k - 1)) / (sum w - sum w^2 / sum w), m the w-weighted mean.

    Args:
        estimates: (k,), at least two.
        variances: (k,), of the estimates; positive.
    """
    w = 1 / variances
    mean = float(w @ estimates) / float(w.sum())
    spread = float(w @ (estimates - mean) ** 2)
    excess = spread - (len(estimates) - 1)
    return max(0.0, excess / (float(w.sum()) - float(w @ w) / float(w.sum())))
