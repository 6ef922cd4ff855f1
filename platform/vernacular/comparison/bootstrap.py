"""Resamples clusters of utterances to see how far a difference of ratios could be chance.

One matrix of multinomial weights serves all locales and metrics, because parallel suites put the
same utterance into every locale: errors are then correlated across locales, and a mean over locales
has the right interval only if an utterance is drawn for all of them at once. Drawing weights and
multiplying is some twenty times faster than gathering resampled rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

Floats = NDArray[np.float64]
Weights = NDArray[np.float32]

_MOST_RESAMPLES = 2_000
_MOST_WEIGHTS = 8_000_000
"""Weights held at a time; 32 MB."""
_MOST_DRAWS = 65_536
"""Drawn at a time, so that counting them stays in the processor's cache."""
_EXACT_BELOW = 2**24
"""float32 adds whole numbers exactly below this, in whatever order a BLAS library does."""
_FEWEST_CROSSINGS = 10
"""With fewer resamples beyond zero their share is too coarse to be a p-value."""


@dataclass(frozen=True, eq=False)
class PairedRatios:
    """Sums per cluster and column of two ratios to be compared; a column is a locale and metric.

    All arrays are (clusters, columns); whole numbers.
    """

    numerator_a: Floats
    denominator_a: Floats
    numerator_b: Floats
    denominator_b: Floats


def resample_weights(n_clusters: int, n_resamples: int, seed: list[int]) -> Iterator[Weights]:
    """Yields multinomial weights in chunks, (resamples, clusters) each; every row sums to clusters.

    Args:
        n_clusters: how many clusters are drawn from, and how many draws a resample has.
        n_resamples: rows of all chunks together.
        seed: what the generator starts from; the same seed gives the same weights.
    """
    rng = np.random.default_rng(seed)
    index_type = np.uint16 if n_clusters <= 2**16 else np.uint32
    per_chunk = min(_MOST_RESAMPLES, max(1, _MOST_WEIGHTS // n_clusters))
    per_draw = max(1, _MOST_DRAWS // n_clusters)
    weights = np.empty((min(per_chunk, n_resamples), n_clusters), np.float32)
    for start in range(0, n_resamples, per_chunk):
        n_rows = min(per_chunk, n_resamples - start)
        for first in range(0, n_rows, per_draw):
            rows = min(per_draw, n_rows - first)
            draws = rng.integers(0, n_clusters, size=(rows, n_clusters), dtype=index_type)
            places = draws + (np.arange(rows) * n_clusters)[:, None]
            counts = np.bincount(places.ravel(), minlength=rows * n_clusters)
            weights[first : first + rows] = counts.reshape(rows, n_clusters)
        yield weights[:n_rows]


def resample_deltas(paired: PairedRatios, n_resamples: int, seed: list[int]) -> NDArray[np.float32]:
    """Returns the differences b - a of resampled clusters, (resamples, columns).

    A resample that drew nothing of a column has nan there.
    """
    n_clusters, n_columns = paired.numerator_a.shape
    parts = [paired.numerator_a, paired.denominator_a, paired.numerator_b, paired.denominator_b]
    columns = np.hstack(parts)
    largest = n_clusters * columns.max(initial=0)
    columns = columns.astype(np.float32 if largest < _EXACT_BELOW else np.float64)
    deltas = np.empty((n_resamples, n_columns), np.float32)
    done = 0
    for weights in resample_weights(n_clusters, n_resamples, seed):
        totals = (weights @ columns).astype(np.float64).reshape(len(weights), 4, n_columns)
        deltas[done : done + len(weights)] = _divide(totals[:, 2], totals[:, 3]) - _divide(
            totals[:, 0], totals[:, 1]
        )
        done += len(weights)
    return deltas


def percentile_interval(deltas: NDArray[np.floating], level: float) -> tuple[float, float]:
    """Returns the two-sided percentile interval of one column of resampled differences.

    Resamples without a value are left out; without any value the interval is everything.
    """
    known = deltas[~np.isnan(deltas)]
    if len(known) == 0:
        return -1.0, 1.0
    low, high = np.percentile(known, [50 * (1 - level), 50 * (1 + level)])
    return float(low), float(high)


def standard_error(deltas: NDArray[np.floating]) -> float:
    """Returns the standard deviation of one column of resampled differences; 0 without any."""
    known = deltas[~np.isnan(deltas)]
    return float(known.std(dtype=np.float64)) if len(known) else 0.0


def p_worse(deltas: NDArray[np.floating], delta: float) -> float:
    """Returns the one-sided p of "the candidate is worse" from one column of resampled differences.

    It is the share of resamples in which the candidate is not worse (Bisani and Ney 2004), counting
    the observed data as one more. Where nearly none is, the share says only "less than one in
    ``n_resamples``", which no correction over a thousand locales could ever accept; then the normal
    tail of the difference takes its place.

    Args:
        deltas: (resamples,), differences; nan counts as not worse.
        delta: observed difference.
    """
    n_crossing = len(deltas) - int(np.count_nonzero(deltas < 0))
    spread = standard_error(deltas)
    if n_crossing < _FEWEST_CROSSINGS and spread > 0:
        return float(ndtr(delta / spread))
    return (1 + n_crossing) / (1 + len(deltas))


def mean_over_locales(deltas: NDArray[np.floating]) -> Floats:
    """Returns each resample's mean over the locales it is known for, (resamples,); nan without any.

    Args:
        deltas: (locales, resamples), resampled differences of one metric.
    """
    known = ~np.isnan(deltas)
    return _divide(np.where(known, deltas, 0).sum(axis=0, dtype=np.float64), known.sum(axis=0))


def _divide(numerator: NDArray[np.generic], denominator: NDArray[np.generic]) -> Floats:
    """Returns the quotient, nan where the denominator is 0."""
    numerator, denominator = np.broadcast_arrays(numerator, denominator)
    out = np.full(numerator.shape, np.nan)
    np.divide(numerator, denominator, out=out, where=denominator != 0)
    return out
