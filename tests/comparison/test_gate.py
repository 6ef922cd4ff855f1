"""The gate: which findings make which verdict, and what each of them says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.comparison.gates import BASE, EVERYWHERE, FINE, TODAY, WORSE, N, judge, keys, only
from tests.comparison.policies import a_policy
from tests.comparison.runs import a_parallel_run, a_run
from vernacular.comparison.compare import compare_runs
from vernacular.comparison.gate import GateFacts, GateOutcome, Rule, judge_gate
from vernacular.comparison.verdict import Verdict


def test_a_release_that_changes_nothing_passes_without_a_finding() -> None:
    outcome = judge(BASE)
    assert (outcome.verdict, outcome.findings) == (Verdict.PASS, ())
    assert outcome.n_checked == 2 * 3 + 3, "three metrics in two locales, and three means"
    assert outcome.tiers == {"hi-IN": "all", "sw-KE": "all"}


def test_a_regression_says_by_how_much_and_what_to_look_at() -> None:
    outcome = judge({"hi-IN": FINE, "sw-KE": WORSE}, "metrics: {intent_acc: }\n")
    assert outcome.verdict is Verdict.REGRESSED
    cell, mean = outcome.findings[::-1]
    assert (cell.rule, cell.tier, cell.locale) == (Rule.REGRESSION, "all", "sw-KE")
    assert "intent_acc of sw-KE is 10.00 points worse, 90.00 % after 100.00 %" in cell.message
    assert "40 broken and 0 fixed of 400 utterances" in cell.message
    assert "compare alpha beta --suite smoke --flips sw-KE --metric intent_acc" in cell.message
    assert (mean.rule, mean.locale) == (Rule.MACRO, None)
    assert "the mean of intent_acc over 2 locales is 5.00 points worse" in mean.message
    assert "the worst is sw-KE, 10.00 points worse" in mean.message


def test_the_command_that_shows_a_drop_can_be_copied_whatever_the_suite_is_called() -> None:
    first, second = (
        replace(a_run({"sw-KE": values}), suite="night; rm -r ~") for values in (FINE, WORSE)
    )
    outcome = judge(second, "metrics: {intent_acc: }\n", baseline=first)
    assert "--suite 'night; rm -r ~' --flips sw-KE" in outcome.findings[-1].message


def test_an_inconclusive_cell_says_how_many_utterances_to_collect() -> None:
    mixed = [0] * 12 + [1] * (N - 24) + [0] * 12
    base = [1] * (N - 12) + [0] * 12
    mixed = [0] * 12 + [1] * (N - 12)
    outcome = judge(
        {"hi-IN": FINE, "sw-KE": mixed},
        "metrics: {intent_acc: {margin: 0.01}}\n",
        baseline={"hi-IN": FINE, "sw-KE": base},
    )
    finding = only(outcome)
    assert (outcome.verdict, finding.verdict) == (Verdict.INCONCLUSIVE, Verdict.INCONCLUSIVE)
    # psi = 24/400: (1.6449 sqrt(.06) + .8416 sqrt(.06 - .0001))^2 / .0001 = 3,708 (Connor 1987).
    assert finding.message.endswith("collect 3,308 more")
    assert "margin of 1.00 points, 97.00 % after 97.00 %" in finding.message


def test_a_small_locale_says_how_many_utterances_to_collect() -> None:
    outcome = judge({"sw-KE": [1] * 60}, "metrics: {intent_acc: }\n", baseline={"sw-KE": [1] * 60})
    assert only(outcome).verdict is Verdict.INCONCLUSIVE
    assert "60 utterances are fewer than the 100 asked for" in only(outcome).message


def test_missing_results_are_incomparable_and_name_the_run() -> None:
    run = a_run(BASE)
    absent = run.rows(run.locale == 0)
    outcome = judge(absent, "metrics: {intent_acc: }\n", baseline=run)
    assert outcome.verdict is Verdict.INCOMPARABLE
    assert "run 2 of beta has no result there" in only(outcome).message
    outcome = judge(run.rows(run.item > 40), "metrics: {intent_acc: }\n", baseline=run)
    assert "only 360 utterances have a score in both runs, 90.00 %" in only(outcome).message


def test_an_error_rate_is_told_as_a_reader_sees_it_rise() -> None:
    edits = np.zeros(N, np.int32)
    words = np.full(N, 5, np.int32)
    heard = {"word_edits": edits, "n_words": words, "char_edits": edits, "n_chars": words}
    run = replace(a_run({"sw-KE": FINE}), counts=heard, normaliser="vernacular-norm/1")
    worse = replace(run, counts=heard | {"word_edits": np.full(N, 1, np.int32)})
    outcome = judge(worse, "metrics: {wer: }\n", baseline=run)
    assert "wer of sw-KE is 20.00 points worse, 20.00 % after 0.00 %" in only(outcome).message
    assert "difference +20.00 to +20.00" in only(outcome).message


# Tiers


def test_a_watched_tier_decides_nothing() -> None:
    text = (
        "metrics: {intent_acc: }\n"
        "tiers:\n- {name: core, locales: [hi-IN]}\n"
        "- {name: rest, locales: ['*'], gates: false, floors: {intent_acc: 0.99}, max_nfr: 0}\n"
    )
    outcome = judge({"hi-IN": FINE, "sw-KE": WORSE}, text)
    assert (outcome.verdict, outcome.findings) == (Verdict.PASS, ())
    assert outcome.tiers == {"hi-IN": "core", "sw-KE": "rest"}


def test_a_locale_in_no_tier_is_told_to_be_watched() -> None:
    text = "metrics: {intent_acc: }\ntiers:\n- {name: core, locales: [hi-IN]}\n"
    outcome = judge({"hi-IN": FINE, "sw-KE": WORSE}, text)
    assert outcome.verdict is Verdict.PASS
    assert "in no tier, and therefore only watched: sw-KE" in outcome.notes


def test_a_mean_that_averages_watched_locales_is_told_and_decides_nothing() -> None:
    policy, facts = a_policy("metrics: {intent_acc: }\n"), GateFacts(locales=("hi-IN", "sw-KE"))
    worse = a_run({"hi-IN": FINE, "sw-KE": WORSE}, run_id=2, release="beta")
    comparison = compare_runs(a_run(BASE), worse, policy.to_policy(facts.locales))
    assert keys(judge_gate(comparison, policy, facts, TODAY))[0] == ("macro", None, "intent_acc")
    cells = tuple(
        replace(one, is_gated=one.is_gated and one.locale == "hi-IN") for one in comparison.cells
    )
    outcome = judge_gate(replace(comparison, cells=cells), policy, facts, TODAY)
    assert (outcome.verdict, outcome.findings) == (Verdict.PASS, ())
    assert outcome.notes == (
        "the mean of intent_acc over 2 locales is 5.00 points worse, 95.00 % after 100.00 %; it"
        " decides nothing, because 1 of them are only watched",
    )


def test_a_locale_of_the_policy_that_is_not_tested_is_told() -> None:
    outcome = judge(BASE, "tiers:\n- {name: core, locales: [hi, sw-KE, fr-FR]}\n")
    assert outcome.notes == ("in the policy, and not in suite smoke: fr-FR",)


def test_a_required_locale_that_the_suite_lacks_is_incomparable() -> None:
    outcome = judge(BASE, "tiers:\n- {name: core, locales: ['*'], required: [hi-IN, fr-FR]}\n")
    assert (outcome.verdict, keys(outcome)) == (
        Verdict.INCOMPARABLE,
        [("required", "fr-FR", None)],
    )


def test_a_metric_asked_for_by_name_that_no_run_has_is_incomparable() -> None:
    outcome = judge(BASE, "metrics: {intent_acc: , wer: }\n")
    assert (outcome.verdict, keys(outcome)) == (Verdict.INCOMPARABLE, [("required", None, "wer")])
    assert judge(BASE).verdict is Verdict.PASS, "a metric that nobody named is not missed"


def test_a_metric_that_the_candidate_lost_is_incomparable_although_nobody_named_it() -> None:
    run = a_run(BASE)
    counts = {name: column for name, column in run.counts.items() if name != "correct_intent"}
    outcome = judge(replace(run, counts=counts), baseline=run)
    assert outcome.verdict is Verdict.INCOMPARABLE
    assert keys(outcome) == [("required", None, "intent_acc")]
    assert "one of the runs is not scored on it" in only(outcome).message


def test_a_gate_that_no_locale_goes_through_is_no_pass() -> None:
    outcome = judge(BASE, "tiers:\n- {name: core, locales: [fr-FR]}\n")
    assert (outcome.verdict, only(outcome).rule) == (Verdict.INCOMPARABLE, Rule.REQUIRED)
    assert "nothing was judged" in only(outcome).message


# Ceilings and floors

BROKEN_AND_FIXED = ([1] * (N - 12) + [0] * 12, [0] * 12 + [1] * (N - 12))
"""12 of 400 broken, as many fixed: the same accuracy."""


@pytest.mark.parametrize(("ceiling", "verdict"), [(0.03, Verdict.PASS), (0.029, Verdict.REGRESSED)])
def test_broken_utterances_have_a_ceiling_however_many_are_fixed(
    ceiling: float, verdict: Verdict
) -> None:
    was, now = BROKEN_AND_FIXED
    text = "metrics: {intent_acc: {margin: 0.1}}\n" + EVERYWHERE.format(f"max_nfr: {ceiling}")
    outcome = judge({"sw-KE": now}, text, baseline={"sw-KE": was})
    assert outcome.verdict is verdict
    if verdict is Verdict.REGRESSED:
        assert only(outcome).rule is Rule.NFR
        assert "12 of 400 utterances of sw-KE were right in alpha" in only(outcome).message
        assert "3.00 % where 2.90 % are allowed" in only(outcome).message


def test_a_floor_holds_whatever_the_baseline_had() -> None:
    weak = [0] * 100 + [1] * 300
    text = "metrics: {intent_acc: }\n" + EVERYWHERE.format("floors: {intent_acc: 0.8}")
    outcome = judge({"sw-KE": weak}, text, baseline={"sw-KE": weak})
    assert (outcome.verdict, only(outcome).rule) == (Verdict.REGRESSED, Rule.FLOOR)
    assert "is 75.00 % (300 of 400), between 70" in only(outcome).message
    assert "below its floor of 80.00 %; the baseline had 75.00 %" in only(outcome).message
    at_it = text.replace("0.8", "0.75")
    assert judge({"sw-KE": weak}, at_it, baseline={"sw-KE": weak}).verdict is Verdict.PASS


def test_the_floor_of_an_error_rate_is_its_largest_value() -> None:
    edits, words = np.full(N, 1, np.int32), np.full(N, 4, np.int32)
    heard = {"word_edits": edits, "n_words": words, "char_edits": edits, "n_chars": words}
    run = replace(a_run({"ja-JP": FINE}), counts=heard, normaliser="vernacular-norm/1")
    text = "tiers:\n- {name: core, locales: ['*'], floors: {cer: 0.2, wer: 0.1}}\n"
    outcome = judge(run, text, baseline=run)
    assert keys(outcome) == [("floor", "ja-JP", "cer")], "Japanese has no floor in words"
    assert "25.00 % over 400 utterances" in only(outcome).message
    assert "above its ceiling of 20.00 %" in only(outcome).message


def test_a_floor_of_a_metric_that_only_watches_needs_enough_utterances() -> None:
    text = (
        "metrics: {slot_micro_f1: }\n"
        "tiers:\n- {name: core, locales: ['*'], floors: {intent_acc: 0.8}, max_nfr: 0.03}\n"
    )
    outcome = judge({"sw-KE": [1] * 60}, text, baseline={"sw-KE": [1] * 60})
    assert keys(outcome) == [
        ("regression", "sw-KE", "slot_micro_f1"),
        ("nfr", "sw-KE", "intent_acc"),
        ("floor", "sw-KE", "intent_acc"),
    ]
    assert {one.verdict for one in outcome.findings} == {Verdict.INCONCLUSIVE}


# Waivers

WAIVER = "waivers:\n- {{locale: sw-KE, owner: ida, reason: rebuilt, expires: {expires}{more}}}\n"


def waived(expires: str = "2027-01-31", more: str = "") -> GateOutcome:
    text = "metrics: {intent_acc: , slot_micro_f1: }\nmacro_margin: 0.9\n"
    text += WAIVER.format(expires=expires, more=more)
    two = {"hi-IN": FINE, "sw-KE": WORSE}
    # The mean alone cannot be waived; one locale has none.
    return judge({"sw-KE": two["sw-KE"]}, text, baseline={"sw-KE": FINE})


def test_a_waiver_lets_the_findings_of_its_locale_pass_and_keeps_them_in_sight() -> None:
    outcome = waived()
    assert outcome.verdict is Verdict.PASS
    assert len(outcome.waived) == 2
    assert outcome.counted == ()
    assert {one.verdict for one in outcome.waived} == {Verdict.REGRESSED}
    assert (outcome.expired_waivers, outcome.unused_waivers) == ((), ())


def test_a_waiver_that_expired_yesterday_does_not_count() -> None:
    outcome = waived("2027-01-30")
    assert (outcome.verdict, outcome.waived) == (Verdict.REGRESSED, ())
    assert [one.owner for one in outcome.expired_waivers] == ["ida"]
    assert outcome.unused_waivers == ()


def test_a_waiver_is_limited_to_its_metric_and_rule() -> None:
    by_metric = waived(more=", metric: intent_acc")
    assert by_metric.verdict is Verdict.REGRESSED
    assert [one.metric for one in by_metric.counted] == ["slot_micro_f1"]
    by_rule = waived(more=", rule: floor")
    assert len(by_rule.counted) == 2
    assert len(by_rule.unused_waivers) == 1


def test_a_waiver_of_another_locale_covers_nothing_and_is_told() -> None:
    text = WAIVER.format(expires="2027-01-31", more="")
    outcome = judge({"hi-IN": FINE}, text, baseline={"hi-IN": FINE})
    assert [one.locale for one in outcome.unused_waivers] == ["sw-KE"]


def test_what_cannot_be_compared_cannot_be_waived() -> None:
    run = a_run({"sw-KE": FINE})
    text = "metrics: {intent_acc: }\n" + WAIVER.format(expires="2027-01-31", more="")
    outcome = judge(run.rows(run.item > 40), text, baseline=run)
    assert outcome.verdict is Verdict.INCOMPARABLE
    assert "what cannot be compared cannot be waived" in only(outcome).message


# The whole


def test_the_gravest_finding_is_the_verdict_and_stands_first() -> None:
    run = a_run({"am-ET": FINE, "hi-IN": FINE, "sw-KE": [1] * 60, "th-TH": FINE})
    worse = a_run({"am-ET": FINE, "hi-IN": WORSE, "sw-KE": [1] * 60, "th-TH": FINE})
    absent = worse.rows(worse.locale != 3)
    outcome = judge(absent, "metrics: {intent_acc: }\nmacro_margin: 0.9\n", baseline=run)
    order = [one.verdict for one in outcome.findings]
    assert order == sorted(order, key=list(Verdict).index)
    assert outcome.verdict is order[0] is Verdict.REGRESSED
    assert {*order} == {Verdict.REGRESSED, Verdict.INCOMPARABLE, Verdict.INCONCLUSIVE}
    better = run.rows(run.locale != 3)
    assert judge(better, "metrics: {intent_acc: }\n", baseline=run).verdict is Verdict.INCOMPARABLE


def test_without_rules_of_its_own_the_gate_says_what_the_comparison_says() -> None:
    for seed, broken in enumerate(({}, {"l01-XX": 0.05}, {"l02-XX": 0.3})):
        first = a_parallel_run(4, 500, 1)
        second = a_parallel_run(4, 500, 1, changed=0.01 * seed, broken=broken, run_id=2)
        policy = a_policy()
        comparison = compare_runs(first, second, policy.to_policy(first.locales))
        facts = GateFacts(locales=first.locales)
        outcome = judge_gate(comparison, policy, facts, TODAY)
        assert outcome.verdict is comparison.verdict
        again = judge_gate(comparison, policy, facts, TODAY)
        assert outcome == again
