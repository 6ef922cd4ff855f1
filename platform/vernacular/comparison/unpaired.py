"""Compares shares of answers that are not about the same utterances, such as judged replies.

What two releases are asked in live sessions has nothing in common, so that nothing can be paired:
McNemar's test and Bonett and Price's interval are for runs over one suite.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil, hypot

import numpy as np
from scipy.special import gammaln

from vernacular.comparison.answers_of_people import (
    FEWEST_PEOPLE,
    count_independent,
    sum_people,
)
from vernacular.comparison.multiplicity import adjust_p_values
from vernacular.comparison.verdict import Verdict, judge
from vernacular.scoring.intervals import Interval, RatioSums, wilson

MAX_TIMES = 100
"""More than a hundred times as many answers are not worth asking for."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the answers were yes."""

    n_yes: int = 0
    n: int = 0
    people: RatioSums | None = None
    """Sums over who answered; None where every answer is somebody else's."""

    @classmethod
    def of_people(cls, given: Iterable[tuple[int, bool]]) -> Share:
        """Returns the share of answers that are (person, yes)."""
        listed = [(person, int(is_yes)) for person, is_yes in given]
        people = sum_people(listed)
        return cls(people.x, people.y, people)

    @property
    def rate(self) -> float | None:
        """The share that was yes; None without answers."""
        return self.n_yes / self.n if self.n else None

    @property
    def n_people(self) -> int:
        """How many people answered."""
        return self.n if self.people is None else self.people.n_clusters

    @property
    def n_independent(self) -> float:
        """How many independent answers would tell as much (`count_independent`)."""
        if self.people is None:
            return self.n
        each = RatioSums(self.n, self.n_yes, self.n, self.n_yes, self.n_yes, self.n)
        return count_independent(self.people, each)

    @property
    def turned(self) -> Share:
        """The same answers to the opposite question."""
        one = self.people
        turned = one and replace(
            one, x=one.y - one.x, xx=one.yy - 2 * one.xy + one.xx, xy=one.yy - one.xy
        )
        return Share(self.n - self.n_yes, self.n, turned)

    @property
    def independent(self) -> Share:
        """As many independent answers as tell as much, in whole numbers."""
        n = round(self.n_independent)
        return Share(round((self.rate or 0.0) * n), n)

    def interval(self, level: float = 0.95) -> Interval | None:
        """Returns Wilson's interval of the rate by what the answers tell; None without any."""
        n = self.n_independent
        return wilson((self.rate or 0.0) * n, n, level)


