"""Corrections of a family of p-values, against scipy and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from vernacular.comparison.multiplicity import adjust_p_values

families = st.lists(st.floats(0, 1), min_size=1, max_size=20)


@given(families)
def test_benjamini_hochberg_equals_statsmodels(p_values: list[float]) -> None:
    expected = pytest.approx(multipletests(p_values, method="fdr_bh")[1].tolist())
    assert adjust_p_values(p_values, fwer=False) == expected


@settings(max_examples=5, deadline=None)  # statsmodels collects garbage at every call
@given(families)
def test_holm_equals_statsmodels(p_values: list[float]) -> None:
    expected = pytest.approx(multipletests(p_values, method="holm")[1].tolist())
    assert adjust_p_values(p_values, fwer=True) == expected


def test_holm_by_hand() -> None:
    assert adjust_p_values([0.03, 0.01, 0.04], fwer=True) == pytest.approx([0.06, 0.03, 0.06])


@given(families)
def test_holm_is_never_more_lenient(p_values: list[float]) -> None:
    lenient = adjust_p_values(p_values, fwer=False)
    strict = adjust_p_values(p_values, fwer=True)
    assert all(s >= w - 1e-12 for s, w in zip(strict, lenient, strict=True))


def test_an_empty_family_stays_empty() -> None:
    assert adjust_p_values([], fwer=False) == []


def test_without_correction_a_false_alarm_is_almost_certain() -> None:
    # 52 locales with three metrics each and nothing changed; independent for the sake of counting.
    families = np.random.default_rng(1).random((2000, 156))
    alarms = [min(adjust_p_values(p, fwer=False)) <= 0.05 for p in families.tolist()]
    assert np.mean(families.min(axis=1) <= 0.05) > 0.999
    assert np.mean(alarms) == pytest.approx(0.05, abs=0.015)
