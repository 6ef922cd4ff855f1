"""What a gate finds wrong in replies, as native speakers judged them in live sessions."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vernacular.comparison.answers_of_people import FEW_PEOPLE
from vernacular.comparison.compare import Comparison
from vernacular.comparison.gate_facts import GateFacts, RepliesByLocale
from vernacular.comparison.gate_finding import Checked, Finding, distance, p_text, percent, points
from vernacular.comparison.gate_policy import GatePolicy, ReplyRule, Tier
from vernacular.comparison.gate_rule import Rule
from vernacular.comparison.reply_questions import by_people, good_share, judged_replies
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

    @property
    def shares(self) -> tuple[Share, ...]:
        """What is asked about: the baseline's answers only where they are held against."""
        return (self.candidate,) if self.rule.margin is None else (self.baseline, self.candidate)


def check_replies(comparison: Comparison, policy: GatePolicy, facts: GateFacts) -> Checked:
    """Yields every locale of the suite and question that decides there.

    A question with too few answers or people is one finding, whatever is asked of it.
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
            one.rule.people_min,
        )
        for one in asked
        if one.rule.margin is not None
    ]
    judged = iter(
        judge_shares(pairs, alpha=policy.alpha, q=policy.q, fwer=policy.correction == "holm")
    )
    return [None if one.rule.margin is None else next(judged) for one in asked]


def note_few_people(policy: GatePolicy, facts: GateFacts) -> Iterator[str]:
    """Yields a sentence where what decides was said by few people."""
    few: dict[str, int] = {}
    for one in _list_asked(policy, facts):
        n = min(share.n_people for share in one.shares)
        if one.rule.people_min <= n < FEW_PEOPLE:
            few[one.locale] = min(n, few.get(one.locale, n))
    if few:
        named = ", ".join(f"{locale} ({n})" for locale, n in sorted(few.items()))
        yield (
            f"replies were judged by fewer than {FEW_PEOPLE} people in {named}: what people differ"
            " by is known roughly there, and so are the intervals"
        )


def _lacking(one: _Asked, comparison: Comparison) -> Finding | None:
    """Returns which release has too few answers or people."""
    names = (comparison.baseline, comparison.candidate)[-len(one.shares) :]
    rule = one.rule
    lacking = [
        (name, share)
        for name, share in zip(names, one.shares, strict=True)
        if share.n < rule.n_min or share.n_people < rule.people_min
    ]
    if not lacking:
        return None
    counts = " and ".join(f"of {name} {judged_replies(share)}" for name, share in lacking)
    more = ", ".join(_more(name, share, rule) for name, share in lacking)
    return _finding(
        one,
        Verdict.INCONCLUSIVE,
        f"{one.what}: {counts}, where {rule.n_min:,} {by_people(rule.people_min)} are asked for;"
        f" have judged in live sessions: {more}",
    )


def _more(name: str, share: Share, rule: ReplyRule) -> str:
    n, n_people = max(0, rule.n_min - share.n), max(0, rule.people_min - share.n_people)
    answers = f"{n:,} more of {name}" if n else f"some of {name}"
    if not n_people:
        return answers
    return f"{answers} by {n_people:,} more {'person' if n_people == 1 else 'people'}"


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
        f"{one.what} is {percent(share.rate)} ({share.n_yes:,} of {judged_replies(share)}),"
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
        f"{percent(one.candidate.rate)} of {judged_replies(one.candidate)} after"
        f" {percent(one.baseline.rate)} of {judged_replies(one.baseline)}"
        f" ({100 * (1 - 2 * policy.alpha):g} % interval of the difference {points(low)} to"
        f" {points(high)}"
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
        " replies of both, by as many times the people"
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
