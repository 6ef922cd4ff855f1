"""Calibration error and Brier score, against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss

from vernacular.errors import InvalidInput
from vernacular.scoring.calibration import MIN_ANSWERS, brier, calibrate, ece

edges_and_others = st.integers(0, 15).map(lambda k: k / 15) | st.floats(0, 1, width=32)
answers = st.lists(st.tuples(edges_and_others, st.booleans()), min_size=1, max_size=80)


def test_a_pencil_checks_the_error_of_two_bins() -> None:
    found = calibrate([0.1, 0.3, 0.6, 0.8], [False, True, True, True], n_bins=2)
    low, high = found.bins()
    assert (low.n, low.accuracy, low.mean_confidence) == (2, 0.5, pytest.approx(0.2))
    assert (high.n, high.accuracy, high.mean_confidence) == (2, 1.0, pytest.approx(0.7))
    assert found.ece == pytest.approx(2 / 4 * 0.3 + 2 / 4 * 0.3)
    assert found.brier == pytest.approx((0.01 + 0.49 + 0.16 + 0.04) / 4)
    assert (found.accuracy, found.mean_confidence) == (0.75, pytest.approx(0.45))


def test_an_edge_belongs_to_the_bin_below_it_and_0_to_the_first() -> None:
    edges = [k / 5 for k in range(6)]
    assert calibrate(edges, [True] * 6, n_bins=5).n == (2, 1, 1, 1, 1)


def test_a_release_that_is_always_sure_errs_by_its_errors() -> None:
    assert ece(np.ones(1000), np.arange(1000) < 900) == pytest.approx(0.1)
    assert brier(np.ones(1000), np.arange(1000) < 900) == pytest.approx(0.1)


def test_few_answers_give_no_calibration_error_but_a_brier_score() -> None:
    few, enough = np.full(MIN_ANSWERS - 1, 0.5), np.full(MIN_ANSWERS, 0.5)
    assert ece(few, few > 0) is None
    assert not calibrate(few, few > 0).is_enough
    assert ece(enough, enough > 0) == 0.5
    assert brier([0.5], [True]) == 0.25


def test_without_answers_everything_is_unknown() -> None:
    found = calibrate([], [])
    assert (found.n_answers, found.ece, found.brier) == (0, None, None)
    assert (found.accuracy, found.mean_confidence) == (None, None)
    assert {(one.mean_confidence, one.accuracy) for one in found.bins()} == {(None, None)}


@pytest.mark.parametrize("confidence", [1.0001, -0.1, float("nan")])
def test_a_confidence_that_is_no_share_is_refused(confidence: float) -> None:
    with pytest.raises(InvalidInput, match=r"confidence: .* is not between 0 and 1"):
        calibrate([0.5, confidence], [True, True])


def test_bins_of_another_width_do_not_merge() -> None:
    with pytest.raises(ValueError, match="15 bins cannot be merged with 10"):
        calibrate([0.5], [True]) + calibrate([0.5], [True], n_bins=10)


@given(answers)
def test_bins_equal_scikit_learn(pairs: list[tuple[float, bool]]) -> None:
    sure, right = np.array([one for one, _ in pairs]), np.array([other for _, other in pairs])
    found = calibrate(sure, right)
    share, mean = calibration_curve(right, sure, n_bins=15, strategy="uniform")
    filled = [one for one in found.bins() if one.n]
    assert [one.accuracy for one in filled] == pytest.approx(list(share))
    assert [one.mean_confidence for one in filled] == pytest.approx(list(mean))
    n = np.array([one.n for one in filled])
    assert found.ece == pytest.approx(float(n @ np.abs(share - mean)) / len(pairs))


@given(answers)
def test_brier_equals_scikit_learn(pairs: list[tuple[float, bool]]) -> None:
    sure, right = [one for one, _ in pairs], [other for _, other in pairs]
    assert brier(sure, right) == pytest.approx(brier_score_loss(right, sure, pos_label=True))


@given(answers, answers)
def test_the_parts_add_up_to_the_whole(
    some: list[tuple[float, bool]], others: list[tuple[float, bool]]
) -> None:
    merged = calibrate(*zip(*some, strict=True)) + calibrate(*zip(*others, strict=True))
    whole = calibrate(*zip(*some, *others, strict=True))
    assert (merged.n, merged.n_right) == (whole.n, whole.n_right)
    assert merged.ece == pytest.approx(whole.ece)
    assert merged.brier == pytest.approx(whole.brier)
