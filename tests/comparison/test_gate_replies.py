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


def by(n_people: int, n_yes: int, n: int) -> Share:
    """Returns ``n`` answers of as many people, who take turns."""
    return Share.of_people((number % n_people, number < n_yes) for number in range(n))


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
        "appropriate of sw-KE is 30.00 points worse, 60.00 % of 50 replies judged by 50 people"
        " after 90.00 % of 60 replies judged by 60 people (90 % interval of the difference -42.55"
        " to -16.60, adjusted p 0.00013)"
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
        (
            Share(),
            Share(),
            "of alpha 0 replies judged by 0 people and of beta 0 replies judged by 0 people, where"
            " 30 by 10 people are asked for",
        ),
        (Share(40, 40), Share(12, 12), "have judged in live sessions: 18 more of beta"),
        (Share(12, 12), Share(40, 40), "have judged in live sessions: 18 more of alpha"),
        (
            by(1, 39, 40),
            by(1, 28, 40),
            "of alpha 40 replies judged by 1 person and of beta 40 replies judged by 1 person,"
            " where 30 by 10 people are asked for; have judged in live sessions: some of alpha by"
            " 9 more people, some of beta by 9 more people",
        ),
        (by(20, 40, 40), by(9, 20, 20), "10 more of beta by 1 more person"),
        (Share(36, 40), Share(36, 40), "it would pass with 1.4 times as many judged replies"),
        (Share(36, 40), Share(31, 40), "no number of answers is likely to pass it"),
    ],
)
def test_too_few_answers_are_inconclusive_and_say_what_is_missing(
    before: Share, now: Share, what: str
) -> None:
    outcome = judge(BASE, swahili("{appropriate: {margin: 0.1}}"), **said(FITS, before, now))
    assert (outcome.verdict, what in only(outcome).message) == (Verdict.INCONCLUSIVE, True)


def test_one_persons_answers_neither_block_a_release_nor_pass_it() -> None:
    rules = swahili("{appropriate: {margin: 0.1, min: 0.9}}")
    for before, now in ((by(1, 38, 40), by(1, 27, 40)), (by(1, 400, 400), by(1, 400, 400))):
        assert only(judge(BASE, rules, **said(FITS, before, now))).verdict is Verdict.INCONCLUSIVE
    # The same answers by forty people decide both ways.
    worse = judge(BASE, rules, **said(FITS, by(40, 38, 40), by(40, 27, 40)))
    assert {one.verdict for one in worse.findings} == {Verdict.REGRESSED}
    assert judge(BASE, rules, **said(FITS, Share(400, 400), Share(400, 400))).findings == ()


def test_people_who_differ_widen_the_interval_and_few_of_them_are_told() -> None:
    rules = swahili("{appropriate: {margin: 0.2}}")
    split = Share.of_people((person, person < 9) for person in range(12) for _ in range(10))
    even = Share.of_people((person, number < 8) for person in range(30) for number in range(10))
    outcome = judge(BASE, rules, **said(FITS, even, split))
    assert only(outcome).verdict is Verdict.INCONCLUSIVE
    assert "75.00 % of 120 replies judged by 12 people after" in only(outcome).message
    warning = "replies were judged by fewer than 20 people in sw-KE (12):"
    assert outcome.notes[-1].startswith(warning)
    many = judge(BASE, rules, **said(FITS, Share(290, 300), Share(290, 300)))
    assert many.notes == outcome.notes[:-1]


def test_the_policy_says_how_many_people_are_asked_for() -> None:
    facts = said(FITS, Share(), by(4, 36, 40))
    few = judge(BASE, swahili("{people_min: 4, appropriate: {min: 0.9}}"), **facts)
    assert few.findings == () and "sw-KE (4)" in few.notes[-1]
    policy = "replies: {people_min: 5, appropriate: {min: 0.5}}\n"
    policy += swahili("{appropriate: {min: 0.9}}")
    assert "where 30 by 5 people" in only(judge(BASE, policy, **facts)).message


def test_a_floor_is_held_by_the_observed_share_whatever_the_baseline_had() -> None:
    rules = swahili("{appropriate: {min: 0.9}}")
    enough = judge(BASE, rules, **said(FITS, Share(), Share(36, 40)))
    assert enough.verdict is Verdict.PASS, "nothing is asked of the baseline"
    finding = only(judge(BASE, rules, **said(FITS, Share(), Share(35, 40))))
    assert (finding.verdict, finding.message) == (
        Verdict.REGRESSED,
        "appropriate of sw-KE is 87.50 % (35 of 40 replies judged by 40 people), between 73.89 %"
        " and 94.54 % at 95 %, below its floor of 90.00 %; the baseline had unknown",
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
    assert "where 50 by 10 people are asked for" in outcome.findings[1].message


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
