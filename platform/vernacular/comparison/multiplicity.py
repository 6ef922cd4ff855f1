"""Corrects the p-values of one family, so that many locales do not raise a false alarm by number.

Fifty-two locales with three metrics each, tested at .05 without correction, alarm almost surely.
Non-inferiority of all locales needs no correction: each must be shown (Berger 1982).
"""

from __future__ import annotations

from collections.abc import Sequence

from statsmodels.stats.multitest import multipletests


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
    method = "holm" if fwer else "fdr_bh"
    adjusted: list[float] = multipletests(p_values, method=method)[1].tolist()
    return adjusted
