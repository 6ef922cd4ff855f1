"""McNemar's mid-p and the Bonett-Price interval, against papers and statsmodels."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import mcnemar

from vernacular.comparison.paired import bonett_price, mcnemar_differs, mcnemar_worse


def test_mid_p_reproduces_fagerland_2013() -> None:
    # Airway hyper-responsiveness, table (1, 1, 7, 12): exact .0703, mid-p .0391.
    assert mcnemar([[1, 1], [7, 12]], exact=True).pvalue == pytest.approx(0.0703, abs=5e-5)
    assert mcnemar_differs(1, 7) == pytest.approx(0.0391, abs=5e-5)


def test_seventeen_against_twelve_is_no_difference() -> None:
    # sc_stats -t mcn rejects here with .002; the binomial says .458.
    assert mcnemar([[1, 17], [12, 1]], exact=True).pvalue == pytest.approx(0.458, abs=5e-4)
    point = comb(29, 12) / 2**29
    assert mcnemar_differs(17, 12) == pytest.approx(0.4583 - point, abs=5e-5)


def test_the_one_sided_test_points_at_the_candidate() -> None:
    # Seven broken and one fixed: P(X > 7) + P(X = 7) / 2 with 8 draws = (1 + 4) / 256.
    assert mcnemar_worse(7, 1) == pytest.approx(5 / 256)
    assert mcnemar_worse(1, 7) == pytest.approx(1 - 5 / 256)


def test_without_discordance_nothing_is_worse() -> None:
    assert mcnemar_worse(0, 0) == 1.0
    assert mcnemar_differs(0, 0) == 1.0


def test_the_test_takes_all_locales_at_once() -> None:
    b, c = np.array([7, 0, 40]), np.array([1, 0, 12])
    expected = [float(mcnemar_worse(i, j)) for i, j in zip(b, c, strict=True)]
    assert mcnemar_worse(b, c) == pytest.approx(expected)


def test_values_of_the_r_package_contingencytables_are_reproduced() -> None:
    # Cavo et al. 2012, (59, 6, 16, 80): mid-P .034690, Bonett-Price -.1195 to -.0032.
    assert mcnemar_differs(16, 6) == pytest.approx(0.034690, abs=5e-7)
    low, high = bonett_price(16, 6, 161, 0.95)
    assert (float(low), float(high)) == pytest.approx((-0.1195, -0.0032), abs=5e-5)


@given(st.integers(0, 80), st.integers(0, 80))
def test_mid_p_is_the_exact_p_less_the_observed_point(b: int, c: int) -> None:
    if b == c:
        assert mcnemar_worse(b, c) == pytest.approx(0.5 if b else 1.0)
        return
    exact = mcnemar([[3, b], [c, 5]], exact=True).pvalue
    point = comb(b + c, b) / 2 ** (b + c)
    assert mcnemar_differs(b, c) == pytest.approx(exact - point, abs=1e-12)


@given(st.integers(0, 80), st.integers(0, 80))
def test_exactly_one_of_better_and_worse_can_be_certain(b: int, c: int) -> None:
    both = mcnemar_worse(b, c) + mcnemar_worse(c, b)
    assert both == pytest.approx(1.0 if b + c else 2.0)


@given(st.integers(0, 50), st.integers(0, 50), st.integers(1, 500), st.sampled_from([0.9, 0.95]))
def test_the_interval_mirrors_and_has_width(b: int, c: int, agree: int, level: float) -> None:
    n = b + c + agree
    low, high = bonett_price(b, c, n, level)
    mirrored_low, mirrored_high = bonett_price(c, b, n, level)
    assert low < high
    assert (low, high) == (pytest.approx(-mirrored_high), pytest.approx(-mirrored_low))


def test_the_interval_covers_as_often_as_it_says() -> None:
    # Five percent of utterances differ, none more often one way: 90 % of intervals hold 0.
    rng = np.random.default_rng(11)
    b, c = rng.multinomial(1000, [0.025, 0.025, 0.95], size=20_000).T[:2]
    low, high = bonett_price(b, c, 1000, 0.9)
    assert np.mean((low <= 0) & (high >= 0)) == pytest.approx(0.9, abs=0.015)


def test_the_one_sided_test_keeps_its_level_and_uses_it() -> None:
    rng = np.random.default_rng(12)
    b, c = rng.multinomial(1000, [0.025, 0.025, 0.95], size=20_000).T[:2]
    assert np.mean(mcnemar_worse(b, c) <= 0.05) == pytest.approx(0.05, abs=0.008)


@pytest.mark.parametrize(
    ("margin", "passes"), [(0.005, 0.34), (0.010, 0.79), (0.015, 0.978), (0.020, 0.9994)]
)
def test_only_a_wide_margin_lets_an_unchanged_release_pass(margin: float, passes: float) -> None:
    # One locale of MASSIVE's size, of whose utterances 5 % differ and none more often one way.
    rng = np.random.default_rng(13)
    b, c = rng.multinomial(2974, [0.025, 0.025, 0.95], size=40_000).T[:2]
    low, _ = bonett_price(b, c, 2974, 0.9)
    assert np.mean(low > -margin) == pytest.approx(passes, abs=0.01 if margin < 0.02 else 0.002)
