"""Compares two runs of one suite: every locale and metric, the mean over locales, one verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from vernacular.comparison.cells import Cell, MacroCell, Measurement
from vernacular.comparison.flips import FlippedItems, list_flips
from vernacular.comparison.macro import average_locales
from vernacular.comparison.measure import measure
from vernacular.comparison.metrics import MetricKind
from vernacular.comparison.multiplicity import adjust_p_values
from vernacular.comparison.pairs import Pairs, pair_runs
from vernacular.comparison.policy import DEFAULT_POLICY, Policy
from vernacular.comparison.resampling import resample_pairs
from vernacular.comparison.run_counts import RunCounts
from vernacular.comparison.verdict import Verdict, aggregate, judge, screen
from vernacular.errors import NotComparable, NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A candidate held against a baseline. Equal input and policy give an equal comparison."""

    baseline: str
    """Name of the release."""
    baseline_run_id: int
    candidate: str
    candidate_run_id: int
    suite: str
    """Of the candidate; its baseline's is another one only where that was asked for."""
    suite_hash: str
    scorer: str
    policy: Policy
    missing_from_baseline: tuple[str, ...]
    """Locales of either suite without any result there; their cells are INCOMPARABLE."""
    missing_from_candidate: tuple[str, ...]
    cells: tuple[Cell, ...]
    """By locale, then in the policy's order of metrics. A metric that is undefined on both sides
    (slot F1 where nobody has a slot) has no cell."""
    macro: tuple[MacroCell, ...]
    """In the policy's order of metrics; empty where fewer than two locales were tested."""
    flips: tuple[FlippedItems, ...]
    """Of every cell that has flips, in the order of the cells."""
    verdict: Verdict
    """Over all cells. A mean can add a regression that is too small to be seen in any one locale;
    it cannot hold up locales that have passed one by one."""

    def cell(self, locale: str, metric: str) -> Cell:
        """Returns one cell.

        Raises:
            NotFound: this comparison has no such cell.
        """
        for cell in self.cells:
            if (cell.locale, cell.metric) == (locale, metric):
                return cell
        raise NotFound(f"the comparison has no {metric} for {locale}")

    def flipped(self, locale: str, metric: str) -> FlippedItems:
        """Returns the flipped items of one cell.

        Raises:
            NotFound: there is no such cell, or its metric says nothing of single utterances.
        """
        for items in self.flips:
            if (items.locale, items.metric) == (locale, metric):
                return items
        raise NotFound(f"the comparison lists no flips of {metric} for {locale}")


def compare_runs(
    baseline: RunCounts,
    candidate: RunCounts,
    policy: Policy = DEFAULT_POLICY,
    *,
    across_suites: bool = False,
) -> Comparison:
    """Returns the comparison of two runs on the utterances that both have scored.

    Args:
        baseline: the accepted release's run.
        candidate: the run to be judged.
        policy: what it is judged by.
        across_suites: compare runs of different suites on their common items; item numbers must
            then mean the same utterance in both.

    Raises:
        NotComparable: the scores were made by different scorers, or the suites differ and
            ``across_suites`` was not asked for.
    """
    _refuse_unlike(baseline, candidate, across_suites)
    pairs = pair_runs(baseline, candidate)
    deltas = resample_pairs(pairs, policy.metrics, policy.n_resamples, policy.seed)
    cells = _judge(_measure_all(pairs, deltas, policy), policy)
    macro = average_locales(cells, pairs.locales, deltas, policy)
    verdicts = [cell.verdict for cell in cells]
    verdicts += [mean.verdict for mean in macro if mean.verdict is Verdict.REGRESSED]
    return Comparison(
        baseline=baseline.release,
        baseline_run_id=baseline.run_id,
        candidate=candidate.release,
        candidate_run_id=candidate.run_id,
        suite=candidate.suite,
        suite_hash=candidate.suite_hash,
        scorer=candidate.scorer,
        policy=policy,
        missing_from_baseline=_missing(baseline, pairs),
        missing_from_candidate=_missing(candidate, pairs),
        cells=cells,
        macro=macro,
        flips=_list_all_flips(pairs, policy),
        verdict=aggregate(verdicts),
    )


