"""Flip counts, the rates made of them, and the list of what flipped."""

from __future__ import annotations

import numpy as np
import pytest

from vernacular.comparison.flips import FlippedItems, Flips, count_flips, list_flips


def test_rates_of_a_table() -> None:
    flips = Flips(a=80, b=4, c=6, d=10)
    assert flips.n == 100
    assert flips.nfr == pytest.approx(0.04)
    assert flips.pfr == pytest.approx(0.06)
    assert flips.nfi == pytest.approx(4 / 14)
    assert flips.btc == pytest.approx(80 / 84)


def test_relative_nfr_reproduces_yan_2021() -> None:
    # Table 2a: NFR 6.44 %, error rates 30.24 % and 30.29 %, relative NFR 30.48 %.
    flips = Flips(a=6976 - 644, b=644, c=7 + 632, d=3029 - 644)
    assert flips.n == 10_000
    assert (flips.a + flips.b, flips.b + flips.d) == (10_000 - 3024, 3029)
    assert flips.nfr_rel == pytest.approx(0.3048, abs=5e-5)


def test_rates_without_a_denominator_are_unknown() -> None:
    nothing = Flips(0, 0, 0, 0)
    assert nothing.nfr is nothing.pfr is nothing.nfi is nothing.nfr_rel is nothing.btc is None
    perfect = Flips(a=10, b=0, c=0, d=0)
    assert (perfect.nfr, perfect.nfi, perfect.nfr_rel, perfect.btc) == (0.0, None, None, 1.0)
    never_right = Flips(a=0, b=0, c=1, d=9)
    assert never_right.btc is None
    assert never_right.nfr_rel is None


def test_flips_are_counted_and_listed_alike() -> None:
    was = np.array([1, 1, 0, 0, 1], dtype=bool)
    now = np.array([1, 0, 1, 0, 0], dtype=bool)
    items = np.array([50, 40, 30, 20, 10])
    assert count_flips(was, now) == Flips(a=1, b=2, c=1, d=1)
    assert list_flips("sw-KE", "intent_acc", items, was, now) == FlippedItems(
        "sw-KE", "intent_acc", negative=(10, 40), positive=(30,)
    )
