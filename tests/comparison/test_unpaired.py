"""Shares that are not about the same utterances: known values, and what a verdict follows from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom
from statsmodels.stats.proportion import confint_proportions_2indep

from vernacular.comparison.unpaired import (
    Share,
    SharePair,
    fisher_worse,
    judge_shares,
    newcombe,
)
from vernacular.comparison.verdict import Verdict

shares = st.tuples(st.integers(1, 400), st.floats(0, 1)).map(
    lambda given: Share(round(given[0] * given[1]), given[0])
)


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_the_interval_is_that_of_newcombe_1998_table_2(
    first: tuple[int, int], second: tuple[int, int], low: float, high: float
) -> None:
    found = newcombe(Share(*second), Share(*first), 0.95)
    assert found == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@given(shares, shares, st.sampled_from([0.8, 0.9, 0.95]))
def test_the_interval_is_that_of_statsmodels(a: Share, b: Share, level: float) -> None:
    theirs = confint_proportions_2indep(
        b.n_yes, b.n, a.n_yes, a.n, method="newcomb", compare="diff", alpha=1 - level
    )
    assert newcombe(a, b, level) == pytest.approx(theirs, abs=1e-9)


@given(shares, shares)
def test_asking_the_opposite_turns_the_interval_round(a: Share, b: Share) -> None:
    found, turned = newcombe(a, b, 0.9), newcombe(a.turned, b.turned, 0.9)
    assert found is not None and turned is not None
    assert (-turned[1], -turned[0]) == pytest.approx(found, abs=1e-9)
    assert -1 - 1e-9 <= found[0] <= found[1] <= 1 + 1e-9


@given(shares, shares)
def test_p_is_fishers_with_half_of_what_was_seen(a: Share, b: Share) -> None:
    chance = hypergeom(a.n + b.n, a.n_yes + b.n_yes, b.n)
    theirs = chance.cdf(b.n_yes) - chance.pmf(b.n_yes) / 2
    agrees = a.n_yes + b.n_yes in (0, a.n + b.n)
    assert fisher_worse(a, b) == pytest.approx(1.0 if agrees else theirs, abs=1e-9)


def test_without_answers_nothing_is_known() -> None:
    assert newcombe(Share(), Share(5, 10), 0.9) is None
    assert fisher_worse(Share(5, 10), Share()) == 1.0
    assert (Share().rate, Share().interval()) == (None, None)


def judged(*pairs: tuple[Share, Share], margin: float = 0.1) -> list[Verdict]:
    changes = judge_shares([SharePair(a, b, margin, 30) for a, b in pairs], alpha=0.05, q=0.05)
    return [one.verdict for one in changes]


def test_worse_for_certain_is_a_regression_and_no_difference_in_few_answers_no_pass() -> None:
    assert judged((Share(57, 60), Share(40, 60))) == [Verdict.REGRESSED]
    assert judged((Share(27, 30), Share(27, 30))) == [Verdict.INCONCLUSIVE]
    assert judged((Share(270, 300), Share(270, 300))) == [Verdict.PASS]


def test_too_few_answers_of_either_release_are_never_tested() -> None:
    assert judged((Share(29, 29), Share(0, 400))) == [Verdict.INCONCLUSIVE]
    (change,) = judge_shares(
        [SharePair(Share(400, 400), Share(0, 29), 0.1, 30)], alpha=0.05, q=0.05
    )
    assert (change.delta, change.low, change.p_adjusted) == (-1.0, None, None)
    (unknown,) = judge_shares([SharePair(Share(), Share(), 0.1, 30)], alpha=0.05, q=0.05)
    assert (unknown.delta, unknown.verdict) == (None, Verdict.INCONCLUSIVE)


def test_many_questions_need_more_certainty_and_untested_ones_none() -> None:
    drop = (Share(54, 60), Share(46, 60))
    assert judged(drop) == [Verdict.REGRESSED]
    same, untested = (Share(50, 60), Share(50, 60)), (Share(1, 2), Share(1, 2))
    assert judged(drop, *[untested] * 50)[0] is Verdict.REGRESSED
    assert judged(drop, *[same] * 5)[0] is Verdict.INCONCLUSIVE


def test_how_many_more_answers_would_pass_is_told_and_would() -> None:
    pair = SharePair(Share(36, 40), Share(36, 40), 0.1, 30)
    (change,) = judge_shares([pair], alpha=0.05, q=0.05)
    assert change.verdict is Verdict.INCONCLUSIVE
    assert change.times_needed == pytest.approx(1.4)
    assert judged((Share(51, 56), Share(51, 56))) == [Verdict.PASS]
    hopeless = SharePair(Share(54, 60), Share(48, 60), 0.1, 30)
    assert judge_shares([hopeless], alpha=0.05, q=0.05)[0].times_needed is None
