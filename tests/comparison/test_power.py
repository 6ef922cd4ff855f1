"""Connor's sample sizes and smallest drops, against the published form and by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vernacular.comparison.paired import mcnemar_worse
from vernacular.comparison.power import (
    items_for_margin,
    items_needed,
    smallest_drop,
    smallest_drop_of_ratio,
    smallest_pure_drop,
)

TABLE = {
    0.005: {0.02: 4944, 0.05: 12364, 0.08: 19783, 0.12: 29675},
    0.010: {0.02: 1235, 0.05: 3090, 0.08: 4944, 0.12: 7417},
    0.020: {0.02: None, 0.05: 771, 0.08: 1235, 0.12: 1853},
    0.030: {0.02: None, 0.05: 342, 0.08: 548, 0.12: 823},
}
"""Utterances for power .8 at one-sided alpha .05, by drop and discordant share (Connor 1987)."""


@pytest.mark.parametrize("drop", TABLE)
def test_items_needed_follow_connor(drop: float) -> None:
    assert {psi: items_needed(drop, psi) for psi in TABLE[drop]} == TABLE[drop]


@pytest.mark.parametrize(
    ("drop", "n"), [(0.005, 31099), (0.010, 7773), (0.020, 1941), (0.030, 861)]
)
def test_testing_52_locales_at_once_costs_two_and_a_half_times_as_many(drop: float, n: int) -> None:
    assert items_needed(drop, 0.05, alpha=0.05 / 52) == n


@pytest.mark.parametrize(
    ("n", "points"), [(100, None), (300, 3.2), (1000, 1.76), (2974, 1.02), (10_000, 0.56)]
)
def test_smallest_drop_at_five_percent_discordance(n: int, points: float | None) -> None:
    drop = smallest_drop(n, 0.05)
    if points is None:
        assert drop is None
    else:
        assert drop == pytest.approx(points / 100, abs=6e-4 if n == 300 else 6e-5)


@given(st.floats(0.002, 0.1), st.floats(0.001, 0.2), st.floats(0.6, 0.95))
def test_the_smallest_drop_of_the_items_needed_is_the_drop(
    drop: float, more: float, power: float
) -> None:
    n = items_needed(drop, drop + more, power=power)
    assert n is not None
    found = smallest_drop(n, drop + more, power=power)
    # Whole utterances: a small n is rounded up by a larger part of itself.
    assert found == pytest.approx(drop, rel=1 / n + 1e-6)


def test_the_items_needed_do_give_the_power() -> None:
    n = items_needed(0.02, 0.08)
    rng = np.random.default_rng(4)
    b, c = rng.multinomial(n, [0.05, 0.03, 0.92], size=20_000).T[:2]
    assert np.mean(mcnemar_worse(b, c) <= 0.05) == pytest.approx(0.80, abs=0.02)


def test_no_drop_is_larger_than_what_differs() -> None:
    assert items_needed(0.03, 0.02) is None
    assert smallest_drop(100, 0.02) is None
    assert smallest_drop(0, 0.05) is None
    assert smallest_drop(100, 0.0) is None


def test_a_margin_above_the_discordance_is_itself_discordance() -> None:
    assert items_for_margin(0.02, 0.001) == items_for_margin(0.02, 0.02)
    assert items_for_margin(0.02, 0.05) == items_needed(0.02, 0.05)


@pytest.mark.parametrize("n", [50, 300, 2974])
def test_a_pure_drop_solves_connors_formula(n: int) -> None:
    drop = smallest_pure_drop(n)
    assert drop is not None
    assert items_for_margin(drop * 1.000001, 0.0) == n


def test_a_handful_of_utterances_shows_no_drop() -> None:
    assert smallest_pure_drop(2) is None


@pytest.mark.parametrize(("sd", "points"), [(0.6, 0.40), (0.9, 0.59), (1.2, 0.79)])
def test_smallest_drop_of_a_ratio_follows_its_standard_error(sd: float, points: float) -> None:
    # 2,974 utterances of 6.9 words whose edit counts differ with this standard deviation.
    error = sd / 6.9 / 2974**0.5
    assert smallest_drop_of_ratio(error) == pytest.approx(points / 100, abs=6e-5)
    assert smallest_drop_of_ratio(0.0) is None
