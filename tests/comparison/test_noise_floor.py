"""Flips of one release run twice, and whether a comparison has more."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from vernacular.comparison.flips import Flips
from vernacular.comparison.noise_floor import (
    FloorRate,
    compare_negative_with_floor,
    compare_with_floor,
    noise_floor,
)
from vernacular.scoring.intervals import wilson


def exceeds(flips: Flips, floor: FloorRate) -> bool:
    found = compare_with_floor(flips, floor)
    assert found is not None
    return found.is_exceeded


def test_flips_of_both_kinds_make_the_floor() -> None:
    floor = noise_floor({"sw-KE": Flips(70, 3, 1, 26), "hi-IN": Flips(190, 0, 2, 8)})
    assert list(floor.by_locale) == ["hi-IN", "sw-KE"]
    assert floor.by_locale["sw-KE"] == FloorRate(n=100, n_flips=4)
    assert floor.overall == FloorRate(n=300, n_flips=6)
    assert floor.overall.rate == pytest.approx(0.02)
    assert floor.by_locale["sw-KE"].upper() == (wilson(4, 100) or (0, 0))[1]


def test_a_floor_of_no_flips_is_not_zero() -> None:
    floor = noise_floor({"sw-KE": Flips(90, 0, 0, 10)}).by_locale["sw-KE"]
    assert floor.rate == 0
    # z^2 / (n + z^2)
    assert floor.upper() == pytest.approx(3.8415 / 103.8415, abs=1e-5)


def test_without_utterances_there_is_no_floor() -> None:
    floor = noise_floor({})
    assert floor.overall == FloorRate(0, 0)
    assert floor.overall.rate is floor.overall.upper() is None
    assert compare_with_floor(Flips(90, 5, 0, 5), floor.overall) is None
    assert compare_with_floor(Flips(0, 0, 0, 0), FloorRate(10, 1)) is None


def test_the_interval_reproduces_newcombe_1998() -> None:
    # Stat Med 17:873, table II, method 10: 56/70 less 48/80 is .2000, .0524 to .3339.
    found = compare_with_floor(Flips(10, 26, 30, 4), FloorRate(80, 48))
    assert found is not None
    assert (found.observed, found.floor) == (0.8, 0.6)
    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert found.is_exceeded


def test_flips_like_the_floors_do_not_exceed_it() -> None:
    floor = FloorRate(2974, 30)
    assert not exceeds(Flips(2500, 20, 16, 438), floor)
    assert exceeds(Flips(2500, 60, 40, 374), floor)


def test_negative_flips_are_held_against_half_of_the_floor() -> None:
    floor = FloorRate(1000, 20)
    # As many flips as the floor, but all of them negative: twice what chance gives.
    found = compare_negative_with_floor(Flips(880, 26, 0, 94), floor)
    assert found is not None
    assert (found.observed, found.floor) == (0.026, 0.01)
    assert found.is_exceeded
    assert not exceeds(Flips(880, 26, 0, 94), floor)


def test_a_second_run_of_the_same_release_rarely_exceeds_the_floor() -> None:
    rng = np.random.default_rng(1)
    floor = rng.binomial(2000, 0.01, 1000)
    again = rng.binomial(2000, 0.01, 1000)
    exceeded = [
        found.is_exceeded
        for x, y in zip(again.tolist(), floor.tolist(), strict=True)
        if (found := compare_with_floor(Flips(2000 - x, x, 0, 0), FloorRate(2000, y)))
    ]
    assert np.mean(exceeded) == pytest.approx(0.025, abs=2.5 * sqrt(0.025 / 1000))
