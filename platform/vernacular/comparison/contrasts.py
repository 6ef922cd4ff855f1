"""Weighted sums of one run's rates over locales, with the error that shared clusters leave them.

The rate of a locale is a sum over its clusters by another, R_l = X_l / Y_l. To first order cluster
k moves it by e_kl = sqrt(K_l / (K_l - 1)) (x_kl - R_l y_kl) / Y_l, with K_l the clusters of the
locale, and a weighted sum C = sum_l w_l R_l by u_k = sum_l w_l e_kl. The u_k are as independent as
the clusters, so that the standard error of C is sqrt(sum_k u_k^2). A parallel suite has the same
utterance in every locale: what is hard in one is hard in the others, the e_kl of one cluster go
together, and they have to be weighed before they are squared. Where no cluster is shared the same
formula adds up the variances. Source: linearisation of ratios, Cochran 1977, Sampling Techniques,
6.4; Liang and Zeger 1986 for clusters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from vernacular.comparison.closed_form import Floats, Ints

_ROUNDING = 1e-12
"""Residuals below this part of a cluster's weight are zero but for rounding."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """A weighted sum of rates."""

    value: float
    standard_error: float | None
    """None where no cluster moves it, or a locale has one cluster only: then nothing says how far
    chance would go."""

    def interval(self, level: float) -> tuple[float, float] | None:
        """Returns the two-sided normal bounds of ``value``; None where the error is unknown."""
        if self.standard_error is None:
            return None
        half = float(ndtri((1 + level) / 2)) * self.standard_error
        return self.value - half, self.value + half


@dataclass(frozen=True, eq=False)
class LocaleRates:
    """The rates of one metric by locale, and what every cluster does to them."""

    rate: Floats
    """(locales,), nan where nothing is counted."""
    n_clusters: Ints
    """(locales,), clusters with a row in the locale."""
    _moved: Floats
    """(groups,), e_kl of each cluster and locale that meet."""
    _size: Floats
    """(groups,), y_kl / Y_l, by which rounding is told from a residual."""
    _cluster: Ints
    """(groups,), counted from 0."""
    _locale: Ints

    def weigh(self, weights: ArrayLike) -> Contrast | None:
        """Returns sum_l w_l R_l; None where the rate of a locale that has a weight is unknown.

        Args:
            weights: (locales,); 1 and -1 for a difference, 1 / m each for a mean of m.
        """
        weight = np.asarray(weights, np.float64)
        used = weight != 0
        if np.isnan(self.rate[used]).any():
            return None
        value = float(weight[used] @ self.rate[used])
        if not used.any() or self.n_clusters[used].min() < 2:
            return Contrast(value, None)
        rows = used[self._locale]
        share = weight[self._locale[rows]]
        moved = np.bincount(self._cluster[rows], share * self._moved[rows])
        squares = float(moved @ moved)
        sizes = share * self._size[rows]
        if squares <= _ROUNDING**2 * float(sizes @ sizes):
            return Contrast(value, None)
        return Contrast(value, float(np.sqrt(squares)))


def rates_by_locale(
    numerators: ArrayLike,
    denominators: ArrayLike,
    *,
    locale: ArrayLike,
    cluster: ArrayLike,
    n_locales: int,
) -> LocaleRates:
    """Returns the rates of one metric in every locale.

    Args:
        numerators: (n,), one row per utterance; so are the other columns.
        denominators: out of how many.
        locale: index of the locale, from 0.
        cluster: equal for rows that are not independent of each other, in whatever locale.
        n_locales: how many locales there are, with or without rows.
    """
    places = np.asarray(locale, np.int64)
    numbers, number = np.unique(np.asarray(cluster), return_inverse=True)
    n_numbers = max(1, len(numbers))
    found, group = np.unique(places * n_numbers + number, return_inverse=True)
    of_locale, of_cluster = found // n_numbers, found % n_numbers
    x, y = (
        np.bincount(group, np.asarray(rows, np.float64), len(found))
        for rows in (numerators, denominators)
    )
    totals = np.bincount(of_locale, y, n_locales)
    rate = _divide(np.bincount(of_locale, x, n_locales), totals)
    n_clusters = np.bincount(of_locale, minlength=n_locales)
    small = np.sqrt(_divide(n_clusters, np.maximum(n_clusters - 1, 0)))
    total = totals[of_locale]
    return LocaleRates(
        rate=rate,
        n_clusters=n_clusters,
        _moved=small[of_locale] * _divide(x - rate[of_locale] * y, total),
        _size=_divide(y, total),
        _cluster=of_cluster,
        _locale=of_locale,
    )


def _divide(part: NDArray[np.number], whole: NDArray[np.number]) -> Floats:
    """Returns the quotient, nan where ``whole`` is 0."""
    out = np.full(part.shape, np.nan)
    np.divide(part, whole, out=out, where=whole != 0)
    return out
