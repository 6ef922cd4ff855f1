"""Measures one metric in many slices at once, as columns with one element per slice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vernacular.comparison.closed_form import (
    ClusterGroups,
    RatioDifferences,
    ratio_differences,
)
from vernacular.comparison.paired import bonett_price, mcnemar_worse

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEWEST_CLUSTERS = 10
"""Independent clusters below which a slice is shown without a test, as whole locales are."""


@dataclass(frozen=True, eq=False)
class SlicedMetric:
    """One metric on the common rows: what it is the ratio of in both runs, (n,) each."""

    key: str
    numerator_a: Floats
    denominator_a: Floats
    numerator_b: Floats
    denominator_b: Floats
    is_share: bool = False
    """True if the numerator is 0 or 1 and the denominator 1."""
    is_error: bool = False
    """True if less of it is better."""


@dataclass(frozen=True, eq=False)
class SliceColumns:
    """What is said of each slice, (slices,) each; nan is unknown."""

    n: Ints
    n_clusters: Ints
    baseline: Floats
    candidate: Floats
    delta: Floats
    """Negative is worse, for error rates too."""
    low: Floats
    high: Floats
    p: Floats
    """One-sided, of "the candidate is worse"; nan where the slice is not tested."""
    is_large: NDArray[np.bool_]
    """Whether there are enough utterances and clusters to say anything."""
    is_mcnemar: NDArray[np.bool_]
    """Whether p is McNemar's."""
    flips: Ints | None
    """(slices, 4): both right, only the baseline, only the candidate, neither; of a share."""


def measure_slice_columns(
    metric: SlicedMetric,
    rows: Ints,
    slice_of_row: Ints,
    groups: ClusterGroups,
    *,
    n_min: int,
    level: float,
) -> SliceColumns:
    """Returns the metric in every slice.

    Shares of independent utterances take McNemar's test and the Bonett-Price interval, everything
    else the linearised difference.

    Args:
        metric: what is measured.
        rows: (memberships,), numbers of rows.
        slice_of_row: (memberships,), the slice that the row is in.
        groups: the slices and clusters of these rows.
        n_min: utterances below which a slice is not tested.
        level: two-sided confidence.
    """
    n = np.bincount(slice_of_row, minlength=groups.n_cells)
    found = _differences(metric, rows, groups)
    delta, p = found.delta, found.p_below_zero()
    low, high = found.interval(level)
    # Where nothing varies the error is 0 and no interval can be estimated.
    low, high = (np.where(found.standard_error > 0, bound, np.nan) for bound in (low, high))
    is_mcnemar = (found.n_clusters == n) & metric.is_share
    flips = _flips(metric, rows, slice_of_row, groups.n_cells) if metric.is_share else None
    if flips is not None:
        _, broken, fixed, _ = flips.T
        # Whole numbers first, so that no rounding stands in an exact zero.
        delta = np.where(n > 0, (fixed - broken) / np.maximum(n, 1), np.nan)
        bounds = bonett_price(broken, fixed, n, level)
        low, high = np.where(is_mcnemar, bounds, (low, high))
        p = np.where(is_mcnemar, mcnemar_worse(broken, fixed), p)
    is_large = (n >= n_min) & (found.n_clusters >= FEWEST_CLUSTERS) & ~np.isnan(delta)
    is_tested = is_large & ~np.isnan(p)
    first, second = found.ratio_a, found.ratio_b
    return SliceColumns(
        n=n,
        n_clusters=found.n_clusters,
        baseline=second if metric.is_error else first,
        candidate=first if metric.is_error else second,
        delta=delta,
        low=np.where(is_tested, low, np.nan),
        high=np.where(is_tested, high, np.nan),
        p=np.where(is_tested, p, np.nan),
        is_large=is_large,
        is_mcnemar=is_mcnemar,
        flips=flips,
    )


def _differences(metric: SlicedMetric, rows: Ints, groups: ClusterGroups) -> RatioDifferences:
    """Returns the differences, with the runs of an error rate swapped: a fall of it is a gain."""
    first = metric.numerator_a[rows], metric.denominator_a[rows]
    second = metric.numerator_b[rows], metric.denominator_b[rows]
    if metric.is_error:
        first, second = second, first
    return ratio_differences(*first, *second, groups)


def _flips(metric: SlicedMetric, rows: Ints, slice_of_row: Ints, n_slices: int) -> Ints:
    is_wrong_a, is_wrong_b = metric.numerator_a[rows] == 0, metric.numerator_b[rows] == 0
    # Both right is 0, only the baseline 1, only the candidate 2, neither 3.
    kind = slice_of_row * 4 + 2 * is_wrong_a + is_wrong_b
    return np.bincount(kind, minlength=4 * n_slices).reshape(n_slices, 4)
