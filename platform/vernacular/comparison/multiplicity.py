"""Corrects the p-values of one family, so that many locales do not raise a false alarm by number.

Fifty-two locales with three metrics each, tested at .05 without correction, alarm almost surely.
Non-inferiority of all locales needs no correction: each must be shown (Berger 1982).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def adjust_p_values(p_values: Sequence[float], *, fwer: bool) -> list[float]:
    """Returns the corrected p-values of one family, in the same order.

    Args:
        p_values: of every test of the family.
        fwer: Holm's correction, for the chance of any false alarm, instead of Benjamini and
            Hochberg's, for the share of false alarms. The latter holds for independent and for
            positively dependent tests, which parallel utterances give (Benjamini, Yekutieli 2001).
    """
    if not p_values:
        return []
    p = np.asarray(p_values, np.float64)
    adjusted: list[float] = (_holm(p) if fwer else _benjamini_hochberg(p)).tolist()
    return adjusted


def _benjamini_hochberg(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns Benjamini and Hochberg's step-up values (J R Stat Soc B 1995, 57:289).

    Not taken from ``scipy.stats``, whose import alone costs more than a whole comparison.
    """
    order = np.argsort(p)[::-1]
    rank = np.arange(len(p), 0, -1)
    stepped = np.minimum.accumulate(p[order] * len(p) / rank)
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted


def _holm(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns Holm's step-down values (Scand J Stat 1979, 6:65).

    Not taken from statsmodels, whose version runs the garbage collector and thereby costs more than
    everything else in a comparison of a few locales.
    """
    order = np.argsort(p)
    stepped = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted
