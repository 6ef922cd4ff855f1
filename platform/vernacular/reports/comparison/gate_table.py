"""The gate on a terminal: the verdict, what is behind it, who let what pass, then the table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from vernacular.comparison.compare import Comparison
from vernacular.comparison.gate import Finding, GateOutcome
from vernacular.comparison.gate_rule import Waiver
from vernacular.comparison.verdict import Inconclusive, Verdict, exit_code
from vernacular.reports.comparison.comparison_table import STYLES, render_comparison
from vernacular.reports.figures import MARKS

MAX_SHOWN = 60
"""Findings; the rest is counted. A thousand lines hide the verdict."""


def render_gate(
    comparison: Comparison,
    outcome: GateOutcome,
    *,
    policy: str,
    inconclusive: Inconclusive = "fail",
    show_all: bool = False,
) -> RenderableType:
    """Returns what a person reads.

    The verdict stands at both ends, because a log is read from its end.

    Args:
        comparison: what was judged.
        outcome: what the gate made of it.
        policy: what the policy is called.
        inconclusive: what becomes of an inconclusive verdict.
        show_all: every finding, and locales that did not change.
    """
    parts: list[RenderableType] = [_heading(comparison, outcome, policy)]
    parts += _by_tier(outcome.counted, None if show_all else MAX_SHOWN)
    parts += _waivers(outcome)
    parts += [Text(f"note: {note}", style="magenta") for note in outcome.notes]
    parts += [Text(), render_comparison(comparison, show_all=show_all), Text()]
    parts.append(_ending(comparison, outcome, inconclusive))
    return Group(*parts)


def _heading(comparison: Comparison, outcome: GateOutcome, policy: str) -> Text:
    n, n_waived = len(outcome.counted), len(outcome.waived)
    return Text.assemble(
        _verdict(outcome.verdict),
        f": {comparison.candidate} before the gate, by {policy}\n",
        (
            f"{outcome.n_checked:,} checks, {n:,} {'finding' if n == 1 else 'findings'}"
            f"{f', {n_waived:,} more waived' if n_waived else ''}",
            "dim",
        ),
    )


def _by_tier(findings: Sequence[Finding], at_most: int | None) -> Iterator[RenderableType]:
    """Yields the findings, the tier with the gravest first."""
    tiers: dict[str | None, list[Finding]] = {}
    for finding in findings[:at_most]:
        tiers.setdefault(finding.tier, []).append(finding)
    for tier, listed in tiers.items():
        yield Text("whole run" if tier is None else f"tier {tier}", style="bold")
        for finding in listed:
            mark = MARKS[finding.verdict]
            yield Padding(
                Text.assemble((f"{mark} {finding.rule.value}: ", STYLES[mark]), finding.message),
                (0, 0, 0, 2),
            )
    left_out = 0 if at_most is None else len(findings) - at_most
    if left_out > 0:
        yield Text(f"and {left_out:,} more; --all, --json and the reports hold them", style="bold")


def _waivers(outcome: GateOutcome) -> Iterator[RenderableType]:
    waived: dict[Waiver, list[Finding]] = {}
    for finding in outcome.waived:
        assert finding.waiver is not None
        waived.setdefault(finding.waiver, []).append(finding)
    for waiver, findings in waived.items():
        yield Text(
            f"waived until {waiver.expires} ({_left(waiver, outcome.today)}) by {waiver.owner}:"
            f" {waiver.reason}",
            style="yellow",
        )
        for finding in findings:
            text = f"{MARKS[finding.verdict]} {finding.rule.value}: {finding.message}"
            yield Padding(Text(text, style="dim"), (0, 0, 0, 2))
    for waiver in outcome.expired_waivers:
        yield Text(
            f"the waiver of {waiver.locale} by {waiver.owner} expired on {waiver.expires} and does"
            " not count",
            style="magenta",
        )
    for waiver in outcome.unused_waivers:
        yield Text(
            f"the waiver of {waiver.locale} by {waiver.owner} covers nothing now"
            f" ({_left(waiver, outcome.today)}); it may be removed",
            style="dim",
        )


def _left(waiver: Waiver, today: date) -> str:
    days = (waiver.expires - today).days
    return (
        "today is its last day" if days == 0 else f"{days:,} {'day' if days == 1 else 'days'} left"
    )


def _ending(comparison: Comparison, outcome: GateOutcome, inconclusive: Inconclusive) -> Text:
    """Returns the last line, which is the gate's where the table above it ends with another."""
    text = Text.assemble("gate: ", _verdict(outcome.verdict))
    if outcome.verdict is not comparison.verdict:
        text.append(f", although the comparison alone is {comparison.verdict.value}")
    if outcome.verdict is Verdict.INCONCLUSIVE and inconclusive != "fail":
        text.append(f", let through by the policy '{inconclusive}'")
    return text.append(f" (exit code {exit_code(outcome.verdict, inconclusive)})")


def _verdict(verdict: Verdict) -> tuple[str, str]:
    return f"{MARKS[verdict]} {verdict.value}", STYLES[MARKS[verdict]]
