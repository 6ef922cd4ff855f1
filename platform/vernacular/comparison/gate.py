"""The gate: a comparison, a policy and some facts become one verdict with its reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from vernacular.comparison.compare import Comparison
from vernacular.comparison.gate_cells import (
    check_ceilings,
    check_cells,
    check_floors,
    check_means,
    describe_mean,
    n_watched,
)
from vernacular.comparison.gate_demands import check_golden, check_latency, check_required
from vernacular.comparison.gate_facts import GateFacts
from vernacular.comparison.gate_finding import Checked, Finding
from vernacular.comparison.gate_policy import EVERYWHERE, GatePolicy, patterns_of
from vernacular.comparison.gate_replies import check_replies, note_few_people
from vernacular.comparison.gate_rule import Rule, Waiver
from vernacular.comparison.verdict import Verdict, aggregate

__all__ = ["Finding", "GateFacts", "GateOutcome", "Rule", "Waiver", "judge_gate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GateOutcome:
    """What the gate decided. Equal comparison, policy, facts and day give an equal outcome."""

    verdict: Verdict
    """Over the findings that are not waived; PASS without any."""
    findings: tuple[Finding, ...]
    """Everything that is not as the policy asks: what counts before what is waived, gravest
    first."""
    n_checked: int
    """How many things were looked at: cells, means, ceilings, floors, budgets and so on."""
    expired_waivers: tuple[Waiver, ...]
    unused_waivers: tuple[Waiver, ...]
    """Those that hold and cover nothing; they may be removed."""
    tiers: Mapping[str, str]
    """By locale of the suite, the name of the tier that judges it; watched ones may have none."""
    today: date
    """The day on which waivers were looked at."""
    notes: tuple[str, ...] = ()
    """What a reader has to know although it decides nothing, one sentence each."""

    @property
    def counted(self) -> tuple[Finding, ...]:
        """The findings behind the verdict."""
        return tuple(one for one in self.findings if one.waiver is None)

    @property
    def waived(self) -> tuple[Finding, ...]:
        """The findings that somebody lets pass."""
        return tuple(one for one in self.findings if one.waiver is not None)


def judge_gate(
    comparison: Comparison, policy: GatePolicy, facts: GateFacts, today: date
) -> GateOutcome:
    """Returns the outcome of the gate.

    Args:
        comparison: judged by ``policy.to_policy(facts.locales)``.
        policy: what the gate asks for.
        facts: golden wins, latencies, and what was said of replies.
        today: the day on which waivers must hold, in UTC.
    """
    checks: tuple[Checked, ...] = (
        check_required(comparison, policy, facts),
        check_cells(comparison, policy),
        check_means(comparison),
        check_ceilings(comparison, policy),
        check_floors(comparison, policy),
        check_golden(comparison, policy, facts),
        check_latency(comparison, policy, facts),
        check_replies(comparison, policy, facts),
    )
    checked = [one for check in checks for one in check]
    found = {one: None for one in checked if one is not None}
    if not any(cell.is_gated for cell in comparison.cells):
        found[_nothing_decides(comparison)] = None
    holding = [one for one in policy.waivers if one.holds(today)]
    findings = [_waive(one, holding) for one in found]
    used = {one.waiver for one in findings}
    counted = [one.verdict for one in findings if one.waiver is None]
    return GateOutcome(
        verdict=aggregate(counted) if counted else Verdict.PASS,
        findings=_gravest_first(findings, policy),
        n_checked=len(checked),
        expired_waivers=tuple(one for one in policy.waivers if not one.holds(today)),
        unused_waivers=tuple(one for one in holding if one not in used),
        tiers={
            locale: tier.name
            for locale in facts.locales
            if (tier := policy.tier_of(locale)) is not None
        },
        today=today,
        notes=tuple(_notes(comparison, policy, facts)),
    )


def _nothing_decides(comparison: Comparison) -> Finding:
    return Finding(
        rule=Rule.REQUIRED,
        verdict=Verdict.INCOMPARABLE,
        message=f"no locale of suite {comparison.suite} is in a tier that gates on a metric both"
        " runs are scored on, so that nothing was judged; name some under 'tiers'",
    )


def _waive(finding: Finding, waivers: Sequence[Waiver]) -> Finding:
    """Returns the finding with the first waiver that covers it."""
    waiver = next(
        (one for one in waivers if one.covers(finding.locale, finding.metric, finding.rule)), None
    )
    if waiver is None:
        return finding
    if finding.verdict is Verdict.INCOMPARABLE:
        text = f"{finding.message} (the waiver of {waiver.owner} does not help: what cannot be"
        return replace(finding, message=f"{text} compared cannot be waived)")
    return replace(finding, waiver=waiver)


def _gravest_first(findings: Sequence[Finding], policy: GatePolicy) -> tuple[Finding, ...]:
    verdicts, rules = list(Verdict), list(Rule)
    tiers = {tier.name: i for i, tier in enumerate(policy.tiers)}
    ordered = sorted(
        findings,
        key=lambda one: (
            one.waiver is not None,
            verdicts.index(one.verdict),
            tiers.get(one.tier or "", -1),
            one.locale or "",
            rules.index(one.rule),
        ),
    )
    return tuple(ordered)


def _notes(comparison: Comparison, policy: GatePolicy, facts: GateFacts) -> list[str]:
    notes = []
    watched = [tag for tag in facts.locales if policy.tier_of(tag) is None]
    if watched:
        notes.append(f"in no tier, and therefore only watched: {', '.join(watched)}")
    named = [one for tier in policy.tiers for one in tier.locales if one != EVERYWHERE]
    tested = {pattern for tag in facts.locales for pattern in patterns_of(tag)}
    absent = [one for one in named if one.lower() not in tested]
    if absent:
        notes.append(f"in the policy, and not in suite {comparison.suite}: {', '.join(absent)}")
    notes += [
        f"{describe_mean(macro)}; it decides nothing, because {n_watched(macro, comparison)} of"
        " them are only watched"
        for macro in comparison.macro
        if macro.is_gated and macro.verdict is Verdict.REGRESSED and n_watched(macro, comparison)
    ]
    golden = facts.golden
    n_broken = sum(map(len, golden.broken.values()))
    if golden.is_scored and 0 < n_broken <= policy.golden_wins.max_broken:
        notes.append(
            f"{n_broken:,} of {golden.n_tested:,} golden wins are broken, as many as the policy"
            f" allows: {', '.join(golden.broken)}"
        )
    n_missing = sum(map(len, golden.missing.values()))
    if n_missing and policy.golden_wins.if_missing == "ignore":
        notes.append(
            f"{n_missing:,} golden wins were not tested, because suite {comparison.suite} does not"
            " hold them"
        )
    notes += note_few_people(policy, facts)
    return notes
