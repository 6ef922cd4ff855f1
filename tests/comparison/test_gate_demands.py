"""What a gate demands beside being no worse: golden wins, and answers in time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.comparison.gates import BASE, judge, only
from vernacular.comparison.gate import Rule
from vernacular.comparison.gate_facts import GoldenFacts, Latency
from vernacular.comparison.verdict import Verdict

# Golden wins


def test_a_broken_golden_win_is_a_regression_that_names_its_item() -> None:
    golden = GoldenFacts(n_tested=3, broken={"sw-KE": (17, 4)})
    outcome = judge(BASE, golden=golden)
    assert (outcome.verdict, only(outcome).rule) == (Verdict.REGRESSED, Rule.GOLDEN)
    assert only(outcome).message == (
        "2 golden wins of sw-KE are broken by intent_acc: items 17, 4 of smoke; 2 in all where 0"
        " are allowed"
    )


def test_as_many_golden_wins_may_break_as_the_policy_allows() -> None:
    golden = GoldenFacts(n_tested=3, broken={"hi-IN": (4,), "sw-KE": (17,)})
    outcome = judge(BASE, "golden_wins: {max_broken: 2}\n", golden=golden)
    assert outcome.verdict is Verdict.PASS
    assert outcome.notes == (
        "2 of 3 golden wins are broken, as many as the policy allows: hi-IN, sw-KE",
    )
    assert judge(BASE, "golden_wins: {max_broken: 1}\n", golden=golden).verdict is Verdict.REGRESSED


def test_a_golden_win_that_was_not_tested_is_not_known_to_work() -> None:
    golden = GoldenFacts(n_tested=1, missing={"sw-KE": (70,)})
    outcome = judge(BASE, golden=golden)
    assert (outcome.verdict, only(outcome).locale) == (Verdict.INCONCLUSIVE, "sw-KE")
    assert "does not hold utterance 70" in only(outcome).message
    ignored = judge(BASE, "golden_wins: {if_missing: ignore}\n", golden=golden)
    assert ignored.verdict is Verdict.PASS
    assert "1 golden wins were not tested" in ignored.notes[0]


def test_golden_wins_need_a_run_that_is_scored_on_their_metric() -> None:
    golden = GoldenFacts(is_scored=False)
    outcome = judge(BASE, "golden_wins: {metric: ex_match_acc}\n", golden=golden)
    assert outcome.verdict is Verdict.INCOMPARABLE
    assert "run 2 is not scored on it" in only(outcome).message


# Latency

QUICK = Latency(n=800, n_answers=800, p50_ms=10.0, p95_ms=100.0)
SLOW = replace(QUICK, p50_ms=11.0, p95_ms=125.0)


@pytest.mark.parametrize(
    ("budget", "verdict"),
    [
        ("{p50_ms: 11, p95_ms: 125}", Verdict.PASS),
        ("{p50_ms: 10.9}", Verdict.REGRESSED),
        ("{p95_ms: 124}", Verdict.REGRESSED),
        ("{max_increase: 0.25}", Verdict.PASS),
        ("{max_increase: 0.2}", Verdict.REGRESSED),
    ],
)
def test_answers_have_a_budget_of_time(budget: str, verdict: Verdict) -> None:
    outcome = judge(BASE, f"latency: {budget}\n", baseline_latency=QUICK, candidate_latency=SLOW)
    assert outcome.verdict is verdict


def test_a_latency_over_its_budget_says_both() -> None:
    text = "latency: {p95_ms: 120, max_increase: 0.2}\n"
    outcome = judge(BASE, text, baseline_latency=QUICK, candidate_latency=SLOW)
    first, second = outcome.findings
    assert first.message == (
        "95 % of 800 answers came within 125 ms, more than its budget of 120 ms"
    )
    assert second.message.endswith("more than 120 ms, 20.00 % above the baseline's 100")


@pytest.mark.parametrize(("kinds", "alone"), [((True, False), 1), ((False, True), 2)])
def test_times_of_utterances_asked_alone_are_not_held_against_shares_of_batches(
    kinds: tuple[bool, bool], alone: int
) -> None:
    before, now = (replace(QUICK, is_alone=kind) for kind in kinds)
    given = {"baseline_latency": before, "candidate_latency": now}
    outcome = judge(BASE, "latency: {max_increase: 1}\n", **given)
    assert outcome.verdict is Verdict.INCONCLUSIVE
    assert f"run {alone} asked each utterance alone and run {3 - alone} did not" in (
        only(outcome).message
    )
    assert judge(BASE, "latency: {p95_ms: 100}\n", **given).verdict is Verdict.PASS
    both = {"baseline_latency": replace(now, is_alone=True), "candidate_latency": before}
    if kinds[0]:
        assert judge(BASE, "latency: {max_increase: 1}\n", **both).verdict is Verdict.PASS


def test_a_budget_without_measured_time_is_inconclusive() -> None:
    outcome = judge(BASE, "latency: {p95_ms: 120}\n")
    assert outcome.verdict is Verdict.INCONCLUSIVE
    assert "no answers of run 2 say how long they took" in only(outcome).message
    partly = replace(QUICK, n=700)
    outcome = judge(BASE, "latency: {p95_ms: 120}\n", candidate_latency=partly)
    assert "only 700 of 800 answers of run 2" in only(outcome).message
    outcome = judge(BASE, "latency: {max_increase: 1}\n", candidate_latency=QUICK)
    assert "no answers of run 1" in only(outcome).message
