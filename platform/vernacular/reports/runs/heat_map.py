"""Every locale and metric of one release, alone or held against a baseline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from vernacular.comparison.cells import Cell, MacroCell
from vernacular.comparison.compare import Comparison
from vernacular.comparison.locale_sums import LocaleSum, sum_per_locale
from vernacular.comparison.metrics import METRICS, Metric
from vernacular.comparison.policy import DEFAULT_POLICY
from vernacular.comparison.verdict import Verdict
from vernacular.errors import NotFound
from vernacular.evaluation.compare_runs import compare, find_comparable, find_lenient_rates
from vernacular.evaluation.load_counts import load_counts
from vernacular.evaluation.massive_compat import sum_as_massive
from vernacular.scoring.intervals import design_effect
from vernacular.store.database import Db
from vernacular.store.releases import find_release
from vernacular.store.runs import count_results, find_finished_runs, find_parts
from vernacular.store.scores import find_score_set, list_edit_sums, list_sums
from vernacular.store.suites import count_items, find_suite
from vernacular.store.tables import Run, ScoreSet
from vernacular.store.tables.runs import RunStatus


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One locale and metric. Rates and differences are fractions; None is unknown."""

    locale: str
    metric: str
    is_error: bool
    """True for an error rate, of which less is better."""
    n: int
    rate: float | None
    low: float | None
    """Bounds of the 95 % interval of the rate."""
    high: float | None
    lenient: float | None = None
    """The rate by lenient text rules, of a run alone that was scored so; a wide gap is spelling."""
    design_effect: float | None = None
    """Of a run alone whose utterances come in clusters (speakers): how many times the variance of
    the rate is what as many independent utterances would give."""
    delta: float | None = None
    """Against the baseline; negative is worse, for error rates too."""
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
    edits: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    """By locale substitutions, deletions and insertions of a run alone that heard, in the unit that
    judges the locale. How edits split up is for reading; only their sum is judged."""


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


def heat_map_of_run(db: Db, run: Run, *, massive_compat: bool = False) -> HeatMap:
    """Returns the heat map of one run alone, finished or not.

    With ``massive_compat`` slots are scored as MASSIVE's own tools score them.
    """
    release, suite = find_parts(db, run)
    scores = find_score_set(db, run.id)
    if massive_compat:
        sums = sum_as_massive(db, run)
    elif run.status == RunStatus.FINISHED:
        sums = list_sums(db, scores.id)
    else:
        sums = sum_per_locale(load_counts(db, run, scores))
    found = {(one.locale, one.metric): one for one in sums}
    lenient = find_lenient_rates(db, scores)
    effects = _design_effects(db, run, scores, found)
    metrics = [metric for metric in METRICS if any(one.metric == metric.key for one in sums)]
    cells = tuple(
        _alone(
            metric,
            locale,
            found.get((locale, metric.key)),
            lenient.get((metric.key, locale)),
            effects.get((locale, metric.key)),
        )
        for locale in count_items(db, suite.id)
        for metric in metrics
    )
    means = tuple(_mean(metric, cells) for metric in metrics)
    n_results, n_failed = count_results(db, [run.id]).get(run.id, (0, 0))
    return HeatMap(
        release=release.name,
        run_id=run.id,
        suite=suite.name,
        baseline=None,
        baseline_run_id=None,
        verdict=None,
        n_items=suite.n_items,
        n_results=n_results,
        n_failed=n_failed,
        cells=cells,
        means=tuple(mean for mean in means if mean is not None),
        edits={
            locale: (substitutions, deletions, insertions)
            for locale, substitutions, deletions, insertions in (
                list_edit_sums(db, run, scores.id) if run.has_transcripts else ()
            )
        },
    )


def _design_effects(
    db: Db, run: Run, scores: ScoreSet, found: Mapping[tuple[str, str], LocaleSum]
) -> dict[tuple[str, str], float | None]:
    """Returns the design effects by locale and metric; none where no speaker said several."""
    if all(one.sums.n_clusters == one.n for one in found.values()):
        return {}
    counts = load_counts(db, run, scores)
    return {
        (one.locale, one.metric): design_effect(found[one.locale, one.metric].sums, one.sums)
        for one in sum_per_locale(replace(counts, cluster=counts.item))
    }


def _alone(
    metric: Metric,
    locale: str,
    one: LocaleSum | None,
    lenient: float | None,
    effect: float | None,
) -> HeatCell:
    if one is None:
        return HeatCell(locale, metric.key, metric.is_error, 0, None, None, None)
    low, high = metric.interval(one.sums) or (None, None)
    rate = one.sums.ratio
    return HeatCell(locale, metric.key, metric.is_error, one.n, rate, low, high, lenient, effect)


def _mean(metric: Metric, cells: tuple[HeatCell, ...]) -> HeatMean | None:
    rates = [
        (one.rate, one.locale)
        for one in cells
        if one.metric == metric.key
        and one.n >= DEFAULT_POLICY.n_min
        and metric.is_primary(one.locale)
    ]
    known = [(rate, locale) for rate, locale in rates if rate is not None]
    if not known:
        return None
    worst_rate, worst_locale = max(known) if metric.is_error else min(known)
    mean = sum(rate for rate, _ in known) / len(known)
    return HeatMean(metric.key, len(known), mean, worst_locale, worst_rate)


def _compared(comparison: Comparison) -> HeatMap:
    is_error = {metric.key: metric.is_error for metric in comparison.metrics}
    cells = tuple(_cell(one, is_error[one.metric]) for one in comparison.cells)
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


def _cell(one: Cell, is_error: bool) -> HeatCell:
    low, high = one.candidate_interval or (None, None)
    return HeatCell(
        locale=one.locale,
        metric=one.metric,
        is_error=is_error,
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
    averaged = [cell for cell in cells if cell.metric == one.metric and cell.locale in one.locales]
    rates = [(cell.rate, cell.locale) for cell in averaged if cell.rate is not None]
    worst = max(rates) if averaged[0].is_error else min(rates)
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