def _refuse_unlike(baseline: RunCounts, candidate: RunCounts, across_suites: bool) -> None:
    if baseline.scorer != candidate.scorer:
        raise NotComparable(
            f"run {baseline.run_id} was scored by {baseline.scorer}, run {candidate.run_id} by "
            f"{candidate.scorer}; rescore one of them"
        )
    if baseline.suite_hash != candidate.suite_hash and not across_suites:
        raise NotComparable(
            f"run {baseline.run_id} is of suite {baseline.suite} ({baseline.suite_hash}), run "
            f"{candidate.run_id} of {candidate.suite} ({candidate.suite_hash}); compare runs of "
            "one suite, or ask for their common items only"
        )


def _missing(run: RunCounts, pairs: Pairs) -> tuple[str, ...]:
    present = {run.locales[i] for i in np.unique(run.locale)}
    return tuple(tag for tag in pairs.locales if tag not in present)


def _measure_all(pairs: Pairs, deltas: NDArray[np.float32], policy: Policy) -> list[Measurement]:
    """Returns every measurement but those of metrics that neither run has on common utterances."""
    parts = [pairs.parts(metric) for metric in policy.metrics]
    found = [
        measure(pairs, locale, metric, parts=parts[i], deltas=deltas[i, locale], policy=policy)
        for locale in range(len(pairs.locales))
        for i, metric in enumerate(policy.metrics)
    ]
    return [m for m in found if m.n == 0 or m.baseline is not None or m.candidate is not None]


def _judge(measured: Sequence[Measurement], policy: Policy) -> tuple[Cell, ...]:
    """Returns the measurements with verdicts; those that can be tested are one family."""
    held = [
        screen(
            coverage=m.coverage,
            n=m.n,
            n_clusters=m.n_clusters,
            is_defined=m.delta is not None,
            policy=policy,
        )
        for m in measured
    ]
    tested = [m.p for m, verdict in zip(measured, held, strict=True) if verdict is None]
    p_values = [p for p in tested if p is not None]
    assert len(p_values) == len(tested), "a defined difference has a p-value"
    adjusted = iter(adjust_p_values(p_values, fwer=policy.fwer))
    return tuple(
        _cell(m, verdict, next(adjusted) if verdict is None else None, policy)
        for m, verdict in zip(measured, held, strict=True)
    )


def _cell(m: Measurement, held: Verdict | None, p_adjusted: float | None, policy: Policy) -> Cell:
    verdict = held
    if verdict is None:
        assert m.delta is not None and m.low is not None and p_adjusted is not None
        metric = next(metric for metric in policy.metrics if metric.key == m.metric)
        verdict = judge(
            delta=m.delta,
            low=m.low,
            p_adjusted=p_adjusted,
            q=policy.q,
            margin=metric.margin,
            min_effect=metric.min_effect,
        )
    values = {field.name: getattr(m, field.name) for field in fields(m)}
    return Cell(**values, p_adjusted=p_adjusted, verdict=verdict)


def _list_all_flips(pairs: Pairs, policy: Policy) -> tuple[FlippedItems, ...]:
    shares = [m for m in policy.metrics if m.kind is MetricKind.PROPORTION]
    parts = [(metric.key, pairs.parts(metric)) for metric in shares]
    listed = []
    for locale, tag in enumerate(pairs.locales):
        rows = pairs.rows_of(locale)
        for key, part in parts:
            if rows.stop > rows.start:
                was_right, is_right = part.numerator_a[rows] > 0, part.numerator_b[rows] > 0
                listed.append(list_flips(tag, key, pairs.item[rows], was_right, is_right))
    return tuple(listed)
