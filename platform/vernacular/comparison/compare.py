"""Compares two runs of one suite: every locale and metric, the mean over locales, one verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from math import inf

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from vernacular.comparison.cells import Cell, MacroCell, Measurement
from vernacular.comparison.flips import FlippedItems, list_flips
from vernacular.comparison.macro import average_locales
from vernacular.comparison.measure import measure
from vernacular.comparison.metrics import Metric, MetricKind
from vernacular.comparison.mix_shift import find_mix_shift
from vernacular.comparison.multiplicity import adjust_p_values
from vernacular.comparison.pairs import Pairs, pair_runs
from vernacular.comparison.policy import DEFAULT_POLICY, Policy
from vernacular.comparison.resampling import resample_pairs
from vernacular.comparison.run_counts import RunCounts
from vernacular.comparison.sequential import anytime_p
from vernacular.comparison.shrinkage import shrink
from vernacular.comparison.verdict import Verdict, aggregate, judge, screen
from vernacular.errors import NotComparable, NotFound

FEW_CLUSTERS = 20
"""Independent clusters below which resampling them gives intervals that are too narrow: of 15, one
at 90 % holds the truth 85 times of 100."""


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
    normaliser: str | None
    """The text rules behind what was heard; None where neither run heard anything."""
    reference_key: str
    """Which revisions of the references both were scored against: "suite", or a hash."""
    policy: Policy
    metrics: tuple[Metric, ...]
    """Those compared: what the policy names and both runs are scored on, in its order."""
    missing_metrics: tuple[str, ...]
    """Keys of those that only one of the runs is scored on."""
    missing_from_baseline: tuple[str, ...]
    """Locales of either suite without any result there; their cells are INCOMPARABLE."""
    missing_from_candidate: tuple[str, ...]
    cells: tuple[Cell, ...]
    """By locale, then in the order of the metrics. A metric that is undefined on both sides
    (slot F1 where nobody has a slot) has no cell."""
    macro: tuple[MacroCell, ...]
    """In the order of the metrics; empty where fewer than two locales were tested."""
    flips: tuple[FlippedItems, ...]
    """Of every cell that has flips, in the order of the cells."""
    notes: tuple[str, ...] = ()
    """What a reader of the verdict has to know beside it, one sentence each."""
    verdict: Verdict
    """Over all gated cells. A mean can add a regression that is too small to be seen in any one
    locale; it cannot hold up locales that have passed one by one."""

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
        NotComparable: the scores were made by different rules, the runs have no metric in common,
            or the suites differ and ``across_suites`` was not asked for.
    """
    _refuse_unlike(baseline, candidate, across_suites)
    pairs = pair_runs(baseline, candidate)
    metrics = pairs.metrics(policy.metrics)
    if not metrics:
        raise NotComparable(
            f"run {baseline.run_id} and run {candidate.run_id} have no metric in common: one only"
            " heard, the other only understood"
        )
    deltas = resample_pairs(pairs, metrics, policy.n_resamples, policy.seed)
    cells = _judge(_measure_all(pairs, metrics, deltas, policy), policy)
    macro = average_locales(cells, metrics, pairs.locales, deltas, policy)
    verdicts = [cell.verdict for cell in cells if cell.is_gated]
    verdicts += [one.verdict for one in macro if one.is_gated and one.verdict is Verdict.REGRESSED]
    return Comparison(
        baseline=baseline.release,
        baseline_run_id=baseline.run_id,
        candidate=candidate.release,
        candidate_run_id=candidate.run_id,
        suite=candidate.suite,
        suite_hash=candidate.suite_hash,
        scorer=candidate.scorer,
        normaliser=candidate.normaliser or baseline.normaliser,
        reference_key=candidate.reference_key,
        policy=policy,
        metrics=metrics,
        missing_metrics=tuple(m.key for m in policy.metrics if baseline.has(m) != candidate.has(m)),
        missing_from_baseline=_missing(baseline, pairs),
        missing_from_candidate=_missing(candidate, pairs),
        cells=cells,
        macro=macro,
        flips=_list_all_flips(pairs, metrics),
        notes=(
            *_warn_of_mix(pairs, metrics),
            *_warn_of_few_clusters(cells),
            *_warn_of_early_look(cells, policy),
        ),
        verdict=aggregate(verdicts),
    )


def _warn_of_mix(pairs: Pairs, metrics: Sequence[Metric]) -> Iterator[str]:
    """Yields a sentence per metric whose pooled figures would tell another story."""
    for metric in metrics:
        shift = find_mix_shift(pairs, metric)
        if shift is not None and shift.misleads and shift.macro is not None:
            yield (
                f"{metric.key} pooled over all that each run has changes by {shift.naive:+.4f},"
                f" but by {shift.macro:+.4f} in the mean of the locales on common utterances:"
                " the mix of utterances differs between the runs, so quote no pooled figure"
            )


def _warn_of_few_clusters(cells: Sequence[Cell]) -> Iterator[str]:
    """Yields a sentence where a tested locale stands on few speakers."""
    few = {
        cell.locale: cell.n_clusters
        for cell in cells
        if cell.p_adjusted is not None and cell.n_clusters < FEW_CLUSTERS
    }
    if few:
        named = ", ".join(f"{tag} ({n})" for tag, n in sorted(few.items()))
        yield (
            f"fewer than {FEW_CLUSTERS} independent clusters (speakers) in {named}: intervals"
            " estimated from so few come out too narrow"
        )


