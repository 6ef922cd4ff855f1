"""Corrections of a family of p-values, against scipy and by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from vernacular.comparison.multiplicity import adjust_p_values

families = st.lists(st.floats(0, 1), min_size=1, max_size=20)


@given(families)
def test_benjamini_hochberg_equals_scipy(p_values: list[float]) -> None:
    expected = pytest.approx(false_discovery_control(p_values, method="bh").tolist())
    assert adjust_p_values(p_values, fwer=False) == expected


def test_holm_by_hand() -> None:
    assert adjust_p_values([0.03, 0.01, 0.04], fwer=True) == pytest.approx([0.06, 0.03, 0.06])


@given(families)
def test_holm_is_never_more_lenient(p_values: list[float]) -> None:
    lenient = adjust_p_values(p_values, fwer=False)
    strict = adjust_p_values(p_values, fwer=True)
    assert all(s >= w - 1e-12 for s, w in zip(strict, lenient, strict=True))


def test_an_empty_family_stays_empty() -> None:
    assert adjust_p_values([], fwer=False) == []
