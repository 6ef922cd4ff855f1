"""What a gate finds wrong in replies, as native speakers judged them in live sessions."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vernacular.comparison.compare import Comparison
from vernacular.comparison.gate_facts import GateFacts, RepliesByLocale
from vernacular.comparison.gate_finding import Checked, Finding, distance, p_text, percent, points
from vernacular.comparison.gate_policy import GatePolicy, ReplyRule, Tier
from vernacular.comparison.gate_rule import Rule
from vernacular.comparison.reply_questions import good_share
from vernacular.comparison.unpaired import Share, ShareChange, SharePair, judge_shares
from vernacular.comparison.verdict import Verdict


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question in one locale, and what was answered of both releases."""

    locale: str
    tier: Tier
    rule: ReplyRule
    baseline: Share
    candidate: Share

    @property
    def what(self) -> str:
        return f"{self.rule.question} of {self.locale}"


def check_replies(comparison: Comparison, policy: GatePolicy, facts: GateFacts) -> Checked:
    """Yields every locale of the suite and question that decides there.

    A question with too few answers is one finding, whatever is asked of it.
    """
    asked = list(_list_asked(policy, facts))
    for one, change in zip(asked, _judge(asked, policy), strict=True):
        lacking = _lacking(one, comparison)
        if lacking is not None:
            yield lacking
            continue
        if one.rule.limit is not None:
            yield _below(one, one.rule.limit)
        if change is not None:
            yield _worse(one, change, policy, comparison)


def _list_asked(policy: GatePolicy, facts: GateFacts) -> Iterator[_Asked]:
    for locale in facts.locales:
        tier = policy.tier_of(locale)
        for rule in () if tier is None else policy.reply_rules(tier):
            assert tier is not None
            yield _Asked(
                locale,
                tier,
                rule,
                _find(facts.baseline_replies, locale, rule),
                _find(facts.candidate_replies, locale, rule),
            )


def _find(replies: RepliesByLocale, locale: str, rule: ReplyRule) -> Share:
    return replies.get(locale, {}).get(rule.question, Share())


def _judge(asked: Sequence[_Asked], policy: GatePolicy) -> list[ShareChange | None]:
    """Returns the change of each question that is held against the baseline, as one family."""
    pairs = [
        SharePair(
            good_share(one.rule.question, one.baseline),
            good_share(one.rule.question, one.candidate),
            one.rule.margin,
            one.rule.n_min,
        )
        for one in asked
        if one.rule.margin is not None
    ]
    judged = iter(
        judge_shares(pairs, alpha=policy.alpha, q=policy.q, fwer=policy.correction == "holm")
    )
    return [None if one.rule.margin is None else next(judged) for one in asked]


def _lacking(one: _Asked, comparison: Comparison) -> Finding | None:
    """Returns which release has too few answers; the baseline's count only where it is asked."""
    lacking = [
        (name, share.n)
        for name, share, is_asked in (
            (comparison.baseline, one.baseline, one.rule.margin is not None),
            (comparison.candidate, one.candidate, True),
        )
        if is_asked and share.n < one.rule.n_min
    ]
    if not lacking:
        return None
    counts = " and ".join(f"{n:,} of {name}" for name, n in lacking)
    more = " and ".join(f"{one.rule.n_min - n:,} more of {name}" for name, n in lacking)
    return _finding(
        one,
        Verdict.INCONCLUSIVE,
        f"{one.what}: native speakers answered it for {counts}, fewer than the"
        f" {one.rule.n_min:,} replies asked for; have {more} judged in live sessions",
    )


def _below(one: _Asked, limit: float) -> Finding | None:
    """Returns that too few or too many say yes; the observed share counts."""
    share, sign = one.candidate, 1 if one.rule.question.is_yes_good else -1
    interval = share.interval()
    assert share.rate is not None and interval is not None, "it has answers"
    if sign * (share.rate - limit) >= 0:
        return None
    side = "below its floor" if sign > 0 else "above its ceiling"
    return _finding(
        one,
        Verdict.REGRESSED,
        f"{one.what} is {percent(share.rate)} ({share.n_yes:,} of {share.n:,} judged replies),"
        f" between {percent(interval[0])} and {percent(interval[1])} at 95 %, {side} of"
        f" {percent(limit)}; the baseline had {percent(one.baseline.rate)}",
    )


def _worse(
    one: _Asked, change: ShareChange, policy: GatePolicy, comparison: Comparison
) -> Finding | None:
    """Returns that it became worse, or that nobody knows whether it did."""
    if change.verdict is Verdict.PASS:
        return None
    assert change.delta is not None and change.low is not None and change.high is not None
    assert change.p_adjusted is not None, "it was tested"
    # Inside, negative is worse; a reader sees more replies offend.
    low, high = change.low, change.high
    if not one.rule.question.is_yes_good:
        low, high = -high, -low
    values = (
        f"{percent(one.candidate.rate)} of {one.candidate.n:,} judged replies after"
        f" {percent(one.baseline.rate)} of {one.baseline.n:,} ({100 * (1 - 2 * policy.alpha):g} %"
        f" interval of the difference {points(low)} to {points(high)}"
    )
    if change.verdict is Verdict.REGRESSED:
        names = f"{shlex.quote(comparison.candidate)} --against {shlex.quote(comparison.baseline)}"
        return _finding(
            one,
            change.verdict,
            f"{one.what} is {distance(change.delta)} worse, {values}, adjusted"
            f" {p_text(change.p_adjusted)}); see 'vernacular replies {names}'",
        )
    return _finding(
        one,
        change.verdict,
        f"{one.what} may be worse by more than its margin of {distance(change.margin)}, {values});"
        f" {_needed(change)}",
    )


def _needed(change: ShareChange) -> str:
    if change.times_needed is None:
        return (
            "it fell by no less than the margin, yet not certainly: no number of answers is likely"
            " to pass it"
        )
    return (
        f"at this difference it would pass with {change.times_needed:g} times as many judged"
        " replies of both"
    )


def _finding(one: _Asked, verdict: Verdict, message: str) -> Finding:
    return Finding(
        rule=Rule.REPLIES,
        tier=one.tier.name,
        locale=one.locale,
        metric=one.rule.question.value,
        verdict=verdict,
        message=message,
    )
