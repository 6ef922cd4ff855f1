"""Pooled figures that rise while every locale falls, and what they are made of."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vernacular.comparison.mix_shift import LocaleSums, MixShift, mix_shift


def sums(numerator: list[float], denominator: list[float]) -> LocaleSums:
    return LocaleSums(np.array(numerator, np.float64), np.array(denominator, np.float64))


def shifted() -> MixShift:
    """en-US and sw-KE: the pooled accuracy rises from 92.5 to 93.4 %, both locales fall."""
    found = mix_shift(
        sums([8550, 700], [9000, 1000]),
        sums([13348, 195], [14200, 300]),
        sums([8550, 210], [9000, 300]),
        sums([8460, 195], [9000, 300]),
    )
    assert found is not None
    return found


def test_the_pooled_figure_rises_only_because_the_mix_changed() -> None:
    pooled = sums([8550, 700], [9000, 1000]).pooled(), sums([13348, 195], [14200, 300]).pooled()
    assert pooled == pytest.approx((0.925, 0.934))
    found = shifted()
    assert found.naive == pytest.approx(0.009)
    assert found.macro == pytest.approx((-0.01 - 0.05) / 2)
    assert found.common == pytest.approx((-90 - 15) / 9300)
    assert found.has_opposite_sign
    assert found.is_mostly_other_utterances
    assert found.misleads


def test_kitagawas_two_parts_by_pencil() -> None:
    found = shifted()
    en, sw = 14200 / 14500, 300 / 14500
    assert found.within == pytest.approx((0.9 + en) / 2 * -0.01 + (0.1 + sw) / 2 * -0.05)
    assert found.mix == pytest.approx((en - 0.9) * 0.945 + (sw - 0.1) * 0.675)
    assert found.selection == pytest.approx(0, abs=1e-12)


def test_missing_hard_utterances_are_selection() -> None:
    # 90 to 100 % because 150 of 1,000 did not come back; on the other 850 nothing changed.
    found = mix_shift(
        sums([900], [1000]), sums([850], [850]), sums([850], [850]), sums([850], [850])
    )
    assert found is not None
    assert (found.naive, found.selection) == (pytest.approx(0.1), pytest.approx(0.1))
    assert (found.common, found.macro, found.change, found.mix) == (0, 0, 0, 0)
    assert found.misleads
    assert not found.has_opposite_sign


def test_a_real_change_does_not_mislead() -> None:
    before, after = sums([80, 90], [100, 100]), sums([70, 85], [100, 100])
    found = mix_shift(before, after, before, after)
    assert found is not None
    assert found.naive == pytest.approx(-0.075) == found.change
    assert (found.selection, found.mix) == (pytest.approx(0), 0)
    assert not found.misleads


def test_a_difference_of_nothing_has_no_direction() -> None:
    before, after = sums([80, 9000], [100, 10000]), sums([79, 9002], [100, 10000])
    found = mix_shift(before, after, before, after)
    assert found is not None
    assert found.naive > 0 > (found.macro or 0)
    assert not found.misleads


def test_a_locale_of_one_run_alone_is_mix() -> None:
    found = mix_shift(
        sums([80, 0], [100, 0]), sums([80, 100], [100, 100]), sums([80, 0], [100, 0]),
        sums([80, 0], [100, 0]),
    )  # fmt: skip
    assert found is not None
    assert found.naive == found.mix == pytest.approx(0.1)
    assert found.macro == 0
    assert found.misleads


def test_without_common_utterances_nothing_honest_is_known() -> None:
    found = mix_shift(sums([80], [100]), sums([90], [100]), sums([0], [0]), sums([0], [0]))
    assert found is not None
    assert (found.common, found.macro, found.change) == (None, None, 0)
    assert found.selection == pytest.approx(0.1)
    assert mix_shift(sums([80], [100]), *(sums([0], [0]),) * 3) is None


a_locale = st.tuples(*[st.integers(0, 30)] * 6)


@given(st.lists(a_locale, min_size=1, max_size=6))
def test_the_parts_add_up_exactly(locales: list[tuple[int, ...]]) -> None:
    # Right and wrong of: common rows in both runs, and rows of one run alone.
    table = np.array(locales, np.float64)
    right_a, right_b, n = table[:, 0], table[:, 1], table[:, :2].max(axis=1) + 1
    own_a = LocaleSums(right_a + table[:, 2], n + table[:, 2] + table[:, 3])
    own_b = LocaleSums(right_b + table[:, 4], n + table[:, 4] + table[:, 5])
    found = mix_shift(own_a, own_b, LocaleSums(right_a, n), LocaleSums(right_b, n))
    assert found is not None
    assert found.change + found.selection + found.mix == pytest.approx(found.naive, abs=1e-12)
