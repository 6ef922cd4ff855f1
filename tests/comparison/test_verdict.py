"""The order of the rules, the aggregate, and exit codes."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from vernacular.comparison.policy import DEFAULT_POLICY
from vernacular.comparison.verdict import Verdict, aggregate, exit_code, judge, screen


def judged(**changes: Any) -> Verdict:
    values = {"delta": -0.01, "low": -0.015, "p_adjusted": 0.5, "q": 0.05}
    return judge(**{**values, "margin": 0.02, "min_effect": 0.005, **changes})


def screened(**changes: Any) -> Verdict | None:
    values = {"coverage": 1.0, "n": 500, "n_clusters": 500, "is_defined": True}
    return screen(**{**values, "policy": DEFAULT_POLICY, **changes})


def test_a_certain_drop_is_a_regression_even_within_the_margin() -> None:
    assert judged(p_adjusted=0.01) is Verdict.REGRESSED


def test_a_certain_drop_that_is_too_small_is_none() -> None:
    assert judged(delta=-0.004, low=-0.006, p_adjusted=0.001) is Verdict.PASS
    assert judged(delta=-0.005, low=-0.006, p_adjusted=0.001) is Verdict.REGRESSED


def test_an_improvement_is_never_a_regression() -> None:
    assert judged(delta=0.01, low=-0.001, p_adjusted=0.01) is Verdict.PASS


def test_not_significant_is_not_a_pass() -> None:
    assert judged(low=-0.021) is Verdict.INCONCLUSIVE
    assert judged(low=-0.020) is Verdict.INCONCLUSIVE
    assert judged(low=-0.019) is Verdict.PASS


def test_missing_results_come_before_too_few() -> None:
    assert screened(coverage=0.98, n=3) is Verdict.INCOMPARABLE
    assert screened(coverage=0.99) is None


def test_too_little_evidence_is_inconclusive() -> None:
    assert screened(n=99, n_clusters=99) is Verdict.INCONCLUSIVE
    assert screened(n_clusters=9) is Verdict.INCONCLUSIVE
    assert screened(is_defined=False) is Verdict.INCONCLUSIVE
    assert screened(n=100, n_clusters=10) is None


@pytest.mark.parametrize("order", list(permutations(Verdict)))
def test_the_worst_news_wins_in_any_order(order: tuple[Verdict, ...]) -> None:
    ranked = [Verdict.REGRESSED, Verdict.INCOMPARABLE, Verdict.INCONCLUSIVE, Verdict.PASS]
    for i in range(len(ranked)):
        assert aggregate(v for v in order if v in ranked[i:]) is ranked[i]


def test_nothing_compared_is_not_a_pass() -> None:
    assert aggregate([]) is Verdict.INCOMPARABLE


def test_exit_codes() -> None:
    codes = {verdict: exit_code(verdict) for verdict in Verdict}
    assert codes == {
        Verdict.REGRESSED: 1,
        Verdict.INCOMPARABLE: 2,
        Verdict.INCONCLUSIVE: 3,
        Verdict.PASS: 0,
    }


@pytest.mark.parametrize("policy", ["pass", "warn"])
def test_only_inconclusive_can_be_let_through(policy: Any) -> None:
    codes = {verdict: exit_code(verdict, policy) for verdict in Verdict}
    assert codes[Verdict.INCONCLUSIVE] == 0
    assert (codes[Verdict.REGRESSED], codes[Verdict.INCOMPARABLE]) == (1, 2)
