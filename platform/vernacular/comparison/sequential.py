"""Evidence that may be looked at as often as one likes, for samples that grow while people work.

A test that is planned for 3,000 utterances and looked at ten times on the way rejects three times
as often as it says. An e-value does not: it is the wealth of a gambler who starts with 1 and bets
on each discordant utterance in turn against odds that are fair if nothing got worse. The chance
that it ever reaches 1 / alpha is then at most alpha (Ville 1939). The bets are mixed over all odds
by Jeffreys' Beta(1/2, 1/2), which sums up to a formula (Robbins 1970, Ann Math Stat 41:1397;
Howard, Ramdas, McAuliffe, Sekhon 2021, Ann Stat 49:1055, the beta-binomial mixture).

``e_value_worse`` is the one for a gate. It bets only that negative flips prevail, and so it keeps
its level also if the candidate is better, and grows nearly twice as large if it is worse.
``e_value_differs`` asks whether anything changed at all.

Both ask that utterances are independent (one per speaker and per parallel item) and that nobody
chose by outcome which utterance comes next.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincc, betaln

Floats = NDArray[np.float64]

_LARGEST_LOG = 700.0
"""About the logarithm of the largest float; more evidence than that is of no further interest."""


def log_e_differs(b: ArrayLike, c: ArrayLike) -> Floats:
    """Returns the natural logarithm of the evidence that the runs differ, either way.

    The mixture of (2t)^b (2(1 - t))^c over t in (0, 1), with t the chance that a discordant
    utterance is a negative flip and 1/2 under the hypothesis of no difference.

    Args:
        b, c: negative and positive flips, arrays of one shape (one element per locale).
    """
    b, c = np.asarray(b, np.float64), np.asarray(c, np.float64)
    log_e: Floats = betaln(b + 0.5, c + 0.5) - betaln(0.5, 0.5) + (b + c) * np.log(2)
    return log_e


def log_e_worse(b: ArrayLike, c: ArrayLike) -> Floats:
    """Returns the natural logarithm of the evidence that the candidate is worse; -inf for none.

    The same mixture over t in (1/2, 1) alone. Each of its bets loses on average wherever t is at
    most 1/2, so that their mean is valid for "no worse", not only for "no different". Arguments as
    in :func:`log_e_differs`.
    """
    b, c = np.asarray(b, np.float64), np.asarray(c, np.float64)
    above_half = betaincc(b + 0.5, c + 0.5, 0.5)
    with np.errstate(divide="ignore"):  # the logarithm of no evidence is minus infinity
        log_e: Floats = log_e_differs(b, c) + np.log(2 * above_half)
    return log_e


def e_value_differs(b: ArrayLike, c: ArrayLike) -> Floats:
    """Returns the evidence that the runs differ; 1 without a discordant utterance."""
    return _e_value(log_e_differs(b, c))


def e_value_worse(b: ArrayLike, c: ArrayLike) -> Floats:
    """Returns the evidence that the candidate is worse; 1 without a discordant utterance."""
    return _e_value(log_e_worse(b, c))


def anytime_p(e_value: ArrayLike) -> Floats:
    """Returns the p-value that an e-value stands for at any time, min(1, 1 / E).

    Corrected by Benjamini and Hochberg's step-up it keeps the share of false alarms under every
    kind of dependence between locales (Wang and Ramdas 2022, J R Stat Soc B 84:822).

    Args:
        e_value: not negative; 0 gives 1.
    """
    e = np.asarray(e_value, np.float64)
    return 1 / np.maximum(e, 1.0)


def _e_value(log_e: Floats) -> Floats:
    return np.exp(np.minimum(log_e, _LARGEST_LOG))
