"""Weights, resampled differences, their intervals and p-values."""

from __future__ import annotations

import numpy as np
import pytest

from vernacular.comparison.bootstrap import (
    PairedRatios,
    mean_over_locales,
    p_worse,
    percentile_interval,
    resample_deltas,
    resample_weights,
)


def ratios(n: int = 400, columns: int = 3, seed: int = 1) -> PairedRatios:
    rng = np.random.default_rng(seed)
    size = rng.poisson(2.0, (n, columns)).astype(np.float64)
    return PairedRatios(
        rng.binomial(size.astype(int), 0.8).astype(np.float64),
        size,
        rng.binomial(size.astype(int), 0.75).astype(np.float64),
        size,
    )


@pytest.mark.parametrize("n_clusters", [1, 7, 2974, 70_000])
def test_every_resample_draws_as_many_clusters_as_there_are(n_clusters: int) -> None:
    chunks = [w.copy() for w in resample_weights(n_clusters, 150, [3])]
    weights = np.concatenate(chunks)
    assert weights.shape == (150, n_clusters)
    assert weights.dtype == np.float32
    assert (weights.sum(axis=1, dtype=np.float64) == n_clusters).all()


def test_weights_are_held_in_bounded_chunks() -> None:
    sizes = [len(w) for w in resample_weights(2974, 10_000, [3])]
    assert sizes == [2000] * 5
    assert max(w.nbytes for w in resample_weights(100_000, 100, [3])) <= 32_000_000


def test_weights_have_the_moments_of_a_multinomial() -> None:
    weights = np.concatenate([w.copy() for w in resample_weights(50, 20_000, [4])])
    assert weights.mean(axis=0) == pytest.approx(np.ones(50), abs=0.05)
    # Each weight is binomial with 50 draws of probability 1/50: variance .98.
    assert weights.var(axis=0).mean() == pytest.approx(0.98, abs=0.02)
    assert np.cov(weights[:, 0], weights[:, 1])[0, 1] == pytest.approx(-1 / 50, abs=0.02)


def test_the_same_seed_gives_the_same_bytes() -> None:
    first, again = resample_deltas(ratios(), 500, [9, 0]), resample_deltas(ratios(), 500, [9, 0])
    assert first.tobytes() == again.tobytes()
    assert first.tobytes() != resample_deltas(ratios(), 500, [9, 1]).tobytes()


def test_differences_equal_those_of_rows_gathered_by_hand() -> None:
    data = ratios(n=30)
    (weights,) = [w.copy() for w in resample_weights(30, 40, [5])]
    deltas = resample_deltas(data, 40, [5])
    for weight, delta in zip(weights, deltas, strict=True):
        rows = np.repeat(np.arange(30), weight.astype(int))
        totals = [
            part[rows].sum(axis=0)
            for part in (data.numerator_a, data.denominator_a, data.numerator_b, data.denominator_b)
        ]
        assert delta == pytest.approx(totals[2] / totals[3] - totals[0] / totals[1], abs=1e-6)


def test_large_counts_are_added_without_rounding() -> None:
    big = np.full((4, 1), 2.0**24 + 1)
    deltas = resample_deltas(PairedRatios(big, big, big - 1, big), 50, [1])
    assert deltas == pytest.approx(np.full((50, 1), -1 / (2.0**24 + 1)), rel=1e-3)


def test_a_resample_without_a_value_is_nan_and_left_out_of_the_interval() -> None:
    size = np.array([[1.0], [0.0], [0.0]])
    deltas = resample_deltas(PairedRatios(size, size, 0 * size, size), 300, [2])[:, 0]
    n_missing = int(np.isnan(deltas).sum())
    # The only cluster with a count is left out of (2/3)^3 = 30 % of the resamples.
    assert 60 < n_missing < 120
    assert percentile_interval(deltas, 0.9) == (-1.0, -1.0)
    assert p_worse(deltas, -1.0) == pytest.approx((1 + n_missing) / 301)


def test_an_interval_of_nothing_is_everything() -> None:
    assert percentile_interval(np.full(5, np.nan), 0.9) == (-1.0, 1.0)


def test_no_difference_is_certainly_not_worse() -> None:
    assert p_worse(np.zeros(1000), 0.0) == 1.0


def test_p_is_the_share_of_resamples_that_are_not_worse() -> None:
    deltas = np.concatenate([np.full(80, -0.01), np.full(20, 0.01)])
    assert p_worse(deltas, -0.006) == pytest.approx(21 / 101)


def test_p_of_a_clear_drop_is_not_bounded_by_the_number_of_resamples() -> None:
    deltas = np.random.default_rng(1).normal(-0.06, 0.01, 1000)
    # Six standard errors: the normal tail is 1e-9, a share could not be below 1e-3.
    assert p_worse(deltas, -0.06) < 1e-7


def test_p_is_uniform_where_nothing_changed() -> None:
    rng = np.random.default_rng(8)
    n, columns = 500, 800
    size = rng.poisson(2.0, (n, columns))
    one, other = rng.binomial(size, 0.8), rng.binomial(size, 0.8)
    data = PairedRatios(*(x.astype(np.float64) for x in (one, size, other, size)))
    deltas = resample_deltas(data, 1000, [6])
    observed = other.sum(axis=0) / size.sum(axis=0) - one.sum(axis=0) / size.sum(axis=0)
    p = np.array([p_worse(deltas[:, i], observed[i]) for i in range(columns)])
    assert np.mean(p <= 0.05) == pytest.approx(0.05, abs=0.025)
    assert np.mean(p <= 0.5) == pytest.approx(0.5, abs=0.06)


def test_the_mean_over_locales_skips_unknown_values() -> None:
    deltas = np.array([[0.1, np.nan, np.nan], [0.3, 0.5, np.nan]])
    assert mean_over_locales(deltas)[:2] == pytest.approx([0.2, 0.5])
    assert np.isnan(mean_over_locales(deltas)[2])
