"""Which cells decide, and what being watched, heard or looked at early changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.comparison.runs import a_parallel_run, a_run, with_counts
from vernacular.comparison.compare import compare_runs
from vernacular.comparison.metrics import METRICS, UNDERSTANDING
from vernacular.comparison.policy import Policy
from vernacular.comparison.run_counts import RunCounts
from vernacular.comparison.verdict import Verdict
from vernacular.errors import NotComparable

QUICK = Policy(n_resamples=500)
INTENT = UNDERSTANDING[0]


def a_heard_run(edits: dict[str, list[int]], n_words: int = 5, **changes: object) -> RunCounts:
    """Returns a run of transcripts with the given word edits; characters count five times that."""
    words = np.concatenate([np.asarray(values, np.int32) for values in edits.values()])
    counts = {
        "word_edits": words,
        "n_words": np.full(len(words), n_words, np.int32),
        "char_edits": 5 * words,
        "n_chars": np.full(len(words), 5 * n_words, np.int32),
    }
    run = a_run({tag: [1] * len(values) for tag, values in edits.items()})
    return replace(run, counts=counts, normaliser="vernacular-norm/1", **changes)


def test_more_errors_are_a_negative_difference() -> None:
    few, many = [0, 0, 0, 1] * 100, [0, 0, 1, 1] * 100
    cell = compare_runs(a_heard_run({"sw-KE": few}), a_heard_run({"sw-KE": many}), QUICK).cell(
        "sw-KE", "wer"
    )
    assert (cell.baseline, cell.candidate) == (0.05, 0.1)
    assert cell.delta == pytest.approx(-0.05)
    assert cell.low is not None and cell.high is not None
    assert cell.low < -0.05 < cell.high < 0
    assert cell.verdict is Verdict.REGRESSED


def test_an_error_rate_above_one_has_an_interval_above_one() -> None:
    run = a_heard_run({"sw-KE": [5, 9] * 100})
    interval = compare_runs(run, run, QUICK).cell("sw-KE", "wer").candidate_interval
    assert interval is not None
    # 7 edits on 5 words, a standard deviation of 2 over 200 utterances: 1.4 +- 1.96 * .4 / 14.1.
    assert interval == pytest.approx((1.3445, 1.4555), abs=2e-4)


def test_words_decide_where_they_are_written_apart_and_characters_elsewhere() -> None:
    run = a_heard_run({"ja-JP": [0, 1] * 60, "ko-KR": [0, 1] * 60, "sw-KE": [0, 1] * 60})
    comparison = compare_runs(run, run, QUICK)
    gated = {(cell.locale, cell.metric) for cell in comparison.cells if cell.is_gated}
    assert gated == {("ja-JP", "cer"), ("ko-KR", "cer"), ("sw-KE", "wer")}
    assert {mean.metric: mean.locales for mean in comparison.macro} == {"cer": ("ja-JP", "ko-KR")}


def test_what_is_only_watched_decides_nothing() -> None:
    right, broken = [1] * 400, [1] * 300 + [0] * 100
    baseline = a_run({"am-ET": right, "sw-KE": right})
    candidate = a_run({"am-ET": right, "sw-KE": broken})
    assert compare_runs(baseline, candidate, QUICK).verdict is Verdict.REGRESSED
    watched = replace(QUICK, gated={"am-ET": UNDERSTANDING})
    comparison = compare_runs(baseline, candidate, watched)
    cell = comparison.cell("sw-KE", "intent_acc")
    assert (cell.is_gated, cell.verdict) == (False, Verdict.REGRESSED)
    assert [one.verdict for one in comparison.cells if one.is_gated] == [Verdict.PASS] * 3
    # The mean has both locales and fell, but one of them is only watched.
    mean = comparison.macro[0]
    assert (mean.locales, mean.verdict) == (("am-ET", "sw-KE"), Verdict.REGRESSED)
    assert not mean.is_gated
    assert comparison.verdict is Verdict.PASS


def test_a_mean_that_decides_leaves_out_what_is_only_watched() -> None:
    right, broken = [1] * 400, [1] * 300 + [0] * 100
    tags = ["am-ET", "hi-IN", "sw-KE"]
    baseline = a_run(dict.fromkeys(tags, right))
    candidate = a_run({"am-ET": right, "hi-IN": right, "sw-KE": broken})
    policy = replace(QUICK, gated=dict.fromkeys(tags[:2], UNDERSTANDING))
    mean = compare_runs(baseline, candidate, policy).macro[0]
    assert (mean.locales, mean.is_gated, mean.delta) == (("am-ET", "hi-IN"), True, 0.0)


def test_watching_more_does_not_blind_the_gate() -> None:
    baseline = a_parallel_run(30, 300, 3)
    candidate = a_parallel_run(30, 300, 3, changed=0.1)
    gate = replace(QUICK, gated={"l03-XX": (INTENT,)})
    alone = compare_runs(baseline.only(["l03-XX"]), candidate.only(["l03-XX"]), gate)
    among = compare_runs(baseline, candidate, gate)
    assert among.cell("l03-XX", "intent_acc").p_adjusted == pytest.approx(
        alone.cell("l03-XX", "intent_acc").p_adjusted or -1
    )


def test_a_locale_has_the_margin_that_its_tier_gives() -> None:
    # 25 broken and 21 fixed: -.4 points, give or take 1.1.
    right, now = [1] * 940 + [0] * 60, [0] * 25 + [1] * 936 + [0] * 39
    baseline = a_run({"am-ET": right, "sw-KE": right})
    candidate = a_run({"am-ET": now, "sw-KE": now})
    strict = replace(INTENT, margin=0.01)
    policy = replace(QUICK, gated={"am-ET": (strict,), "sw-KE": (INTENT,)})
    comparison = compare_runs(baseline, candidate, policy)
    assert comparison.cell("am-ET", "intent_acc").verdict is Verdict.INCONCLUSIVE
    assert comparison.cell("sw-KE", "intent_acc").verdict is Verdict.PASS
    first, second = (comparison.cell(tag, "intent_acc").n_needed for tag in ("am-ET", "sw-KE"))
    assert first is not None and second is not None and first > second


def test_a_metric_that_one_run_lacks_is_named_and_not_compared() -> None:
    heard = a_heard_run({"sw-KE": [0] * 200})
    understood = with_counts(heard, correct_intent=np.ones(200, np.int32))
    comparison = compare_runs(heard, understood, QUICK)
    assert [metric.key for metric in comparison.metrics] == ["wer", "cer"]
    assert comparison.missing_metrics == ("intent_acc",)


def test_a_run_that_only_heard_cannot_be_held_against_one_that_only_understood() -> None:
    with pytest.raises(NotComparable, match="no metric in common"):
        compare_runs(a_run({"sw-KE": [1] * 9}), a_heard_run({"sw-KE": [0] * 9}), QUICK)


def test_scores_of_two_normalisers_are_refused_with_both_names() -> None:
    run = a_heard_run({"sw-KE": [0] * 9})
    other = replace(run, normaliser="vernacular-norm/2", run_id=2)
    with pytest.raises(NotComparable, match=r"vernacular-norm/1, run 2 vernacular-norm/2"):
        compare_runs(run, other, QUICK)


def test_an_early_look_calls_regressions_and_nothing_else() -> None:
    right = [1] * 300
    baseline = a_run({"am-ET": right, "sw-KE": right})
    candidate = a_run({"am-ET": right, "sw-KE": [1] * 270 + [0] * 30})
    # The run has come to 300 of 3,000 utterances.
    sizes = {"am-ET": 3000, "sw-KE": 3000}
    early = (replace(baseline, n_items=sizes), replace(candidate, n_items=sizes))
    planned = compare_runs(*early, QUICK)
    assert {cell.verdict for cell in planned.cells} == {Verdict.INCOMPARABLE}
    looked = compare_runs(*early, replace(QUICK, open_ended=True))
    assert looked.cell("am-ET", "intent_acc").verdict is Verdict.INCONCLUSIVE
    assert looked.cell("sw-KE", "intent_acc").verdict is Verdict.REGRESSED
    assert looked.cell("sw-KE", "slot_micro_f1").verdict is Verdict.INCONCLUSIVE
    assert "of slot_micro_f1 not even that" in looked.notes[-1]


def test_a_small_locale_is_drawn_towards_the_others_beside_its_own_number() -> None:
    rng = np.random.default_rng(5)
    right = {f"l{i:02d}-XX": rng.random(2000) < 0.9 for i in range(9)}
    right["tiny-XX"] = rng.random(120) < 0.9
    now = {tag: one & (rng.random(len(one)) < 0.99) for tag, one in right.items()}
    now["tiny-XX"] = right["tiny-XX"] & (np.arange(120) > 9)
    runs = [a_run({tag: one.astype(int) for tag, one in side.items()}) for side in (right, now)]
    cell = compare_runs(*runs, QUICK).cell("tiny-XX", "intent_acc")
    assert cell.delta is not None and cell.shrunk is not None
    assert cell.delta < cell.shrunk < -0.005


def test_a_pooled_gain_that_is_only_another_mix_is_pointed_out() -> None:
    """metrics.md 5.7: every locale falls while the pooled share rises."""
    baseline = a_run({"en-US": [1] * 950 + [0] * 50, "sw-KE": [1] * 700 + [0] * 300})
    worse = a_run({"en-US": [1] * 940 + [0] * 60, "sw-KE": [1] * 650 + [0] * 350})
    candidate = worse.rows((worse.locale == 0) | (np.arange(2000) % 10 == 0))
    comparison = compare_runs(baseline, candidate, QUICK)
    assert any("intent_acc pooled over all" in note for note in comparison.notes)
    assert not compare_runs(baseline, worse, QUICK).notes


def test_every_metric_says_whether_less_of_it_is_better() -> None:
    assert [metric.key for metric in METRICS if metric.is_error] == ["wer", "cer"]


def test_equal_outputs_pass_with_the_drop_that_they_could_have_shown() -> None:
    """Nothing moved, so no noise can be estimated, but 200 utterances could have broken."""
    run = a_run({"sw-KE": [1] * 200})
    cell = compare_runs(run, run, QUICK).cell("sw-KE", "slot_micro_f1")
    assert (cell.delta, cell.verdict, cell.n_clusters) == (0.0, Verdict.PASS, 200)
    assert cell.mde == compare_runs(run, run, QUICK).cell("sw-KE", "intent_acc").mde
    assert cell.mde is not None and 0.02 < cell.mde < 0.04


def test_a_handful_of_slots_is_too_little_for_a_verdict() -> None:
    run = a_run({"sw-KE": [1] * 200})
    only_nine = (np.arange(200) < 9).astype(np.int32)
    few = with_counts(run, tp=only_nine, fn=0 * only_nine)
    cell = compare_runs(few, few, QUICK).cell("sw-KE", "slot_micro_f1")
    assert (cell.n_clusters, cell.verdict) == (9, Verdict.INCONCLUSIVE)
