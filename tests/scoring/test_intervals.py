"""Intervals of one release, against published values, scipy and a bootstrap."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from vernacular.scoring.intervals import f1_interval, ratio_interval, wilson


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


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
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
