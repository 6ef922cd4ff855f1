"""Puts small runs before a gate, for the tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from tests.comparison.policies import a_policy
from tests.comparison.runs import a_run
from vernacular.comparison.compare import compare_runs
from vernacular.comparison.gate import Finding, GateFacts, GateOutcome, judge_gate
from vernacular.comparison.run_counts import RunCounts

TODAY = date(2027, 1, 31)
N = 400
FINE = [1] * N
WORSE = [0] * 40 + [1] * (N - 40)
BASE = {"hi-IN": FINE, "sw-KE": FINE}
EVERYWHERE = "tiers:\n- {{name: core, locales: ['*'], {}}}\n"


def judge(
    candidate: dict[str, list[int]] | RunCounts,
    text: str = "",
    *,
    baseline: dict[str, list[int]] | RunCounts = BASE,
    today: date = TODAY,
    **facts: Any,
) -> GateOutcome:
    """Returns the outcome of ``beta`` against ``alpha`` by the policy of ``text``."""
    first = baseline if isinstance(baseline, RunCounts) else a_run(baseline)
    second = candidate if isinstance(candidate, RunCounts) else a_run(candidate)
    second = replace(second, run_id=2, release="beta")
    policy = a_policy(text)
    comparison = compare_runs(first, second, policy.to_policy(first.locales))
    return judge_gate(comparison, policy, GateFacts(locales=first.locales, **facts), today)


def only(outcome: GateOutcome) -> Finding:
    """Returns the one finding there must be."""
    (finding,) = outcome.findings
    return finding


def keys(outcome: GateOutcome) -> list[tuple[str, str | None, str | None]]:
    """Returns (rule, locale, metric) of every finding, in order."""
    return [(one.rule.value, one.locale, one.metric) for one in outcome.findings]