@dataclass(frozen=True, slots=True)
class SharePair:
    """What two releases were judged by; a yes is good in both."""

    baseline: Share
    candidate: Share
    margin: float
    """How much worse still passes, positive."""
    n_min: int
    """Answers of either release below which it is not tested."""
    people_min: int = FEWEST_PEOPLE
    """The same of people."""

    @property
    def is_tested(self) -> bool:
        """Whether there are answers and people enough."""
        return all(
            share.n >= max(self.n_min, 1) and share.n_people >= self.people_min
            for share in (self.baseline, self.candidate)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareChange:
    """What is said of one pair. Values are fractions; None is unknown."""

    delta: float | None
    """Candidate minus baseline; negative is worse."""
    low: float | None
    """Newcombe's bounds of ``delta``; None where either release has too few answers or people."""
    high: float | None
    p_adjusted: float | None
    """One-sided, of "the candidate is worse", corrected over all pairs that were tested."""
    margin: float
    verdict: Verdict

    @property
    def times_needed(self) -> float | None:
        """How many times as many answers of both would pass it, were the difference to stay as it
        is; None where no number that anybody collects would, or nothing is known."""
        if self.delta is None or self.low is None or self.delta + self.margin <= 0:
            return None
        # A half-width falls with the root of the number of answers.
        times = ceil(10 * ((self.delta - self.low) / (self.delta + self.margin)) ** 2) / 10
        return times if times <= MAX_TIMES else None


def newcombe(baseline: Share, candidate: Share, level: float) -> Interval | None:
    """Returns the hybrid score interval of ``candidate.rate - baseline.rate``.

    Made of both Wilson intervals, so that it has a width even where all answers agree, and never
    leaves [-1, 1]. Source: Newcombe 1998, Stat Med 17:873, method 10.

    Returns:
        None where either has no answers.
    """
    a, b = baseline.interval(level), candidate.interval(level)
    if a is None or b is None:
        return None
    rate_a, rate_b = baseline.n_yes / baseline.n, candidate.n_yes / candidate.n
    delta = rate_b - rate_a
    return (
        delta - hypot(rate_b - b[0], a[1] - rate_a),
        delta + hypot(b[1] - rate_b, rate_a - a[0]),
    )


def fisher_worse(baseline: Share, candidate: Share) -> float:
    """Returns the one-sided mid-p of "the candidate has fewer yeses", P(X < k) + P(X = k) / 2.

    X is how many of all yeses would fall to the candidate by chance (hypergeometric), ``k`` how
    many do, of as many independent answers as tell as much. Without answers, or where all agree,
    nothing speaks against either: 1. Source: Fisher's exact test with Lancaster's mid-p (1961, J Am
    Stat Assoc 56:223).
    """
    baseline, candidate = baseline.independent, candidate.independent
    n_yes, n = baseline.n_yes + candidate.n_yes, baseline.n + candidate.n
    if n_yes in (0, n) or not baseline.n or not candidate.n:
        return 1.0
    fewest = max(0, n_yes - baseline.n)
    x = np.arange(fewest, candidate.n_yes + 1)
    log_chance = _log_choose(candidate.n, x) + _log_choose(baseline.n, n_yes - x)
    chance = np.exp(log_chance - _log_choose(n, np.asarray(n_yes)))
    return min(1.0, float(chance[:-1].sum() + chance[-1] / 2))


def _log_choose(n: int, k: np.ndarray) -> np.ndarray:
    of: np.ndarray = gammaln(n + 1.0) - gammaln(k + 1.0) - gammaln(n - k + 1.0)
    return of


def judge_shares(
    pairs: Sequence[SharePair],
    *,
    alpha: float,
    q: float,
    fwer: bool = False,
) -> tuple[ShareChange, ...]:
    """Returns what is said of each pair, with p-values corrected over those that were tested.

    Args:
        pairs: one family.
        alpha: one-sided error of passing a pair that is worse by its margin.
        q: share of false alarms among what is called REGRESSED.
        fwer: bounds the chance of any false alarm instead.
    """
    tested = [one for one in pairs if one.is_tested]
    p_values = [fisher_worse(one.baseline, one.candidate) for one in tested]
    adjusted = iter(adjust_p_values(p_values, fwer=fwer))
    return tuple(
        _judge(one, next(adjusted), 1 - 2 * alpha, q) if one.is_tested else _untested(one)
        for one in pairs
    )


def _judge(pair: SharePair, p_adjusted: float, level: float, q: float) -> ShareChange:
    bounds = newcombe(pair.baseline, pair.candidate, level)
    delta = _delta(pair)
    assert bounds is not None and delta is not None, "it has answers"
    # No smallest effect: with as few answers as people give, no trifle is ever certain.
    verdict = judge(
        delta=delta, low=bounds[0], p_adjusted=p_adjusted, q=q, margin=pair.margin, min_effect=0.0
    )
    return ShareChange(
        delta=delta,
        low=bounds[0],
        high=bounds[1],
        p_adjusted=p_adjusted,
        margin=pair.margin,
        verdict=verdict,
    )


def _untested(pair: SharePair) -> ShareChange:
    return ShareChange(
        delta=_delta(pair),
        low=None,
        high=None,
        p_adjusted=None,
        margin=pair.margin,
        verdict=Verdict.INCONCLUSIVE,
    )


def _delta(pair: SharePair) -> float | None:
    before, now = pair.baseline.rate, pair.candidate.rate
    return None if before is None or now is None else now - before
