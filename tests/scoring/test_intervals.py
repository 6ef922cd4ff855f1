"""Intervals of one release, against published values, scipy and a bootstrap."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from statsmodels.stats.proportion import proportion_confint

from vernacular.scoring.intervals import (
    RatioSums,
    design_effect,
    error_rate_interval_from_sums,
    f1_interval,
    f1_interval_from_sums,
    ratio_interval,
    ratio_interval_from_sums,
    share_interval_from_sums,
    sum_clusters,
    wilson,
)


def test_wilson_reproduces_newcombe_1998() -> None:
    # Newcombe 1998, Stat Med 17:857, table I, method 3: 81 of 263 and 15 of 148.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)


def test_wilson_never_has_zero_width() -> None:
    # Same table: 0 of 20 and 1 of 29.
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson(1, 29) == pytest.approx((0.0061, 0.1718), abs=5e-5)
    low, high = wilson(20, 20) or (0.0, 0.0)
    assert low < high == pytest.approx(1.0)


shares = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(shares, st.sampled_from([0.5, 0.9, 0.95, 0.999]))
def test_wilson_equals_statsmodels(case: tuple[int, int], level: float) -> None:
    theirs = proportion_confint(*case, alpha=1 - level, method="wilson")
    assert wilson(*case, level=level) == pytest.approx(theirs, abs=1e-12)


@given(shares)
def test_wilson_equals_scipy(case: tuple[int, int]) -> None:
    n_success, n = case
    theirs = binomtest(n_success, n).proportion_ci(0.9, method="wilson")
    assert wilson(n_success, n, level=0.9) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_no_interval_without_utterances_or_slots() -> None:
    assert wilson(0, 0) is None
    assert f1_interval([], [], []) is None
    assert f1_interval([0, 0], [0, 0], [0, 0]) is None
    assert ratio_interval([0], [0]) is None


def test_the_closed_interval_of_f1_agrees_with_its_bootstrap() -> None:
    rng = np.random.default_rng(3)
    n_slots = rng.poisson(1.2, 1500)
    tp = rng.binomial(n_slots, 0.8)
    fn = n_slots - tp
    fp = rng.binomial(fn, 0.6)
    low, high = f1_interval(tp, fp, fn) or (0.0, 0.0)
    rows = rng.integers(0, 1500, (4000, 1500))
    drawn_tp, drawn_wrong = tp[rows].sum(axis=1), (fp + fn)[rows].sum(axis=1)
    drawn = np.percentile(2 * drawn_tp / (2 * drawn_tp + drawn_wrong), [2.5, 97.5])
    assert (high - low) / (drawn[1] - drawn[0]) == pytest.approx(1.0, abs=0.05)
    assert (low, high) == pytest.approx(tuple(drawn), abs=0.002)


def test_a_perfect_f1_still_has_an_interval() -> None:
    low, high = f1_interval([1] * 30, [0] * 30, [0] * 30) or (0.0, 0.0)
    overlap, _ = wilson(30, 30) or (0.0, 0.0)
    assert (low, high) == pytest.approx((2 * overlap / (1 + overlap), 1.0))
    assert low < 0.95


def test_clusters_that_agree_within_widen_the_interval() -> None:
    share = np.tile([1, 1, 0, 1], 25)
    low, high = ratio_interval(share, np.ones(100)) or (0.0, 0.0)
    wide_low, wide_high = ratio_interval(4 * share, np.full(100, 4)) or (0.0, 0.0)
    assert (wide_low, wide_high) == pytest.approx((low, high))
    spread_low, spread_high = ratio_interval(np.repeat(share, 4), np.ones(400)) or (0.0, 0.0)
    assert spread_high - spread_low < 0.55 * (high - low)


def test_the_design_effect_says_how_much_speakers_cost() -> None:
    # Ten speakers of four utterances each: all alike within, then no more alike than strangers.
    alike, mixed = [1, 0] * 5, [1, 0, 1, 0]
    single = sum_clusters(np.repeat(alike, 4), np.ones(40, int))
    together = sum_clusters(4 * np.array(alike), np.full(10, 4))
    # Residuals of +-2 in 10 clusters against +-.5 in 40: (10 / 9 * 40) / (40 / 39 * 10).
    assert design_effect(together, single) == pytest.approx(10 / 9 * 40 / (40 / 39 * 10))
    balanced = sum_clusters([sum(mixed)] * 10, [4] * 10)
    assert design_effect(balanced, sum_clusters(mixed * 10, [1] * 40)) == 0.0
    assert design_effect(together, sum_clusters([1] * 40, [1] * 40)) is None
    assert design_effect(sum_clusters([3], [4]), single) == 0.0


def test_the_linearised_interval_by_pencil() -> None:
    # x = 1, 0, 2 of y = 2, 1, 3: R = 1/2, residuals 0, -1/2, 1/2; error sqrt(3/2 * 1/2) / 6.
    half = 1.959964 * (0.75**0.5) / 6
    expected = pytest.approx((0.5 - half, 0.5 + half), abs=1e-6)
    assert ratio_interval([1, 0, 2], [2, 1, 3]) == expected
    assert ratio_interval_from_sums(RatioSums(3, x=3, y=6, xx=5, xy=8, yy=14)) == expected


clusters = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=12)


@given(clusters, clusters)
def test_sums_of_two_sets_are_the_sums_of_their_union(
    one: list[tuple[int, int]], other: list[tuple[int, int]]
) -> None:
    def sums(pairs: list[tuple[int, int]]) -> RatioSums:
        return sum_clusters([x for x, _ in pairs], [y for _, y in pairs])

    assert sums(one) + sums(other) == sums(one + other)


@given(clusters)
def test_sums_say_as_much_as_residuals(pairs: list[tuple[int, int]]) -> None:
    x, y = np.array(pairs, np.float64).T
    found = ratio_interval_from_sums(sum_clusters(x, y), highest=np.inf)
    residuals = x - x.sum() / y.sum() * y if y.sum() else np.zeros(1)
    if np.abs(residuals).max() < 1e-9:
        assert found is None
        return
    k = len(pairs)
    half = 1.959963984540054 * (k / (k - 1) * (residuals**2).sum()) ** 0.5 / y.sum()
    ratio = x.sum() / y.sum()
    assert found == pytest.approx((max(0, ratio - half), ratio + half), rel=1e-9, abs=1e-9)


def test_sums_of_millions_lose_nothing_to_rounding() -> None:
    # Two clusters of ten million that differ by one: a difference of squares of 1e28 and more.
    close = sum_clusters([5_000_000, 5_000_001], [10_000_000, 10_000_000])
    low, high = ratio_interval_from_sums(close) or (0.0, 0.0)
    assert (high - low) / 2 == pytest.approx(1.959964 * 1 / 20_000_000, rel=1e-6)


def test_a_share_of_single_utterances_takes_wilsons_interval() -> None:
    assert share_interval_from_sums(sum_clusters([1] * 81 + [0] * 182, [1] * 263)) == wilson(
        81, 263
    )


def test_a_share_of_speakers_takes_the_clustered_interval() -> None:
    right, n = [5, 9, 10, 2], [10, 10, 10, 10]
    assert share_interval_from_sums(sum_clusters(right, n)) == ratio_interval(right, n)


def test_clusters_that_are_all_alike_are_as_good_as_one_utterance_each() -> None:
    assert share_interval_from_sums(sum_clusters([10] * 12, [10] * 12)) == wilson(12, 12)
    assert share_interval_from_sums(sum_clusters([5] * 12, [10] * 12)) == wilson(6, 12)
    # One speaker with 30 utterances and three with one: Kish's 33^2 / 903 = 1.2 equal clusters.
    uneven = share_interval_from_sums(sum_clusters([30, 1, 1, 1], [30, 1, 1, 1]))
    assert uneven == pytest.approx(wilson(33**2 / 903, 33**2 / 903))
    assert share_interval_from_sums(RatioSums()) is None


def test_f1_of_sums_is_that_of_utterances() -> None:
    tp, fp, fn = [1, 0, 2, 1], [0, 1, 0, 0], [0, 1, 1, 0]
    sums = sum_clusters([2, 0, 4, 2], [2, 2, 5, 2])
    assert f1_interval(tp, fp, fn) == f1_interval_from_sums(sums)


def test_a_perfect_f1_of_few_utterances_is_not_surer_for_their_many_spans() -> None:
    many_spans = f1_interval([6] * 30, [0] * 30, [0] * 30)
    assert many_spans == pytest.approx(f1_interval([1] * 30, [0] * 30, [0] * 30))


def test_an_error_rate_may_exceed_one() -> None:
    low, high = error_rate_interval_from_sums(sum_clusters([5, 2, 9], [4, 4, 4])) or (0.0, 0.0)
    assert low < 16 / 12 < high
    assert high > 1.5


def test_no_error_at_all_still_has_an_interval() -> None:
    perfect = error_rate_interval_from_sums(sum_clusters([0] * 200, [7] * 200))
    assert perfect == wilson(0, 200)
    assert error_rate_interval_from_sums(sum_clusters([8] * 5, [4] * 5)) is None
    assert error_rate_interval_from_sums(sum_clusters([2, 1], [0, 0])) is None
