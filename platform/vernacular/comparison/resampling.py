"""Resamples two paired runs: which clusters are drawn as one, and what each draw adds up to.

Locales that share clusters (translations of the same utterances) must be drawn with the same
weights. Locales that share none are independent and get weights of their own, as far as there are
enough: drawing them takes most of the time of a comparison.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from vernacular.comparison.bootstrap import PairedRatios, resample_deltas
from vernacular.comparison.metrics import Metric
from vernacular.comparison.pairs import Floats, Pairs, RatioParts

ENOUGH_PLACES = 4096
"""Weights per resample, unless one group of linked locales needs more."""


def resample_pairs(
    pairs: Pairs, metrics: Sequence[Metric], n_resamples: int, seed: int
) -> NDArray[np.float32]:
    """Returns differences of resampled runs, (metrics, locales, resamples); nan where undefined.

    Negative is worse, for error rates too. In a parallel suite, what a locale gets does not depend
    on which other locales are there.
    """
    shape = (len(metrics), len(pairs.locales), n_resamples)
    deltas = np.full(shape, np.nan, np.float32)
    present, column = np.unique(pairs.locale, return_inverse=True)
    if len(present):
        place, n_places = place_clusters(pairs, seed)
        parts = [pairs.parts(metric) for metric in metrics]
        paired = _sum_per_place(parts, place * len(present) + column, (n_places, len(present)))
        drawn = resample_deltas(paired, n_resamples, [seed])
        sign = np.array([metric.sign for metric in metrics], np.float32)[:, None, None]
        deltas[:, present] = sign * drawn.T.reshape(len(metrics), len(present), n_resamples)
    return deltas


def place_clusters(pairs: Pairs, seed: int) -> tuple[NDArray[np.int64], int]:
    """Returns which weight every row takes, (n,), and how many weights a resample has.

    Groups of locales that share clusters are laid side by side. Where that needs more than
    ``ENOUGH_PLACES`` they go round and share places with others, in an order that is shuffled for
    each group: what two locales have in one place is then unrelated, and the mean over locales
    keeps its variance but for noise of one part in the root of the number of places.
    """
    clusters, cluster = np.unique(pairs.cluster, return_inverse=True)
    groups = _linked_clusters(pairs, cluster, len(clusters))
    n_places = min(len(clusters), max(ENOUGH_PLACES, *(len(group) for group in groups)))
    place = np.empty(len(clusters), np.int64)
    start = 0
    for number, group in enumerate(groups):
        shuffled = np.random.default_rng([seed, number]).permutation(len(group))
        place[group] = (start + shuffled) % n_places
        start += len(group)
    return place[cluster], n_places


def _linked_clusters(
    pairs: Pairs, cluster: NDArray[np.int64], n_clusters: int
) -> list[NDArray[np.int64]]:
    """Returns the clusters of each group of locales that have clusters in common."""
    n_locales = len(pairs.locales)
    n_nodes = n_locales + n_clusters
    links = coo_array(
        (np.ones(len(cluster), np.int8), (pairs.locale, n_locales + cluster)),
        shape=(n_nodes, n_nodes),
    )
    _, label = connected_components(links, directed=False)
    of_cluster = label[n_locales:]
    order = np.argsort(of_cluster, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(of_cluster[order])) + 1)


def _sum_per_place(
    parts: Sequence[RatioParts], cell: NDArray[np.int64], shape: tuple[int, int]
) -> PairedRatios:
    """Returns sums per place and (metric, locale), metrics outermost."""

    def spread(rows: Floats) -> Floats:
        sums = np.bincount(cell, weights=rows, minlength=shape[0] * shape[1])
        return sums.reshape(shape).astype(np.float64, copy=False)

    return PairedRatios(
        np.hstack([spread(part.numerator_a) for part in parts]),
        np.hstack([spread(part.denominator_a) for part in parts]),
        np.hstack([spread(part.numerator_b) for part in parts]),
        np.hstack([spread(part.denominator_b) for part in parts]),
    )
