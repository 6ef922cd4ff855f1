"""Measures one locale and metric: estimates, intervals, the test, and what it could have seen.

Shares of independent utterances take McNemar's test and closed intervals. Ratios of sums take the
bootstrap, and so do shares whose utterances come in clusters (several per speaker), because
McNemar's test would count every utterance of one speaker as fresh evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from vernacular.comparison.bootstrap import p_worse, percentile_interval, standard_error
from vernacular.comparison.cells import Measurement, Method
from vernacular.comparison.flips import Flips, count_flips
from vernacular.comparison.metrics import Metric, MetricKind
from vernacular.comparison.paired import bonett_price, mcnemar_worse
from vernacular.comparison.pairs import Floats, Pairs, RatioParts
from vernacular.comparison.policy import Policy
from vernacular.comparison.power import (
    items_for_margin,
    smallest_drop,
    smallest_drop_of_ratio,
    smallest_pure_drop,
)
from vernacular.comparison.sequential import e_value_worse
from vernacular.scoring.intervals import Interval, sum_clusters


@dataclass(frozen=True, slots=True)
class _Difference:
    """What a test says of delta."""

    low: float
    high: float
    p: float
    mde: float | None
    n_needed: int | None


def measure(
    pairs: Pairs,
    locale: int,
    metric: Metric,
    *,
    parts: RatioParts,
    deltas: NDArray[np.float32],
    policy: Policy,
) -> Measurement:
    """Returns the measurement of one locale and metric.

    Args:
        pairs: the common rows of all locales.
        locale: index into ``pairs.locales``.
        metric: what is measured.
        parts: the metric on every common row.
        deltas: (resamples,), resampled differences of this locale and metric.
        policy: levels and margins.
    """
    rows = pairs.rows_of(locale)
    here = parts.rows(rows)
    tag = pairs.locales[locale]
    judged, is_gated = policy.rule(metric.key, tag)
    n = rows.stop - rows.start
    _, cluster = np.unique(pairs.cluster[rows], return_inverse=True)
    n_clusters = int(cluster.max(initial=-1)) + 1
    is_share = metric.kind is MetricKind.PROPORTION
    flips = count_flips(here.numerator_a > 0, here.numerator_b > 0) if is_share and n else None
    baseline = _ratio(here.numerator_a, here.denominator_a)
    candidate = _ratio(here.numerator_b, here.denominator_b)
    delta = None if baseline is None or candidate is None else metric.sign * (candidate - baseline)
    if flips is not None:
        # Whole numbers first: rounding must not decide whether a drop reaches the smallest effect.
        delta = (flips.c - flips.b) / n
    found: _Difference | None
    if flips is not None and n_clusters == n:
        method, found = Method.MCNEMAR, _from_flips(flips, judged.margin, policy)
    else:
        method = Method.BOOTSTRAP
        # An utterance without a slot on either side says nothing of F1.
        counted = np.bincount(cluster, here.denominator_a + here.denominator_b)
        n_clusters = int(np.count_nonzero(counted))
        found = _from_resamples(deltas, delta, n, n_clusters, judged.margin, policy)
    baseline_failed, candidate_failed = pairs.n_failed(locale)
    return Measurement(
        locale=tag,
        metric=metric.key,
        is_gated=is_gated,
        n=n,
        n_clusters=n_clusters,
        coverage=pairs.coverage(locale),
        baseline_failed=baseline_failed,
        candidate_failed=candidate_failed,
        baseline=baseline,
        candidate=candidate,
        baseline_interval=_interval(metric, here.numerator_a, here.denominator_a, cluster),
        candidate_interval=_interval(metric, here.numerator_b, here.denominator_b, cluster),
        delta=delta,
        low=found.low if found else None,
        high=found.high if found else None,
        p=found.p if found else None,
        mde=found.mde if found else None,
        n_needed=found.n_needed if found else None,
        flips=flips,
        e_value=float(e_value_worse(flips.b, flips.c)) if flips and n_clusters == n else None,
        method=method,
    )


def _from_flips(flips: Flips, margin: float, policy: Policy) -> _Difference:
    """Returns what independent utterances say of the difference of two shares."""
    n, discordant = flips.n, (flips.b + flips.c) / flips.n
    low, high = bonett_price(flips.b, flips.c, n, policy.level)
    drop = smallest_drop(n, discordant, policy.alpha, policy.power)
    if drop is None:
        drop = smallest_pure_drop(n, policy.alpha, policy.power)
    needed = items_for_margin(margin, discordant, policy.alpha, policy.power)
    return _Difference(
        float(low),
        float(high),
        float(mcnemar_worse(flips.b, flips.c)),
        drop,
        max(policy.n_min, needed),
    )


def _from_resamples(
    deltas: NDArray[np.float32],
    delta: float | None,
    n: int,
    n_clusters: int,
    margin: float,
    policy: Policy,
) -> _Difference | None:
    """Returns what resampled clusters say of the difference of two ratios; None if undefined."""
    if delta is None:
        return None
    low, high = percentile_interval(deltas, policy.level)
    p = p_worse(deltas, delta)
    drop = smallest_drop_of_ratio(standard_error(deltas), policy.alpha, policy.power)
    if drop is None:
        # No cluster moves it, so nothing is known of the noise; a drop would have been seen as one
        # of utterances that are right or wrong.
        drop = smallest_pure_drop(n_clusters, policy.alpha, policy.power)
        needed = items_for_margin(margin, 0.0, policy.alpha, policy.power)
    else:
        # The standard error falls with the root of the number of utterances.
        needed = ceil(n * (drop / margin) ** 2)
    return _Difference(low, high, p, drop, max(policy.n_min, needed))


def _ratio(numerators: Floats, denominators: Floats) -> float | None:
    total = float(denominators.sum())
    return float(numerators.sum()) / total if total else None


def _interval(
    metric: Metric, numerators: Floats, denominators: Floats, cluster: NDArray[np.int64]
) -> Interval | None:
    """Returns the 95 % interval of one run's ratio, clustered where its utterances are."""
    x, y = np.bincount(cluster, numerators), np.bincount(cluster, denominators)
    return metric.interval(sum_clusters(x, y))
