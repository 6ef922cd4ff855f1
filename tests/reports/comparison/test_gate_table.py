"""The gate on a terminal: the verdict at both ends, the gravest between."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tests.comparison.policies import a_policy
from tests.reports.screens import show
from vernacular.comparison.compare import Comparison
from vernacular.comparison.gate import Finding, GateFacts, GateOutcome, Rule, judge_gate
from vernacular.comparison.verdict import Verdict
from vernacular.reports.comparison.gate_table import MAX_SHOWN, render_gate

LOCALES = ("am-ET", "hi-IN", "sw-KE", "th-TH")


def judged(comparison: Comparison) -> GateOutcome:
    return judge_gate(comparison, a_policy(), GateFacts(locales=LOCALES), date(2027, 1, 31))


def test_the_verdict_stands_first_and_last(comparison: Comparison) -> None:
    lines = show(render_gate(comparison, judged(comparison), policy="gate.yaml")).splitlines()
    assert lines[0].rstrip() == "✗ REGRESSED: beta before the gate, by gate.yaml"
    assert lines[-1].rstrip() == "gate: ✗ REGRESSED (exit code 1)"


def test_the_comparison_is_shown_beneath_the_findings(comparison: Comparison) -> None:
    text = show(render_gate(comparison, judged(comparison), policy="gate.yaml"))
    assert text.index("regression: intent_acc of sw-KE") < text.index(" sw-KE    Swahili")


def test_a_gate_that_is_stricter_than_the_comparison_says_so(comparison: Comparison) -> None:
    outcome = replace(judged(comparison), verdict=Verdict.INCONCLUSIVE)
    text = show(render_gate(comparison, outcome, policy="gate.yaml", inconclusive="warn"))
    assert text.rstrip().endswith(
        "gate: ? INCONCLUSIVE, although the comparison alone is REGRESSED, let through by the"
        " policy 'warn' (exit code 0)"
    )


def test_more_findings_than_anybody_reads_are_counted(comparison: Comparison) -> None:
    many = tuple(
        Finding(rule=Rule.FLOOR, tier="core", verdict=Verdict.REGRESSED, message=f"finding {i}.")
        for i in range(MAX_SHOWN + 5)
    )
    outcome = replace(judged(comparison), findings=many)
    text = show(render_gate(comparison, outcome, policy="gate.yaml"))
    assert f"finding {MAX_SHOWN - 1}." in text
    assert f"finding {MAX_SHOWN}." not in text
    assert "and 5 more; --all, --json and the reports hold them" in text
    everything = show(render_gate(comparison, outcome, policy="gate.yaml", show_all=True))
    assert f"finding {MAX_SHOWN + 4}." in everything