def _warn_of_early_look(cells: Sequence[Cell], policy: Policy) -> Iterator[str]:
    """Yields a sentence on what a look before the planned end can call."""
    if not policy.open_ended:
        return
    silent = sorted({cell.metric for cell in cells if cell.e_value is None})
    beside = f", and of {', '.join(silent)} not even that" if silent else ""
    yield (
        "results still arrive: only a regression can be called before the planned end, by evidence"
        f" that stays valid however often one looks{beside}"
    )


def _refuse_unlike(baseline: RunCounts, candidate: RunCounts, across_suites: bool) -> None:
    if baseline.scorer != candidate.scorer:
        raise NotComparable(
            f"run {baseline.run_id} was scored by {baseline.scorer}, run {candidate.run_id} by "
            f"{candidate.scorer}; rescore one of them"
        )
    both_heard = baseline.normaliser is not None and candidate.normaliser is not None
    if both_heard and baseline.normaliser != candidate.normaliser:
        raise NotComparable(
            f"run {baseline.run_id} used normaliser {baseline.normaliser}, run {candidate.run_id}"
            f" {candidate.normaliser}; rescore one of them"
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


def _measure_all(
    pairs: Pairs, metrics: Sequence[Metric], deltas: NDArray[np.float32], policy: Policy
) -> list[Measurement]:
    """Returns every measurement but those of metrics that neither run has on common utterances."""
    parts = [pairs.parts(metric) for metric in metrics]
    found = [
        measure(pairs, locale, metric, parts=parts[i], deltas=deltas[i, locale], policy=policy)
        for locale in range(len(pairs.locales))
        for i, metric in enumerate(metrics)
    ]
    return [m for m in found if m.n == 0 or m.baseline is not None or m.candidate is not None]


def _judge(measured: Sequence[Measurement], policy: Policy) -> tuple[Cell, ...]:
    """Returns the measurements with verdicts.

    The gated ones that can be tested are one family; those only watched are another, so that
    watching more never makes the gate blinder.
    """
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
    tested = [i for i, verdict in enumerate(held) if verdict is None]
    adjusted: dict[int, float] = {}
    for is_gated in (True, False):
        family = [i for i in tested if measured[i].is_gated == is_gated]
        p_values = [_p_value(measured[i], policy) for i in family]
        adjusted |= zip(family, adjust_p_values(p_values, fwer=policy.fwer), strict=True)
    shrunk = _shrink_by_metric(measured, policy)
    return tuple(
        _cell(m, held[i], adjusted.get(i), shrunk.get((m.locale, m.metric)), policy)
        for i, m in enumerate(measured)
    )


def _shrink_by_metric(
    measured: Sequence[Measurement], policy: Policy
) -> dict[tuple[str, str], float]:
    """Returns each known difference drawn towards those of the other locales, per metric."""
    shrunk: dict[tuple[str, str], float] = {}
    width = 2 * float(ndtri((1 + policy.level) / 2))
    for key in dict.fromkeys(m.metric for m in measured):
        known = [
            (m.locale, m.delta, (m.high - m.low) / width)
            for m in measured
            if m.metric == key and m.delta is not None and m.low is not None and m.high is not None
        ]
        drawn = shrink([delta for _, delta, _ in known], [error for _, _, error in known])
        shrunk |= {(one[0], key): float(x) for one, x in zip(known, drawn.estimate, strict=True)}
    return shrunk


def _p_value(measured: Measurement, policy: Policy) -> float:
    assert measured.p is not None, "a defined difference has a p-value"
    if not policy.open_ended:
        return measured.p
    # A metric without e-values can show nothing before its planned end.
    return 1.0 if measured.e_value is None else float(anytime_p(measured.e_value))


def _cell(
    m: Measurement,
    held: Verdict | None,
    p_adjusted: float | None,
    shrunk: float | None,
    policy: Policy,
) -> Cell:
    verdict = held
    if verdict is None:
        assert m.delta is not None and m.low is not None and p_adjusted is not None
        rule, _ = policy.rule(m.metric, m.locale)
        verdict = judge(
            delta=m.delta,
            # The interval is one for a planned end; before it nothing is shown to be no worse.
            low=-inf if policy.open_ended else m.low,
            p_adjusted=p_adjusted,
            q=policy.q,
            margin=rule.margin,
            min_effect=rule.min_effect,
        )
    values = {field.name: getattr(m, field.name) for field in fields(m)}
    return Cell(**values, p_adjusted=p_adjusted, shrunk=shrunk, verdict=verdict)


def _list_all_flips(pairs: Pairs, metrics: Sequence[Metric]) -> tuple[FlippedItems, ...]:
    shares = [m for m in metrics if m.kind is MetricKind.PROPORTION]
    parts = [(metric.key, pairs.parts(metric)) for metric in shares]
    listed = []
    for locale, tag in enumerate(pairs.locales):
        rows = pairs.rows_of(locale)
        for key, part in parts:
            if rows.stop > rows.start:
                was_right, is_right = part.numerator_a[rows] > 0, part.numerator_b[rows] > 0
                listed.append(list_flips(tag, key, pairs.item[rows], was_right, is_right))
    return tuple(listed)
