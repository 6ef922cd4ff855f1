"""E-values of flips: pinned values, and what looking after every utterance does to them."""

from __future__ import annotations

from math import exp, inf, log, pi

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import beta

from vernacular.comparison.paired import mcnemar_worse
from vernacular.comparison.sequential import (
    anytime_p,
    e_value_differs,
    e_value_worse,
    log_e_differs,
    log_e_worse,
)

counts = st.integers(0, 40)


def test_no_flip_is_no_evidence() -> None:
    assert e_value_differs(0, 0) == pytest.approx(1.0)
    assert e_value_worse(0, 0) == pytest.approx(1.0)


def test_few_flips_by_hand() -> None:
    # The mean of 2 t under Beta(1/2, 1/2) is 1; over t > 1/2 alone it is 1 + 2 / pi.
    assert e_value_differs(1, 0) == pytest.approx(1.0)
    assert e_value_worse(1, 0) == pytest.approx(1 + 2 / pi)
    assert e_value_worse(0, 1) == pytest.approx(1 - 2 / pi)
    # E[t^2] = 3/8 and E[t (1 - t)] = 1/8, times 2^2.
    assert e_value_differs(2, 0) == pytest.approx(3 / 2)
    assert e_value_differs(1, 1) == pytest.approx(1 / 2)


@pytest.mark.parametrize(("b", "c"), [(3, 1), (12, 4), (20, 25), (40, 10)])
def test_the_formulas_are_the_mixtures_they_stand_for(b: int, c: int) -> None:
    def wealth(t: float) -> float:
        return float(exp(b * log(2 * t) + c * log(2 * (1 - t))) * beta.pdf(t, 0.5, 0.5))

    upper = quad(wealth, 0.5, 1)[0]
    assert e_value_worse(b, c) == pytest.approx(2 * upper, rel=1e-6)
    assert e_value_differs(b, c) == pytest.approx(quad(wealth, 0, 0.5)[0] + upper, rel=1e-6)


@given(counts, counts)
def test_both_ways_together_make_up_the_two_sided_value(b: int, c: int) -> None:
    one_way = e_value_worse(b, c) + e_value_worse(c, b)
    assert one_way / 2 == pytest.approx(e_value_differs(b, c), rel=1e-9)


@given(counts, counts, st.floats(0, 0.5))
def test_no_bet_gains_on_average_unless_the_candidate_is_worse(b: int, c: int, t: float) -> None:
    def mean_after(value: object) -> float:
        return t * float(value(b + 1, c)) + (1 - t) * float(value(b, c + 1))  # type: ignore[operator]

    assert mean_after(e_value_worse) <= float(e_value_worse(b, c)) * (1 + 1e-9)
    half = (float(e_value_differs(b + 1, c)) + float(e_value_differs(b, c + 1))) / 2
    assert half == pytest.approx(float(e_value_differs(b, c)))


def test_it_takes_all_locales_at_once_and_never_overflows() -> None:
    b, c = np.array([9, 0, 40_000]), np.array([1, 3000, 0])
    assert log_e_worse(b, c)[0] == pytest.approx(float(log_e_worse(9, 1)))
    assert log_e_worse(b, c)[1] == -inf
    assert log_e_differs(b, c)[2] == pytest.approx(40_000 * log(2), rel=1e-3)
    assert e_value_worse(b, c)[1] == 0
    assert np.isfinite(e_value_worse(b, c)).all()


def test_p_is_one_by_the_evidence_and_never_above_one() -> None:
    assert anytime_p([0, 0.5, 1, 20, 400]) == pytest.approx([1, 1, 1, 0.05, 0.0025])


def _flips_so_far(drop: float, n_runs: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns negative and positive flips after each discordant utterance, (runs, looks).

    Of 3,000 utterances 5 % are discordant. The others change no evidence, so that looking after
    every discordant one is looking after every utterance.
    """
    rng = np.random.default_rng(seed)
    n_discordant = rng.binomial(3000, 0.05, (n_runs, 1))
    steps = np.arange(n_discordant.max())
    is_broken = rng.random((n_runs, len(steps))) < (1 + drop / 0.05) / 2
    has_come = steps < n_discordant
    return np.cumsum(is_broken & has_come, axis=1), np.cumsum(~is_broken & has_come, axis=1)


def _ever_rejects(log_e: np.ndarray) -> float:
    return float(np.mean(log_e.max(axis=1) >= log(20)))


def test_looking_after_every_utterance_keeps_the_level() -> None:
    b, c = _flips_so_far(0.0, 4000, seed=1)
    # At most .05 by Ville's inequality; some .03 is what 3,000 utterances use of it.
    assert _ever_rejects(log_e_differs(b, c)) == pytest.approx(0.031, abs=0.009)
    assert 0.02 < _ever_rejects(log_e_worse(b, c)) < 0.045


def test_a_better_candidate_is_not_called_worse() -> None:
    b, c = _flips_so_far(-0.01, 1000, seed=2)
    assert _ever_rejects(log_e_worse(b, c)) < 0.02


def test_looking_ten_times_at_a_fixed_test_rejects_three_times_too_often() -> None:
    looks = np.random.default_rng(3).multinomial(300, [0.025, 0.025, 0.95], (4000, 10))
    b, c = np.cumsum(looks[:, :, 0], axis=1), np.cumsum(looks[:, :, 1], axis=1)
    p = mcnemar_worse(b, c)
    assert np.mean(p.min(axis=1) <= 0.05) == pytest.approx(0.165, abs=0.02)
    assert np.mean(p[:, -1] <= 0.05) == pytest.approx(0.05, abs=0.012)


def test_the_price_is_little_power_and_less_of_it_one_sided() -> None:
    b, c = _flips_so_far(0.02, 2000, seed=4)
    both_ways, worse = _ever_rejects(log_e_differs(b, c)), _ever_rejects(log_e_worse(b, c))
    assert both_ways == pytest.approx(0.97, abs=0.02)
    assert both_ways <= worse
    assert np.mean(mcnemar_worse(b[:, -1], c[:, -1]) <= 0.05) > 0.995
