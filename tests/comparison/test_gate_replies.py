"""What a gate asks of replies: enough answers, a floor, and to be no worse than the baseline's."""

from __future__ import annotations

from typing import Any

import pytest

from tests.comparison.gates import BASE, judge, keys, only
from vernacular.comparison.gate import Rule
from vernacular.comparison.reply_questions import ReplyQuestion
from vernacular.comparison.unpaired import Share
from vernacular.comparison.verdict import Verdict

OFFEND, FITS = ReplyQuestion.WOULD_OFFEND, ReplyQuestion.APPROPRIATE


def said(question: ReplyQuestion, before: Share, now: Share) -> dict[str, Any]:
    """Returns the facts of one question in sw-KE."""
    return {
        "baseline_replies": {"sw-KE": {question: before}},
        "candidate_replies": {"sw-KE": {question: now}},
    }


def swahili(rules: str) -> str:
    return f"tiers:\n- {{name: core, locales: [sw-KE], replies: {rules}}}\n"


def test_without_a_word_in_the_policy_nobody_asks_for_replies() -> None:
    assert judge(BASE, **said(FITS, Share(40, 40), Share(0, 40))).verdict is Verdict.PASS


def test_replies_that_are_surely_worse_are_a_regression_with_both_values() -> None:
    facts = said(FITS, Share(54, 60), Share(30, 50))
    finding = only(judge(BASE, swahili("{appropriate: {margin: 0.1}}"), **facts))
    assert (finding.rule, finding.verdict, finding.tier) == (
        Rule.REPLIES,
        Verdict.REGRESSED,
        "core",
    )
    assert (finding.locale, finding.metric) == ("sw-KE", "appropriate")
    assert finding.message.startswith(
        "appropriate of sw-KE is 30.00 points worse, 60.00 % of 50 judged replies after 90.00 % of"
        " 60 (90 % interval of the difference -42.55 to -16.60, adjusted p 0.00013)"
    )
    assert finding.message.endswith("see 'vernacular replies beta --against alpha'")


def test_more_replies_that_offend_are_worse_and_fewer_are_not() -> None:
    rules = swahili("{would_offend: {margin: 0.1}}")
    worse = only(judge(BASE, rules, **said(OFFEND, Share(2, 100), Share(30, 100))))
    assert worse.verdict is Verdict.REGRESSED
    assert "28.00 points worse, 30.00 % of 100" in worse.message
    assert "difference +20.07 to +36.09" in worse.message
    assert judge(BASE, rules, **said(OFFEND, Share(30, 100), Share(2, 100))).findings == ()


@pytest.mark.parametrize(
    ("before", "now", "what"),
    [
        (Share(), Share(), "for 0 of alpha and 0 of beta, fewer than the 30 replies asked for"),
        (Share(40, 40), Share(12, 12), "have 18 more of beta judged in live sessions"),
        (Share(12, 12), Share(40, 40), "have 18 more of alpha judged in live sessions"),
        (Share(36, 40), Share(36, 40), "it would pass with 1.4 times as many judged replies"),
        (Share(36, 40), Share(31, 40), "no number of answers is likely to pass it"),
    ],
)
def test_too_few_answers_are_inconclusive_and_say_what_is_missing(
    before: Share, now: Share, what: str
) -> None:
    outcome = judge(BASE, swahili("{appropriate: {margin: 0.1}}"), **said(FITS, before, now))
    assert (outcome.verdict, what in only(outcome).message) == (Verdict.INCONCLUSIVE, True)


def test_a_floor_is_held_by_the_observed_share_whatever_the_baseline_had() -> None:
    rules = swahili("{appropriate: {min: 0.9}}")
    enough = judge(BASE, rules, **said(FITS, Share(), Share(36, 40)))
    assert enough.verdict is Verdict.PASS, "nothing is asked of the baseline"
    finding = only(judge(BASE, rules, **said(FITS, Share(), Share(35, 40))))
    assert (finding.verdict, finding.message) == (
        Verdict.REGRESSED,
        "appropriate of sw-KE is 87.50 % (35 of 40 judged replies), between 73.89 % and 94.54 % at"
        " 95 %, below its floor of 90.00 %; the baseline had unknown",
    )


def test_what_may_offend_has_a_ceiling() -> None:
    rules = swahili("{would_offend: {max: 0.05}}")
    assert judge(BASE, rules, **said(OFFEND, Share(), Share(2, 40))).verdict is Verdict.PASS
    finding = only(judge(BASE, rules, **said(OFFEND, Share(9, 9), Share(3, 40))))
    assert "above its ceiling of 5.00 %; the baseline had 100.00 %" in finding.message


def test_a_tier_names_its_questions_and_takes_the_rest_from_the_policy() -> None:
    facts = said(FITS, Share(40, 40), Share(24, 25))
    policy = (
        "replies: {n_min: 20, appropriate: {min: 0.99}, would_offend: {margin: 0.1}}\n"
        "tiers:\n- {name: core, locales: [sw-KE], replies: {appropriate: }}\n"
        "- {name: rest, locales: ['*'], replies: {n_min: 50, would_offend: {max: 0.1}}}\n"
    )
    outcome = judge(BASE, policy, **facts)
    assert keys(outcome) == [
        ("replies", "sw-KE", "appropriate"),
        ("replies", "hi-IN", "would_offend"),
    ]
    assert "below its floor of 99.00 %" in outcome.findings[0].message
    assert "fewer than the 50 replies asked for" in outcome.findings[1].message


def test_a_question_with_nothing_behind_it_has_the_default_margin() -> None:
    facts = said(FITS, Share(36, 40), Share(36, 40))
    finding = only(judge(BASE, swahili("{appropriate: }"), **facts))
    assert "its margin of 10.00 points" in finding.message


def test_a_tier_that_does_not_gate_asks_for_no_replies() -> None:
    policy = (
        "replies: {appropriate: {min: 0.9}}\ntiers:\n"
        "- {name: core, locales: [hi-IN], replies: {n_min: 1}}\n"
        "- {name: rest, locales: ['*'], gates: false}\n"
    )
    assert judge(BASE, policy, **said(FITS, Share(), Share(0, 40))).findings == ()


def test_a_waiver_can_let_one_question_pass() -> None:
    waiver = (
        "waivers:\n- {locale: sw-KE, owner: ida, reason: new voice, expires: 2027-01-31,"
        " rule: replies, metric: would_offend}\n"
    )
    policy = swahili("{appropriate: {min: 0.9}, would_offend: {max: 0.1}}") + waiver
    outcome = judge(BASE, policy, **said(FITS, Share(), Share(40, 40)))
    assert (outcome.verdict, len(outcome.waived)) == (Verdict.PASS, 1)
    assert outcome.waived[0].metric == "would_offend"


def test_all_questions_are_one_family() -> None:
    drop, same = (Share(54, 60), Share(46, 60)), (Share(500, 600), Share(500, 600))
    rules = swahili(f"{{{', '.join(f'{one}: {{margin: 0.2}}' for one in ReplyQuestion)}}}")
    shares = {question: drop if question is FITS else same for question in ReplyQuestion}
    facts = {
        "baseline_replies": {"sw-KE": {one: pair[0] for one, pair in shares.items()}},
        "candidate_replies": {"sw-KE": {one: pair[1] for one, pair in shares.items()}},
    }
    assert judge(BASE, rules, **facts).verdict is Verdict.INCONCLUSIVE
    alone = judge(BASE, swahili("{appropriate: {margin: 0.2}}"), **facts)
    assert alone.verdict is Verdict.REGRESSED
