"""Whole comparisons: what a release engineer relies on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.comparison.runs import a_parallel_run, a_run, shuffled, with_counts
from vernacular.comparison.cells import Method
from vernacular.comparison.compare import compare_runs
from vernacular.comparison.flips import Flips
from vernacular.comparison.policy import Policy
from vernacular.comparison.power import items_for_margin, items_needed
from vernacular.comparison.verdict import Verdict
from vernacular.errors import InvalidInput, NotComparable, NotFound
from vernacular.scoring.intervals import wilson

QUICK = Policy(n_resamples=1000)
METRICS = ["intent_acc", "slot_micro_f1", "ex_match_acc"]


def outcomes(a: int, b: int, c: int, d: int) -> tuple[list[int], list[int]]:
    """Baseline and candidate outcomes with these agreement counts."""
    return [1] * (a + b) + [0] * (c + d), [1] * a + [0] * b + [1] * c + [0] * d


def test_a_release_against_itself_passes_with_no_difference() -> None:
    run = a_parallel_run(3, 1000, 1)
    comparison = compare_runs(run, run, QUICK)
    assert comparison.verdict is Verdict.PASS
    assert [cell.metric for cell in comparison.cells] == METRICS * 3
    for cell in comparison.cells:
        assert (cell.delta, cell.p, cell.verdict) == (0.0, 1.0, Verdict.PASS)
    for mean in comparison.macro:
        assert (mean.delta, mean.low, mean.high, mean.p) == (0.0, 0.0, 0.0, 1.0)


def test_one_locale_of_52_that_lost_five_points_is_found_and_no_other() -> None:
    baseline = a_parallel_run(52, 1200, 5)
    # A share of .057 of the 88 % that were right are 5 points.
    candidate = a_parallel_run(52, 1200, 5, changed=0.08, broken={"l17-XX": 0.057})
    comparison = compare_runs(baseline, candidate, QUICK)
    assert comparison.verdict is Verdict.REGRESSED
    regressed = {cell.locale for cell in comparison.cells if cell.verdict is Verdict.REGRESSED}
    assert regressed == {"l17-XX"}
    assert comparison.cell("l17-XX", "intent_acc").delta == pytest.approx(-0.05, abs=0.015)
    intent = comparison.macro[0]
    assert intent.worst_locale == "l17-XX"
    assert abs(intent.delta) < 0.003


def test_a_fall_of_the_mean_is_found_where_no_locale_shows_it() -> None:
    tags = [f"l{i:02d}-XX" for i in range(30)]
    rng = np.random.default_rng(4)
    right = {tag: (rng.random(400) < 0.9).astype(int) for tag in tags}
    # Three fixed and seven broken of 400: one point, p .17 in every locale before correction.
    broken = {}
    for tag, values in right.items():
        broken[tag] = values.copy()
        broken[tag][rng.choice(np.flatnonzero(values == 1), 7, replace=False)] = 0
        broken[tag][rng.choice(np.flatnonzero(values == 0), 3, replace=False)] = 1
    comparison = compare_runs(a_run(right), a_run(broken), QUICK)
    assert {cell.verdict for cell in comparison.cells}.isdisjoint({Verdict.REGRESSED})
    assert comparison.macro[0].delta == pytest.approx(-0.01)
    assert comparison.macro[0].verdict is Verdict.REGRESSED
    assert comparison.verdict is Verdict.REGRESSED


def test_a_mean_that_is_not_certain_holds_up_no_locales_that_have_passed() -> None:
    right, now = outcomes(a=1300, b=25, c=25, d=150)
    baseline = a_run({"am-ET": right, "sw-KE": right})
    comparison = compare_runs(baseline, a_run({"am-ET": now, "sw-KE": now}), QUICK)
    intent = comparison.macro[0]
    # Both locales err alike: 1.645 sqrt(50) / 1500 = .0078 to either side, beyond half a point.
    assert intent.low == pytest.approx(-0.0078, abs=0.0007)
    assert intent.verdict is Verdict.INCONCLUSIVE
    assert comparison.verdict is Verdict.PASS


def test_margins_are_those_that_a_release_without_change_can_pass() -> None:
    margins = {metric.key: (metric.margin, metric.min_effect) for metric in Policy().metrics}
    assert margins == {
        "intent_acc": (0.02, 0.005),
        "slot_micro_f1": (0.02, 0.005),
        "ex_match_acc": (0.025, 0.005),
        "slot_value_f1": (0.02, 0.005),
        "text_intent_acc": (0.02, 0.005),
        "wer": (0.01, 0.003),
        "cer": (0.01, 0.003),
    }


def test_values_of_a_cell() -> None:
    right, now = outcomes(a=300, b=12, c=20, d=68)
    cell = compare_runs(a_run({"sw-KE": right}), a_run({"sw-KE": now}), QUICK).cell(
        "sw-KE", "intent_acc"
    )
    assert (cell.n, cell.coverage, cell.flips) == (400, 1.0, Flips(300, 12, 20, 68))
    assert (cell.baseline, cell.candidate) == (0.78, 0.8)
    assert cell.delta == pytest.approx(0.02)
    assert cell.baseline_interval == wilson(312, 400)
    assert cell.candidate_interval == wilson(320, 400)
    # Bonett-Price at 90 %: 8/402 +- 1.6449 sqrt((34/402 - (8/402)^2) / 402).
    assert (cell.low, cell.high) == pytest.approx((-0.003902, 0.043703), abs=1e-6)
    # P(X > 12) + P(X = 12)/2 for 32 fair draws.
    assert cell.p == pytest.approx(0.918622, abs=1e-6)
    # Connor's formula the other way round: 400 utterances, 8 % of which differ.
    assert items_needed(cell.mde * 1.0001, 0.08) == 400
    # Connor for a drop of two points with 8 % discordant utterances.
    assert cell.n_needed == 1235
    assert cell.method is Method.MCNEMAR


def test_the_bootstrap_agrees_with_the_closed_form_on_one_metric_told_twice() -> None:
    # With one slot per utterance that is found whole or missed, F1 = 2 acc / (1 + acc).
    right, now = outcomes(a=1500, b=100, c=30, d=370)
    comparison = compare_runs(a_run({"sw-KE": right}), a_run({"sw-KE": now}))
    intent = comparison.cell("sw-KE", "intent_acc")
    slots = comparison.cell("sw-KE", "slot_micro_f1")
    assert slots.method is Method.BOOTSTRAP
    assert slots.baseline == pytest.approx(2 * 0.8 / 1.8)
    assert slots.candidate == pytest.approx(2 * 0.765 / 1.765)
    slope = 2 / 1.7825**2
    assert slots.low == pytest.approx(intent.low * slope, abs=0.0008)
    assert slots.high == pytest.approx(intent.high * slope, abs=0.0008)
    assert slots.p < 1e-6
    assert slots.verdict is Verdict.REGRESSED
    assert slots.flips is None


def test_a_small_suite_is_inconclusive_and_says_how_many_are_needed() -> None:
    right, now = outcomes(a=30, b=5, c=5, d=10)
    comparison = compare_runs(a_run({"sw-KE": right}), a_run({"sw-KE": now}), QUICK)
    assert comparison.verdict is Verdict.INCONCLUSIVE
    assert comparison.macro == ()
    cell = comparison.cell("sw-KE", "intent_acc")
    assert cell.p is not None
    assert cell.p_adjusted is None
    # A fifth of the utterances differ: Connor for two points.
    assert cell.n_needed == 3090
    assert comparison.cell("sw-KE", "slot_micro_f1").n_needed > 1000


def test_without_a_difference_every_metric_needs_what_shows_its_margin() -> None:
    run = a_run({"sw-KE": [1] * 50})
    needed = {c.metric: c.n_needed for c in compare_runs(run, run, QUICK).cells}
    # Connor's number where as many utterances differ as the margin, 2.5 points for exact match.
    assert needed == {"intent_acc": 308, "slot_micro_f1": 308, "ex_match_acc": 246}
    strict = compare_runs(run, run, replace(QUICK, n_min=5000))
    assert {cell.n_needed for cell in strict.cells} == {5000}
    # Connor for two points if every utterance that differs has become worse.
    assert needed["intent_acc"] == items_for_margin(0.02, 0.02)


def test_missing_results_are_incomparable_even_if_the_rest_is_better() -> None:
    baseline = a_run({"sw-KE": [1] * 180 + [0] * 20})
    candidate = a_run({"sw-KE": [1] * 200}).rows(np.arange(170))
    comparison = compare_runs(baseline, candidate, QUICK)
    assert comparison.verdict is Verdict.INCOMPARABLE
    cell = comparison.cell("sw-KE", "intent_acc")
    # Naively 90 -> 100 %; on what both have, nothing changed.
    assert (cell.coverage, cell.delta) == (0.85, 0.0)


def test_a_locale_missing_from_one_run_is_named_and_left_out_of_both_means() -> None:
    values = {"am-ET": [1] * 200, "hi-IN": [1] * 150 + [0] * 50, "sw-KE": [1] * 100 + [0] * 100}
    baseline = a_run(values)
    candidate = baseline.rows(baseline.locale != 2)
    comparison = compare_runs(baseline, candidate, QUICK)
    assert comparison.missing_from_candidate == ("sw-KE",)
    assert comparison.missing_from_baseline == ()
    assert comparison.verdict is Verdict.INCOMPARABLE
    missing = comparison.cell("sw-KE", "intent_acc")
    assert missing.verdict is Verdict.INCOMPARABLE
    assert (missing.n, missing.baseline, missing.delta, missing.p) == (0, None, None, None)
    intent = comparison.macro[0]
    assert intent.locales == ("am-ET", "hi-IN")
    assert (intent.baseline, intent.candidate) == (0.875, 0.875)


def test_runs_without_anything_in_common_are_incomparable() -> None:
    baseline = a_run({"sw-KE": [1] * 200})
    candidate = replace(baseline, item=baseline.item + 1000)
    assert compare_runs(baseline, candidate, QUICK).verdict is Verdict.INCOMPARABLE


def test_a_corrected_reference_takes_its_utterance_out() -> None:
    baseline = a_run({"sw-KE": [1] * 200})
    revision = baseline.revision.copy()
    revision[:3] = 2
    comparison = compare_runs(baseline, replace(baseline, revision=revision), QUICK)
    assert comparison.cell("sw-KE", "intent_acc").coverage == 0.985
    assert comparison.verdict is Verdict.INCOMPARABLE


def test_a_metric_that_nobody_has_gets_no_cell() -> None:
    run = a_run({"sw-KE": [1] * 200})
    without = with_counts(run, tp=run.counts["tp"] * 0)
    comparison = compare_runs(without, without, QUICK)
    assert [cell.metric for cell in comparison.cells] == ["intent_acc", "ex_match_acc"]
    assert comparison.verdict is Verdict.PASS


def test_a_metric_that_one_run_lacks_is_inconclusive() -> None:
    run = a_run({"sw-KE": [1] * 200})
    comparison = compare_runs(with_counts(run, tp=run.counts["tp"] * 0), run, QUICK)
    cell = comparison.cell("sw-KE", "slot_micro_f1")
    assert (cell.baseline, cell.candidate, cell.delta) == (None, 1.0, None)
    assert cell.verdict is Verdict.INCONCLUSIVE


def test_scores_of_two_scorers_refuse_to_be_compared() -> None:
    baseline = a_run({"sw-KE": [1]}, run_id=41)
    candidate = replace(baseline, run_id=42, scorer="vernacular-nlu/2")
    with pytest.raises(NotComparable, match=r"41 .*vernacular-nlu/1, run 42 .*vernacular-nlu/2"):
        compare_runs(baseline, candidate, QUICK, across_suites=True)


def test_two_suites_are_compared_on_request_on_their_common_items() -> None:
    baseline = a_run({"sw-KE": [1] * 300})
    grown = a_run({"sw-KE": [1] * 400}, suite="larger", suite_hash="beef")
    with pytest.raises(NotComparable, match=r"smoke \(5ee1\).*larger \(beef\)"):
        compare_runs(baseline, grown, QUICK)
    comparison = compare_runs(baseline, grown, QUICK, across_suites=True)
    cell = comparison.cell("sw-KE", "intent_acc")
    assert (cell.n, cell.coverage) == (300, 1.0)
    assert comparison.verdict is Verdict.PASS


def test_flips_are_listed_by_item() -> None:
    baseline = a_run({"am-ET": [1] * 120, "sw-KE": [1, 1, 0] + [1] * 117})
    candidate = a_run({"am-ET": [1] * 120, "sw-KE": [0, 1, 1] + [1] * 116 + [0]})
    comparison = compare_runs(baseline, candidate, QUICK)
    flipped = comparison.flipped("sw-KE", "ex_match_acc")
    assert flipped.negative == (121, 240)
    assert flipped.positive == (123,)
    assert comparison.flipped("am-ET", "ex_match_acc").negative == ()
    with pytest.raises(NotFound, match="slot_micro_f1 for sw-KE"):
        comparison.flipped("sw-KE", "slot_micro_f1")
    with pytest.raises(NotFound, match="wer for sw-KE"):
        comparison.cell("sw-KE", "wer")


def test_failures_are_wrong_and_counted_apart() -> None:
    baseline = a_run({"sw-KE": [1] * 200})
    failed = np.arange(200) < 12
    candidate = a_run({"sw-KE": [0] * 12 + [1] * 188}, failed=failed)
    cell = compare_runs(baseline, candidate, QUICK).cell("sw-KE", "intent_acc")
    assert (cell.baseline_failed, cell.candidate_failed) == (0, 12)
    assert cell.candidate == 0.94
    assert cell.verdict is Verdict.REGRESSED


def test_speakers_are_the_evidence_and_not_their_utterances() -> None:
    # One speaker of 25 is lost entirely: 20 broken utterances, but one independent fact.
    right, now = outcomes(a=480, b=20, c=0, d=0)
    speaker = np.repeat(np.arange(25), 20)[::-1].copy()
    apart = compare_runs(a_run({"sw-KE": right}), a_run({"sw-KE": now}), QUICK)
    together = compare_runs(
        a_run({"sw-KE": right}, cluster=speaker), a_run({"sw-KE": now}, cluster=speaker), QUICK
    )
    iid, clustered = (c.cell("sw-KE", "intent_acc") for c in (apart, together))
    assert iid.verdict is Verdict.REGRESSED
    assert clustered.verdict is Verdict.INCONCLUSIVE
    assert (iid.method, clustered.method) == (Method.MCNEMAR, Method.BOOTSTRAP)
    assert (iid.delta, iid.n_clusters) == (-0.04, 500)
    assert (clustered.delta, clustered.n_clusters) == (-0.04, 25)
    width = [high - low for low, high in (iid.candidate_interval, clustered.candidate_interval)]
    assert width[1] > 3 * width[0]


def test_too_few_speakers_are_inconclusive() -> None:
    run = a_run({"sw-KE": [1, 0] * 100}, cluster=np.arange(200) % 9)
    cells = compare_runs(run, run, QUICK).cells
    assert {(cell.verdict, cell.p_adjusted) for cell in cells} == {(Verdict.INCONCLUSIVE, None)}
    enough = replace(run, cluster=np.arange(200) % 10)
    assert compare_runs(enough, enough, QUICK).verdict is Verdict.PASS


def test_few_speakers_are_named_beside_the_verdict() -> None:
    baseline = a_run({"hi-IN": [1, 0] * 100, "sw-KE": [1, 0] * 100})
    speakers = np.concatenate([np.arange(200) % 20, 100 + np.arange(200) % 19])
    run = replace(baseline, cluster=speakers)
    (note,) = compare_runs(run, run, QUICK).notes
    assert "fewer than 20 independent clusters (speakers) in sw-KE (19):" in note
    assert compare_runs(baseline, baseline, QUICK).notes == ()


def test_a_candidate_can_be_worse_by_less_than_matters() -> None:
    # Forty broken and ten fixed of 10,000: certain, and .3 points.
    right, now = outcomes(a=9000, b=40, c=10, d=950)
    cell = compare_runs(a_run({"sw-KE": right}), a_run({"sw-KE": now}), QUICK).cell(
        "sw-KE", "intent_acc"
    )
    assert cell.p_adjusted < 0.001
    assert cell.verdict is Verdict.PASS


def test_holm_is_stricter_than_the_false_discovery_rate() -> None:
    baseline = a_parallel_run(6, 500, 5)
    candidate = a_parallel_run(6, 500, 5, changed=0.1, broken={"l00-XX": 0.04, "l01-XX": 0.04})
    lenient = compare_runs(baseline, candidate, QUICK)
    strict = compare_runs(baseline, candidate, replace(QUICK, fwer=True))
    pairs = list(zip(lenient.cells, strict.cells, strict=True))
    assert all(s.p_adjusted >= w.p_adjusted for w, s in pairs)
    assert any(s.p_adjusted > w.p_adjusted for w, s in pairs)


def test_equal_input_gives_an_equal_comparison_in_any_row_order() -> None:
    baseline, candidate = a_parallel_run(3, 300, 2), a_parallel_run(3, 300, 2, changed=0.2)
    comparison = compare_runs(baseline, candidate, QUICK)
    assert compare_runs(shuffled(baseline, 1), shuffled(candidate, 2), QUICK) == comparison
    other_seed = compare_runs(baseline, candidate, replace(QUICK, seed=1))
    assert other_seed.macro != comparison.macro


def test_a_locale_is_measured_alike_alone_and_among_others() -> None:
    baseline, candidate = a_parallel_run(4, 300, 2), a_parallel_run(4, 300, 2, changed=0.2)
    everything = compare_runs(baseline, candidate, QUICK)
    some = ["l01-XX", "l02-XX"]
    fewer = compare_runs(baseline.only(some), candidate.only(some), QUICK)
    for cell in fewer.cells:
        same = everything.cell(cell.locale, cell.metric)
        # Only what depends on the other locales may differ.
        alone, among = (replace(one, p_adjusted=0, shrunk=0) for one in (cell, same))
        assert replace(alone, verdict=same.verdict) == among


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(20, 300))
def test_swapping_baseline_and_candidate_mirrors_the_difference(seed: int, n: int) -> None:
    one, other = a_parallel_run(2, n, seed), a_parallel_run(2, n, seed, changed=0.3)
    policy = replace(QUICK, n_resamples=200)
    forth, back = compare_runs(one, other, policy), compare_runs(other, one, policy)
    for there, here in zip(forth.cells, back.cells, strict=True):
        assert there.delta == pytest.approx(-here.delta, abs=1e-12)
        assert there.low == pytest.approx(-here.high, abs=1e-6)
        assert there.high == pytest.approx(-here.low, abs=1e-6)
        assert (there.baseline, there.candidate) == (here.candidate, here.baseline)
        if there.flips:
            assert (there.flips.b, there.flips.c) == (here.flips.c, here.flips.b)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_cells_hold_what_plain_sums_give(seed: int) -> None:
    baseline, candidate = a_parallel_run(2, 150, seed), a_parallel_run(2, 150, seed, changed=0.3)
    comparison = compare_runs(baseline, candidate, replace(QUICK, n_resamples=50))
    for i, tag in enumerate(baseline.locales):
        for run, side in ((baseline, "baseline"), (candidate, "candidate")):
            inside = run.locale == i
            tp, fp, fn = (
                int(x[inside].sum()) for x in (run.counts[name] for name in ("tp", "fp", "fn"))
            )
            assert getattr(comparison.cell(tag, "slot_micro_f1"), side) == 2 * tp / (
                2 * tp + fp + fn
            )
            share = float(run.counts["correct_intent"][inside].mean())
            assert getattr(comparison.cell(tag, "intent_acc"), side) == pytest.approx(share)


@pytest.mark.parametrize(
    "changes", [{"alpha": 0.0}, {"alpha": 0.5}, {"power": 1.0}, {"n_resamples": 0}, {"metrics": ()}]
)
def test_a_policy_that_cannot_be_judged_by_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(InvalidInput, match=next(iter(changes))):
        Policy(**changes)
