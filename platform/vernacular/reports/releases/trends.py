"""One metric per locale over releases, with intervals and what the gate decided."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from vernacular.comparison.metrics import METRICS, Metric
from vernacular.errors import InvalidInput, NotFound
from vernacular.scoring.intervals import RatioSums
from vernacular.scoring.metric_keys import INTENT_ACCURACY
from vernacular.store.database import Db
from vernacular.store.scores import ScoringRules
from vernacular.store.trends import (
    GateNote,
    SumRow,
    TrendRun,
    find_trend_runs,
    list_locale_sums,
    list_metric_keys,
)


class Reason(StrEnum):
    """Why a release is in no trend or ranking."""

    OTHER_RULES = "scored by other rules"
    NOT_SCORED = "not scored on this metric"
    PARTIAL = "answered a part of the suite only"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A release that is not shown, and why."""

    release: str
    run_id: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class TrendRelease:
    """One place on the axis of a trend."""

    release: str
    run_id: int
    added_at: datetime
    measured_at: datetime | None
    """When its run was finished."""
    gate: GateNote | None
    """What the gate decided of the whole release; None where it never looked."""


class TrendPoint(NamedTuple):
    """One locale in one release. Rates and differences are fractions; None is unscored.

    A tuple, because a page makes thousands of them and a dataclass costs four times as much.
    """

    n: int
    n_failed: int
    """Utterances of these that failed; they count as wrong."""
    rate: float | None
    low: float | None
    """Bounds of the 95 % interval of the rate."""
    high: float | None
    delta: float | None
    """Against the release before, where both have a rate; negative is worse, of error rates too."""
    overlaps: bool | None
    """Whether the two intervals overlap, so that the difference alone says little."""


@dataclass(frozen=True, slots=True)
class LocaleTrend:
    """One locale over all releases of the trend, in their order."""

    locale: str
    points: tuple[TrendPoint, ...]

    @property
    def newest(self) -> TrendPoint:
        """The point of the newest release."""
        return self.points[-1]


@dataclass(frozen=True, slots=True)
class Trend:
    """One metric of one suite over releases."""

    suite: str
    metric: str
    is_error: bool
    """True for an error rate, of which less is better."""
    rules: ScoringRules | None
    """By which every figure was scored; None without one."""
    releases: tuple[TrendRelease, ...]
    """Oldest first."""
    locales: tuple[LocaleTrend, ...]
    """The one that is worst in the newest release first."""
    left_out: tuple[LeftOut, ...]


_NOTHING = TrendPoint(0, 0, None, None, None, None, None)


def find_metric(key: str) -> Metric:
    """Returns the metric called ``key``.

    Raises:
        InvalidInput: there is none; the message lists those there are.
    """
    for metric in METRICS:
        if metric.key == key:
            return metric
    raise InvalidInput(f"{key!r} is none of {', '.join(m.key for m in METRICS)}", field="metric")


def sums_of(row: SumRow) -> RatioSums:
    """Returns the sums of one row of the store."""
    return RatioSums(*row[5:])


def list_scored_metrics(db: Db, suite: str | None = None) -> list[str]:
    """Returns the metrics that a trend over a suite can be of, in the usual order.

    Raises:
        NotFound: there is no such suite, or no finished run.
    """
    runs = find_trend_runs(db, suite).runs
    keys = list_metric_keys(db, [run.score_set_id for run in runs if run.score_set_id is not None])
    return [metric.key for metric in METRICS if metric.key in keys]


def trend(
    db: Db,
    suite: str | None = None,
    metric: str = INTENT_ACCURACY,
    locales: Collection[str] | None = None,
    last: int | None = None,
) -> Trend:
    """Returns a metric per locale over releases, oldest first.

    Args:
        db: an open transaction.
        suite: the suite's name; the one that was run last where none is named.
        metric: a metric key.
        locales: those wanted; all where none are named.
        last: how many of the newest releases; all where none is said.

    Raises:
        NotFound: there is no such suite, no finished run, or a locale was not scored.
        InvalidInput: the metric is unknown.
    """
    wanted = find_metric(metric)
    found = find_trend_runs(db, suite)
    fitting = {run.score_set_id: run for run in found.runs if run.score_set_id is not None}
    rows = list_locale_sums(db, list(fitting), metric)
    scored = {row[0] for row in rows}
    shown = [run for key, run in fitting.items() if key in scored]
    shown = shown[-last:] if last else shown
    left_out = [
        LeftOut(run.release, run.run_id, Reason.OTHER_RULES)
        for run in found.runs
        if run.score_set_id is None
    ] + [
        LeftOut(run.release, run.run_id, Reason.NOT_SCORED)
        for key, run in fitting.items()
        if key not in scored
    ]
    return Trend(
        suite=found.suite,
        metric=metric,
        is_error=wanted.is_error,
        rules=found.rules,
        releases=tuple(
            TrendRelease(run.release, run.run_id, run.added_at, run.finished_at, run.gate)
            for run in shown
        ),
        locales=_locale_trends(wanted, shown, rows, locales, found.suite),
        left_out=tuple(left_out),
    )


def _locale_trends(
    metric: Metric,
    runs: Sequence[TrendRun],
    rows: Sequence[SumRow],
    wanted: Collection[str] | None,
    suite: str,
) -> tuple[LocaleTrend, ...]:
    place = {run.score_set_id: i for i, run in enumerate(runs)}
    by_locale: dict[str, list[SumRow | None]] = {}
    for row in rows:
        if row[0] in place and (wanted is None or row[2] in wanted):
            by_locale.setdefault(row[2], [None] * len(runs))[place[row[0]]] = row
    missing = sorted(set(wanted or ()) - by_locale.keys())
    if missing:
        held = ", ".join(sorted({row[2] for row in rows})) or "nothing"
        raise NotFound(
            f"no release was scored on {metric.key} of {suite} in {', '.join(missing)};"
            f" there is {held}"
        )
    trends = [LocaleTrend(tag, _points(metric, found)) for tag, found in by_locale.items()]
    return tuple(sorted(trends, key=lambda one: (badness(metric, one.newest.rate), one.locale)))


def badness(metric: Metric, rate: float | None) -> tuple[bool, float]:
    """Returns what sorts rates from the worst to the best, those unknown last."""
    return rate is None, metric.sign * (rate or 0.0)


def _points(metric: Metric, rows: Sequence[SumRow | None]) -> tuple[TrendPoint, ...]:
    points: list[TrendPoint] = []
    before = _NOTHING
    for row in rows:
        before = _NOTHING if row is None else _point(metric, row, before)
        points.append(before)
    return tuple(points)


def _point(metric: Metric, row: SumRow, before: TrendPoint) -> TrendPoint:
    sums = sums_of(row)
    rate = sums.ratio
    low, high = metric.interval(sums) or (None, None)
    delta = overlaps = None
    if rate is not None and before.rate is not None:
        delta = metric.sign * (rate - before.rate)
        overlaps = _overlap((low, high), (before.low, before.high))
    return TrendPoint(row[3], row[4], rate, low, high, delta, overlaps)


def _overlap(
    one: tuple[float | None, float | None], other: tuple[float | None, float | None]
) -> bool | None:
    """Returns whether two intervals have a value in common; None where one is unknown."""
    low, high = one
    other_low, other_high = other
    if low is None or high is None or other_low is None or other_high is None:
        return None
    return low <= other_high and other_low <= high
