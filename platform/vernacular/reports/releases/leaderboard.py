"""Releases of one suite side by side: the mean over locales, the worst locale, and every locale.

A rank is a range, because sums per locale cannot say more. The locales' utterances are translations
of each other, so that their errors go together, and by how much no sum tells. The interval of a
mean is therefore the widest that could be: from the mean of the locales' lower bounds to the mean
of their upper bounds. It holds at 95 % at least, however the errors go together, because the
standard error of a mean is never larger than the mean of the standard errors. ``vernacular
compare`` reads the utterances, and so tells apart releases that overlap here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from vernacular.comparison.metrics import METRICS, Metric
from vernacular.comparison.policy import DEFAULT_POLICY
from vernacular.reports.releases.trends import LeftOut, Reason, find_metric, sums_of
from vernacular.scoring.metric_keys import INTENT_ACCURACY
from vernacular.store.database import Db
from vernacular.store.scores import ScoringRules
from vernacular.store.suites import count_items
from vernacular.store.trends import (
    GateNote,
    SumRow,
    TrendRun,
    find_trend_runs,
    list_locale_sums,
)


@dataclass(frozen=True, slots=True)
class LocaleRate:
    """One metric of one release in one locale. Rates are fractions; None is unscored."""

    locale: str
    metric: str
    n: int
    rate: float | None
    low: float | None
    """Bounds of the 95 % interval."""
    high: float | None


@dataclass(frozen=True, slots=True)
class Standing:
    """The mean of one metric over locales, which never stands without its worst locale."""

    metric: str
    n_locales: int
    rate: float
    low: float | None
    """Bounds that hold at 95 % at least; None where a locale has none."""
    high: float | None
    worst_locale: str
    worst_rate: float
    rank_from: int = 1
    """One more than the releases that are better beyond overlap."""
    rank_to: int = 1
    """The last place it may hold: only those below it beyond overlap are behind it for certain."""


@dataclass(frozen=True, slots=True)
class RankedRelease:
    """One release of the ranking."""

    release: str
    run_id: int
    measured_at: datetime | None
    gate: GateNote | None
    """What the gate decided of it last."""
    standings: tuple[Standing, ...]
    """One per metric it was scored on that enough locales share."""
    locales: tuple[LocaleRate, ...]
    """By locale, then metric."""

    def standing(self, metric: str) -> Standing | None:
        """Returns its mean of a metric; None where it has none."""
        return next((one for one in self.standings if one.metric == metric), None)


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """All releases of one suite that can be held against each other."""

    suite: str
    ranked_by: str
    """The metric that orders them."""
    metrics: tuple[str, ...]
    """Those that any of them was scored on."""
    errors: frozenset[str]
    """Those of them of which less is better."""
    rules: ScoringRules | None
    releases: tuple[RankedRelease, ...]
    """The best first; those without a mean of the metric last."""
    not_averaged: Mapping[str, tuple[str, ...]]
    """By metric, the locales in nobody's mean: too few utterances, or without a rate somewhere."""
    left_out: tuple[LeftOut, ...]


def leaderboard(db: Db, suite: str | None = None, ranked_by: str | None = None) -> Leaderboard:
    """Returns the releases of a suite, the best first.

    Args:
        db: an open transaction.
        suite: the suite's name; the one that was run last where none is named.
        ranked_by: the metric that orders them; intent accuracy, or the first one scored.

    Raises:
        NotFound: there is no such suite, or none was run to its end yet.
        InvalidInput: ``ranked_by`` is no metric.
    """
    found = find_trend_runs(db, suite)
    keys = [run.score_set_id for run in found.runs if run.score_set_id is not None]
    by_set: dict[int, list[SumRow]] = {key: [] for key in keys}
    for row in list_locale_sums(db, keys):
        by_set[row[0]].append(row)
    n_items = count_items(db, found.suite_id)
    complete, left_out = [], []
    for run in found.runs:
        reason = _why_not(run, by_set, n_items)
        if reason is None:
            complete.append(run)
        else:
            left_out.append(LeftOut(run.release, run.run_id, reason))
    rates = {run.run_id: _rates(by_set[run.score_set_id or 0]) for run in complete}
    metrics = [m for m in METRICS if any((m.key, t) in r for r in rates.values() for t in n_items)]
    averaged = {metric.key: _shared_locales(metric, rates.values()) for metric in metrics}
    releases = _rank(complete, rates, metrics, averaged)
    chosen = _choose(ranked_by, metrics)
    order = sorted(releases, key=lambda one: _place(one.standing(chosen.key), chosen))
    return Leaderboard(
        suite=found.suite,
        ranked_by=chosen.key,
        metrics=tuple(metric.key for metric in metrics),
        errors=frozenset(metric.key for metric in metrics if metric.is_error),
        rules=found.rules,
        releases=tuple(order),
        not_averaged={
            metric.key: tuple(
                tag for tag in n_items if metric.is_primary(tag) and tag not in averaged[metric.key]
            )
            for metric in metrics
        },
        left_out=tuple(left_out),
    )


