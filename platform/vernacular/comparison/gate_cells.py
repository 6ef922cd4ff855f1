"""What a gate finds wrong in the cells of a comparison: drops, means, broken shares, low values."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from vernacular.comparison.cells import Cell, MacroCell
from vernacular.comparison.compare import Comparison
from vernacular.comparison.gate_finding import Checked, Finding, distance, p_text, percent, points
from vernacular.comparison.gate_policy import GatePolicy, Tier
from vernacular.comparison.gate_rule import Rule
from vernacular.comparison.needs import need_of
from vernacular.comparison.verdict import Verdict, screen
from vernacular.scoring.intervals import Interval


def check_cells(comparison: Comparison, policy: GatePolicy) -> Checked:
    """Yields every cell that decides: those that regressed, and those where too little is known."""
    for cell in comparison.cells:
        if not cell.is_gated:
            continue
        if cell.verdict is Verdict.PASS:
            yield None
            continue
        tier = policy.tier_of(cell.locale)
        yield Finding(
            rule=Rule.REGRESSION,
            tier=None if tier is None else tier.name,
            locale=cell.locale,
            metric=cell.metric,
            verdict=cell.verdict,
            message=_describe(cell, comparison),
        )


def _describe(cell: Cell, comparison: Comparison) -> str:
    """Returns what is said of a cell that did not pass, with the values and what to do."""
    what = f"{cell.metric} of {cell.locale}"
    if cell.verdict is Verdict.INCOMPARABLE:
        return f"{what}: {_uncovered(cell, comparison)}"
    if cell.verdict is Verdict.REGRESSED:
        assert cell.delta is not None and cell.p_adjusted is not None, "it was tested"
        flips = cell.flips
        counts = f"{flips.b:,} broken and {flips.c:,} fixed of " if flips else ""
        return (
            f"{what} is {distance(cell.delta)} worse, {_values(cell, comparison)}, adjusted"
            f" {p_text(cell.p_adjusted)}; {counts}{cell.n:,} utterances); {_look(cell, comparison)}"
        )
    rule, _ = comparison.policy.rule(cell.metric, cell.locale)
    if cell.p_adjusted is None:
        return f"{what}: {_needed(cell, comparison)}"
    return (
        f"{what} may be worse by more than its margin of {distance(rule.margin)},"
        f" {_values(cell, comparison)}; {cell.n:,} utterances): {_needed(cell, comparison)}"
    )


def _values(cell: Cell, comparison: Comparison) -> str:
    """Returns both values and the interval of their difference, its bracket still open."""
    assert cell.low is not None and cell.high is not None, "it was tested"
    # Inside, negative is worse; a reader sees an error rate rise.
    is_error = comparison.policy.rule(cell.metric, cell.locale)[0].is_error
    low, high = (-cell.high, -cell.low) if is_error else (cell.low, cell.high)
    return (
        f"{percent(cell.candidate)} after {percent(cell.baseline)}"
        f" ({comparison.policy.level * 100:g} % interval of the difference {points(low)} to"
        f" {points(high)}"
    )


def _uncovered(cell: Cell, comparison: Comparison) -> str:
    """Returns which results are lacking."""
    for locales, release, run in (
        (comparison.missing_from_baseline, comparison.baseline, comparison.baseline_run_id),
        (comparison.missing_from_candidate, comparison.candidate, comparison.candidate_run_id),
    ):
        if cell.locale in locales:
            return f"run {run} of {release} has no result there; run it over all of the suite"
    return (
        f"only {cell.n:,} utterances have a score in both runs, {percent(cell.coverage)} of the"
        f" suite's where {percent(comparison.policy.min_coverage)} are needed; run"
        f" {comparison.baseline_run_id} or run {comparison.candidate_run_id} lacks the others"
    )


def _needed(cell: Cell, comparison: Comparison) -> str:
    """Returns why an inconclusive cell has no answer, and how many utterances would give one."""
    need = need_of(cell, comparison.policy)
    if need.n_missing is None:
        return need.because
    return f"{need.because}; collect {need.n_missing:,} more"


def _look(cell: Cell, comparison: Comparison) -> str:
    return (
        f"see 'vernacular compare {comparison.baseline} {comparison.candidate} --suite"
        f" {shlex.quote(comparison.suite)} --flips {cell.locale} --metric {cell.metric}'"
    )


def check_means(comparison: Comparison) -> Checked:
    """Yields every mean over locales that decides.

    A mean can add a regression that is too small to be seen in any one locale. One that averages
    locales which are only watched decides nothing.
    """
    for macro in comparison.macro:
        if not macro.is_gated or n_watched(macro, comparison):
            continue
        if macro.verdict is not Verdict.REGRESSED:
            yield None
            continue
        yield Finding(
            rule=Rule.MACRO,
            metric=macro.metric,
            verdict=Verdict.REGRESSED,
            message=describe_mean(macro)
            + f" (adjusted {p_text(macro.p_adjusted)}); the worst is {macro.worst_locale},"
            f" {distance(macro.worst_delta)} worse",
        )


def n_watched(macro: MacroCell, comparison: Comparison) -> int:
    """Returns how many of the averaged locales are only watched on the metric."""
    watched = {c.locale for c in comparison.cells if c.metric == macro.metric and not c.is_gated}
    return len(watched & {*macro.locales})


def describe_mean(macro: MacroCell) -> str:
    """Returns what is said of a mean that is worse."""
    return (
        f"the mean of {macro.metric} over {len(macro.locales)} locales is {distance(macro.delta)}"
        f" worse, {percent(macro.candidate)} after {percent(macro.baseline)}"
    )


def check_ceilings(comparison: Comparison, policy: GatePolicy) -> Checked:
    """Yields every locale and metric that has a ceiling on the share of broken utterances."""
    for cell, tier in _gating(comparison, policy):
        ceiling = tier.max_nfr.get(cell.metric)
        if ceiling is None:
            continue
        if _is_held(cell, comparison):
            yield from _held(Rule.NFR, cell, tier, comparison)
        elif cell.flips is None or cell.flips.nfr is None or cell.flips.nfr <= ceiling:
            yield None
        else:
            yield Finding(
                rule=Rule.NFR,
                tier=tier.name,
                locale=cell.locale,
                metric=cell.metric,
                verdict=Verdict.REGRESSED,
                message=f"{cell.flips.b:,} of {cell.n:,} utterances of {cell.locale} were right in"
                f" {comparison.baseline} and are wrong in {comparison.candidate} by {cell.metric},"
                f" {percent(cell.flips.nfr)} where {percent(ceiling)} are allowed;"
                f" {_look(cell, comparison)}",
            )


def check_floors(comparison: Comparison, policy: GatePolicy) -> Checked:
    """Yields every locale and metric that has a floor; the observed value is held against it.

    A locale that counts characters has no floor in words, and the other way round.
    """
    metrics = {metric.key: metric for metric in comparison.metrics}
    for cell, tier in _gating(comparison, policy):
        floor, metric = tier.floors.get(cell.metric), metrics[cell.metric]
        if floor is None or not metric.is_primary(cell.locale):
            continue
        if _is_held(cell, comparison):
            yield from _held(Rule.FLOOR, cell, tier, comparison)
        elif cell.candidate is None or metric.sign * (cell.candidate - floor) >= 0:
            yield None
        else:
            side = "above its ceiling" if metric.is_error else "below its floor"
            yield Finding(
                rule=Rule.FLOOR,
                tier=tier.name,
                locale=cell.locale,
                metric=cell.metric,
                verdict=Verdict.REGRESSED,
                message=f"{cell.metric} of {cell.locale} is {percent(cell.candidate)}"
                f" {_counted(cell)}{_within(cell.candidate_interval)}, {side} of"
                f" {percent(floor)}; the baseline had {percent(cell.baseline)}",
            )


def _gating(comparison: Comparison, policy: GatePolicy) -> Iterator[tuple[Cell, Tier]]:
    for cell in comparison.cells:
        tier = policy.tier_of(cell.locale)
        if tier is not None and tier.gates:
            yield cell, tier


def _is_held(cell: Cell, comparison: Comparison) -> bool:
    """True where the locale has too few common utterances to say anything."""
    verdict = screen(
        coverage=cell.coverage,
        n=cell.n,
        n_clusters=cell.n_clusters,
        is_defined=True,
        policy=comparison.policy,
    )
    return verdict is not None


def _held(rule: Rule, cell: Cell, tier: Tier, comparison: Comparison) -> Checked:
    """Yields why nothing is known, unless the cell decides and has said so already."""
    if not cell.is_gated:
        yield Finding(
            rule=rule,
            tier=tier.name,
            locale=cell.locale,
            metric=cell.metric,
            verdict=cell.verdict,
            message=_describe(cell, comparison),
        )


def _counted(cell: Cell) -> str:
    if cell.flips is None:
        return f"over {cell.n:,} utterances"
    return f"({cell.flips.a + cell.flips.c:,} of {cell.n:,})"


def _within(interval: Interval | None) -> str:
    if interval is None:
        return ""
    return f", between {percent(interval[0])} and {percent(interval[1])} at 95 %"
