"""Resamples two paired runs: which clusters are drawn together, and what each draw adds up to.

Locales that share clusters (translations of the same utterances) are drawn with one set of weights,
locales that share none are drawn apart, as they are independent.
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


def resample_pairs(
    pairs: Pairs, metrics: Sequence[Metric], n_resamples: int, seed: int
) -> NDArray[np.float32]:
    """Returns differences of resampled runs, (metrics, locales, resamples); nan where undefined.

    What a locale gets does not depend on the other locales of its group being there, as long as the
    group's clusters stay the same.
    """
    shape = (len(metrics), len(pairs.locales), n_resamples)
    deltas = np.full(shape, np.nan, np.float32)
    parts = [pairs.parts(metric) for metric in metrics]
    for number, group in enumerate(locales_drawn_together(pairs)):
        inside = np.isin(pairs.locale, group)
        _, cluster = np.unique(pairs.cluster[inside], return_inverse=True)
        column = np.searchsorted(group, pairs.locale[inside])
        paired = _sum_per_cluster([part.rows(inside) for part in parts], cluster, column)
        drawn = resample_deltas(paired, n_resamples, [seed, number])
        deltas[:, group] = drawn.T.reshape(len(metrics), len(group), n_resamples)
    return deltas


def locales_drawn_together(pairs: Pairs) -> list[NDArray[np.int64]]:
    """Returns groups of locales that share clusters, as ascending indices.

    Locales without a common row are in no group.
    """
    present = np.unique(pairs.locale)
    if len(present) == 0:
        return []
    clusters, cluster = np.unique(pairs.cluster, return_inverse=True)
    n_locales = len(pairs.locales)
    n_nodes = n_locales + len(clusters)
    links = coo_array(
        (np.ones(len(cluster), np.int8), (pairs.locale, n_locales + cluster)),
        shape=(n_nodes, n_nodes),
    )
    _, label = connected_components(links, directed=False)
    of_locale = label[present]
    _, first = np.unique(of_locale, return_index=True)
    return [present[of_locale == of_locale[i]] for i in np.sort(first)]


def _sum_per_cluster(
    parts: Sequence[RatioParts], cluster: NDArray[np.int64], column: NDArray[np.int64]
) -> PairedRatios:
    """Returns sums per cluster and (metric, locale), metrics outermost."""
    n_clusters, n_columns = int(cluster.max()) + 1, int(column.max()) + 1
    place = cluster * n_columns + column

    def spread(rows: Floats) -> Floats:
        sums = np.bincount(place, weights=rows, minlength=n_clusters * n_columns)
        return sums.reshape(n_clusters, n_columns).astype(np.float64, copy=False)

    return PairedRatios(
        np.hstack([spread(part.numerator_a) for part in parts]),
        np.hstack([spread(part.denominator_a) for part in parts]),
        np.hstack([spread(part.numerator_b) for part in parts]),
        np.hstack([spread(part.denominator_b) for part in parts]),
    )
