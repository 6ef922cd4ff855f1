"""Every metric of a run in every locale as sums, from which its rate and interval follow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vernacular.comparison.metrics import METRICS
from vernacular.comparison.run_counts import RunCounts
from vernacular.scoring.intervals import RatioSums


@dataclass(frozen=True, slots=True)
class LocaleSum:
    """One metric in one locale: a ratio of sums, with the squares and products of its clusters."""

    metric: str
    locale: str
    n: int
    """Utterances scored."""
    n_failed: int
    """Those of them that failed; they count as wrong."""
    sums: RatioSums
    """The metric as a ratio of sums over its clusters."""


def sum_per_locale(run: RunCounts) -> list[LocaleSum]:
    """Returns the sums of every metric that the run was scored on, by metric, then locale.

    A locale without any result has none.
    """
    # One number for each cluster of each locale: the same utterance in two locales is two.
    _, cluster = np.unique(run.cluster, return_inverse=True)
    n_clusters = int(cluster.max(initial=-1)) + 1
    group, row_group = np.unique(
        run.locale.astype(np.int64) * n_clusters + cluster, return_inverse=True
    )
    group_locale = (group // max(n_clusters, 1)).astype(np.int64)
    n_locales = len(run.locales)
    n = np.bincount(run.locale, minlength=n_locales)
    n_failed = np.bincount(run.locale, run.failed, minlength=n_locales)
    found = []
    for metric in METRICS:
        if not run.has(metric):
            continue
        parts = metric.ratio_parts(run.counts)
        x, y = (np.bincount(row_group, part, minlength=len(group)) for part in parts)
        sums = [
            np.bincount(group_locale, values, minlength=n_locales)
            for values in (x, y, x * x, x * y, y * y)
        ]
        in_locale = np.bincount(group_locale, minlength=n_locales)
        for i in np.flatnonzero(n):
            ratio = RatioSums(*(round(total[i]) for total in (in_locale, *sums)))
            found.append(
                LocaleSum(metric.key, run.locales[i], round(n[i]), round(n_failed[i]), ratio)
            )
    return found