Rates = Mapping[tuple[str, str], LocaleRate]
"""By metric and locale."""


def _why_not(
    run: TrendRun, by_set: Mapping[int, Sequence[SumRow]], n_items: Mapping[str, int]
) -> Reason | None:
    """Returns why a run cannot be ranked; None where it can."""
    if run.score_set_id is None:
        return Reason.OTHER_RULES
    n_scored = {row[2]: row[3] for row in by_set[run.score_set_id]}
    enough = DEFAULT_POLICY.min_coverage
    if any(n_scored.get(locale, 0) < enough * n for locale, n in n_items.items()):
        return Reason.PARTIAL
    return None


def _rates(rows: Sequence[SumRow]) -> Rates:
    metrics = {metric.key: metric for metric in METRICS}
    found = {}
    for row in rows:
        _, key, locale, n, *_ = row
        sums = sums_of(row)
        low, high = metrics[key].interval(sums) or (None, None)
        found[key, locale] = LocaleRate(locale, key, n, sums.ratio, low, high)
    return found


def _shared_locales(metric: Metric, runs: Iterable[Rates]) -> list[str]:
    """Returns the locales in which every run that was scored on the metric can be judged by it."""
    by_run = [
        {
            locale
            for (key, locale), one in rates.items()
            if key == metric.key and one.n >= DEFAULT_POLICY.n_min and one.rate is not None
        }
        for rates in runs
        if any(key == metric.key for key, _ in rates)
    ]
    shared = set.intersection(*by_run) if by_run else set()
    return sorted(locale for locale in shared if metric.is_primary(locale))


def _rank(
    runs: Sequence[TrendRun],
    rates: Mapping[int, Rates],
    metrics: Sequence[Metric],
    averaged: Mapping[str, Sequence[str]],
) -> list[RankedRelease]:
    standings: dict[int, list[Standing]] = {run.run_id: [] for run in runs}
    for metric in metrics:
        means = {}
        for run_id, own in rates.items():
            found = [
                own[metric.key, tag] for tag in averaged[metric.key] if (metric.key, tag) in own
            ]
            if found:
                means[run_id] = _mean(metric, found)
        for run_id, mean in means.items():
            standings[run_id].append(_ranked(metric, mean, list(means.values())))
    order = [metric.key for metric in metrics]
    return [
        RankedRelease(
            release=run.release,
            run_id=run.run_id,
            measured_at=run.finished_at,
            gate=run.gate,
            standings=tuple(standings[run.run_id]),
            locales=tuple(
                sorted(rates[run.run_id].values(), key=lambda r: (r.locale, order.index(r.metric)))
            ),
        )
        for run in runs
    ]


def _mean(metric: Metric, locales: Sequence[LocaleRate]) -> Standing:
    """Returns the mean over locales, each of which has a rate."""
    rates = [(one.rate or 0.0, one.locale) for one in locales]
    bounds = [
        (one.low, one.high) for one in locales if one.low is not None and one.high is not None
    ]
    low = high = None
    if len(bounds) == len(rates):
        low, high = (sum(bound) / len(bounds) for bound in zip(*bounds, strict=True))
    worst_rate, worst_locale = max(rates) if metric.is_error else min(rates)
    return Standing(
        metric=metric.key,
        n_locales=len(rates),
        rate=sum(rate for rate, _ in rates) / len(rates),
        low=low,
        high=high,
        worst_locale=worst_locale,
        worst_rate=worst_rate,
    )


def _ranked(metric: Metric, mine: Standing, all_means: Sequence[Standing]) -> Standing:
    """Returns a mean with the places it may hold among all."""
    n_better = sum(_is_better(metric, one, mine) for one in all_means)
    n_worse = sum(_is_better(metric, mine, one) for one in all_means)
    return replace(mine, rank_from=1 + n_better, rank_to=len(all_means) - n_worse)


def _is_better(metric: Metric, one: Standing, other: Standing) -> bool:
    """Returns whether one mean is better than another beyond overlap; unknown bounds overlap."""
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return False
    return one.high < other.low if metric.is_error else one.low > other.high


def _choose(ranked_by: str | None, metrics: Sequence[Metric]) -> Metric:
    """Returns the metric that is asked for, intent accuracy, or the first one scored."""
    keys = [metric.key for metric in metrics]
    if ranked_by is None and keys and INTENT_ACCURACY not in keys:
        return metrics[0]
    return find_metric(ranked_by or INTENT_ACCURACY)


def _place(standing: Standing | None, metric: Metric) -> tuple[bool, float]:
    return standing is None, -metric.sign * standing.rate if standing else 0.0
