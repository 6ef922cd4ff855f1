"""Empirical Bayes: a published example, a pencil, statsmodels, and what it is worth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.meta_analysis import combine_effects

from vernacular.comparison.shrinkage import between_variance, shrink


def test_efron_and_morris_1975_is_reproduced() -> None:
    # Hits of 18 batters in 45 times at bat, as sqrt(45) arcsin(2 y - 1), of variance 1. Their sum
    # of squares is 18.96, so that each keeps 1 - 15 / 18.96 = .209 of itself. (The paper draws
    # towards the transformed mean, -3.275; the mean of the transformed is -3.317.)
    hits = [18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7]
    x = np.sqrt(45) * np.arcsin(2 * np.array(hits) / 45 - 1)
    found = shrink(x, np.ones(18))
    assert found.weight == pytest.approx(np.full(18, 0.209), abs=5e-4)
    assert found.centre == pytest.approx(-3.317, abs=5e-4)
    assert found.estimate[0] == pytest.approx(0.209 * -1.351 - 0.791 * 3.317, abs=1e-3)


def test_unequal_errors_by_pencil() -> None:
    # With w = 1, 1, 1/4, 1/4, 1/4: sum w = 11/4, sum w^2 = 35/16, sum w y = 6, sum w y^2 = 22.
    y, v = np.array([4.0, 0.0, 2.0, 2.0, 4.0]), np.array([1.0, 1.0, 4.0, 4.0, 4.0])
    q = 22 - 6**2 / (11 / 4)
    expected = (q - 4) / (11 / 4 - 35 / 16 / (11 / 4))
    found = shrink(y, np.sqrt(v))
    assert expected > 0
    assert found.between_variance == pytest.approx(expected)
    # Of five, the pull is (5 - 3) / (5 - 1) = a half of V / (V + A).
    pull = 0.5 * v / (v + expected)
    share = 1 / (v + expected) / (1 / (v + expected)).sum()
    assert found.centre == pytest.approx(float(share @ y))
    assert found.weight == pytest.approx(1 - pull)
    assert found.estimate == pytest.approx(pull * float(share @ y) + (1 - pull) * y)


@settings(max_examples=25, deadline=None)  # statsmodels builds tables at every call
@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(0.1, 3)), min_size=2, max_size=12))
def test_the_variance_between_equals_statsmodels(pairs: list[tuple[float, float]]) -> None:
    y, v = np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])
    with np.errstate(all="ignore"):  # they go on with a negative variance
        theirs = combine_effects(y, v, method_re="dl").tau2
    assert between_variance(y, v) == pytest.approx(max(0.0, float(theirs)), rel=1e-9, abs=1e-9)


def test_a_small_locale_is_drawn_further_than_a_large_one() -> None:
    found = shrink([-0.06, -0.06, 0.01, 0.0, 0.005, -0.01], [0.04, 0.005, 0.01, 0.01, 0.01, 0.01])
    assert found.centre is not None
    assert -0.06 < found.estimate[1] < found.estimate[0] < found.centre
    assert found.weight[0] < found.weight[1] < 1
    assert found.standard_error[0] < 0.04


def test_unknown_and_errorless_estimates_stay_as_they_are() -> None:
    y = [0.1, np.nan, 0.3, -0.2, 0.0, 0.2]
    error = [0.1, 0.1, 0.0, 0.1, 0.2, 0.1]
    found = shrink(y, error)
    assert np.isnan(found.estimate[1])
    assert (found.estimate[2], found.standard_error[2], found.weight[2]) == (0.3, 0.0, 1.0)
    fewer = shrink([y[i] for i in (0, 3, 4, 5)], [error[i] for i in (0, 3, 4, 5)])
    assert found.estimate[[0, 3, 4, 5]] == pytest.approx(fewer.estimate)


def test_three_locales_are_too_few_to_help_each_other() -> None:
    found = shrink([0.1, 0.2, 0.4], [0.1, 0.1, 0.1])
    assert found.estimate.tolist() == [0.1, 0.2, 0.4]
    assert found.weight.tolist() == [1, 1, 1]
    assert found.centre is found.between_variance is None


def test_what_was_given_is_left_alone() -> None:
    y, error = np.array([1.0, 2.0, 3.0, 9.0]), np.full(4, 0.5)
    shrink(y, error)
    assert y.tolist() == [1.0, 2.0, 3.0, 9.0]
    assert error.tolist() == [0.5] * 4


@pytest.mark.parametrize("spread", [0.0, 0.01, 0.03])
def test_drawn_estimates_are_nearer_the_truth_and_their_errors_honest(spread: float) -> None:
    rng = np.random.default_rng(7)
    raw_square = drawn_square = covered = n = 0.0
    for _ in range(400):
        error = rng.uniform(0.005, 0.04, 30)
        truth = rng.normal(-0.005, spread, 30)
        y = rng.normal(truth, error)
        found = shrink(y, error)
        raw_square += ((y - truth) ** 2).sum()
        drawn_square += ((found.estimate - truth) ** 2).sum()
        covered += (np.abs(found.estimate - truth) <= 1.96 * found.standard_error).sum()
        n += 30
    assert drawn_square < 0.85 * raw_square
    # Where all truths are equal the errors are too careful; never too bold.
    assert 0.94 < covered / n < (1.0 if spread == 0 else 0.96)
