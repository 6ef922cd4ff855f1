"""Every locale and metric of one release, alone or held against a baseline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vernacular.comparison.cells import Cell, MacroCell
from vernacular.comparison.compare import Comparison
from vernacular.comparison.metrics import UNDERSTANDING, Metric, MetricKind
from vernacular.comparison.policy import DEFAULT_POLICY
from vernacular.comparison.run_counts import RunCounts
from vernacular.comparison.verdict import Verdict
from vernacular.errors import NotFound
from vernacular.evaluation.compare_runs import (
    compare,
    find_comparable,
    load_counts,
)
from vernacular.scoring.intervals import Interval, f1_interval, wilson
from vernacular.store.database import Db
from vernacular.store.releases import find_release
from vernacular.store.runs import find_finished_runs
from vernacular.store.suites import find_suite
from vernacular.store.tables import Run


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One locale and metric. Rates and differences are fractions; None is unknown."""

    locale: str
    metric: str
    n: int
    rate: float | None
    low: float | None
    """Bounds of the 95 % interval of the rate."""
    high: float | None
    delta: float | None = None
    """Against the baseline; negative is worse."""
    delta_low: float | None = None
    delta_high: float | None = None
    verdict: Verdict | None = None
    n_regressions: int | None = None
    """Utterances that the baseline had right and this release has wrong."""
    n_fixes: int | None = None


@dataclass(frozen=True, slots=True)
class HeatMean:
    """The mean of one metric over locales, which never stands without its worst locale."""

    metric: str
    n_locales: int
    rate: float
    worst_locale: str
    worst_rate: float
    delta: float | None = None
    worst_delta_locale: str | None = None
    worst_delta: float | None = None


@dataclass(frozen=True, slots=True)
class HeatMap:
    """What the release page shows."""

    release: str
    run_id: int
    suite: str
    baseline: str | None
    baseline_run_id: int | None
    verdict: Verdict | None
    n_items: int
    """Utterances in the suite (of a comparison: those that both have answered)."""
    n_results: int
    n_failed: int
    """Results of this release that failed; they count as wrong."""
    cells: tuple[HeatCell, ...]
    means: tuple[HeatMean, ...]


def heat_map(
    db: Db, release_name: str, baseline_name: str | None = None, suite: str | None = None
) -> HeatMap:
    """Returns the heat map of a release's newest finished run.

    Raises:
        NotFound: there is no such release, suite, or finished run.
        NotComparable: the two releases have no suite in common.
    """
    if baseline_name is not None:
        baseline_run, run = find_comparable(db, baseline_name, release_name, suite)
        return _compared(compare(db, baseline_run, run))
    release = find_release(db, release_name)
    suite_id = None if suite is None else find_suite(db, suite).id
    runs = find_finished_runs(db, release.id, suite_id)
    if not runs:
        raise NotFound(
            f"{release.name} has no finished run yet: 'vernacular run start {release.name} SUITE'"
        )
    return heat_map_of_run(db, runs[0])


def heat_map_of_run(db: Db, run: Run) -> HeatMap:
    """Returns the heat map of one run alone, finished or not."""
    counts = load_counts(db, run)
    cells = tuple(
        _alone(counts, index, locale, metric)
        for index, locale in enumerate(counts.locales)
        for metric in UNDERSTANDING
    )
    means = tuple(_mean(metric, cells) for metric in UNDERSTANDING)
    return HeatMap(
        release=counts.release,
        run_id=run.id,
        suite=counts.suite,
        baseline=None,
        baseline_run_id=None,
        verdict=None,
        n_items=sum(counts.n_items.values()),
        n_results=len(counts.item),
        n_failed=int(np.count_nonzero(counts.failed)),
        cells=cells,
        means=tuple(mean for mean in means if mean is not None),
    )


def _alone(counts: RunCounts, index: int, locale: str, metric: Metric) -> HeatCell:
    rows = counts.locale == index
    columns = {name: getattr(counts, name)[rows] for name in metric.counts}
    numerator, denominator = metric.ratio_parts(columns)
    n, total = int(np.count_nonzero(rows)), float(denominator.sum())
    interval: Interval | None
    if metric.kind is MetricKind.PROPORTION:
        interval = wilson(int(numerator.sum()), n)
    else:
        interval = f1_interval(*(columns[name] for name in metric.counts))
    low, high = interval or (None, None)
    rate = float(numerator.sum()) / total if total else None
    return HeatCell(locale, metric.key, n, rate, low, high)


def _mean(metric: Metric, cells: tuple[HeatCell, ...]) -> HeatMean | None:
    rates = [
        (one.rate, one.locale)
        for one in cells
        if one.metric == metric.key and one.n >= DEFAULT_POLICY.n_min
    ]
    known = [(rate, locale) for rate, locale in rates if rate is not None]
    if not known:
        return None
    worst_rate, worst_locale = min(known)
    mean = sum(rate for rate, _ in known) / len(known)
    return HeatMean(metric.key, len(known), mean, worst_locale, worst_rate)


def _compared(comparison: Comparison) -> HeatMap:
    cells = tuple(_cell(one) for one in comparison.cells)
    by_locale = {one.locale: one for one in comparison.cells}
    n_common = sum(one.n for one in by_locale.values())
    return HeatMap(
        release=comparison.candidate,
        run_id=comparison.candidate_run_id,
        suite=comparison.suite,
        baseline=comparison.baseline,
        baseline_run_id=comparison.baseline_run_id,
        verdict=comparison.verdict,
        n_items=n_common,
        n_results=n_common,
        n_failed=sum(one.candidate_failed for one in by_locale.values()),
        cells=cells,
        means=tuple(_macro(one, cells) for one in comparison.macro),
    )


def _cell(one: Cell) -> HeatCell:
    low, high = one.candidate_interval or (None, None)
    return HeatCell(
        locale=one.locale,
        metric=one.metric,
        n=one.n,
        rate=one.candidate,
        low=low,
        high=high,
        delta=one.delta,
        delta_low=one.low,
        delta_high=one.high,
        verdict=one.verdict,
        n_regressions=one.flips.b if one.flips else None,
        n_fixes=one.flips.c if one.flips else None,
    )


def _macro(one: MacroCell, cells: tuple[HeatCell, ...]) -> HeatMean:
    worst = min(
        (cell.rate, cell.locale)
        for cell in cells
        if cell.metric == one.metric and cell.locale in one.locales and cell.rate is not None
    )
    return HeatMean(
        metric=one.metric,
        n_locales=len(one.locales),
        rate=one.candidate,
        worst_locale=worst[1],
        worst_rate=worst[0],
        delta=one.delta,
        worst_delta_locale=one.worst_locale,
        worst_delta=one.worst_delta,
    )
