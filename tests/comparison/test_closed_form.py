"""Linearised differences of ratios: by pencil, and beside bootstrap, permutations and MAPSSWE."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from scipy.stats import norm

from vernacular.comparison.bootstrap import (
    PairedRatios,
    percentile_interval,
    resample_deltas,
)
from vernacular.comparison.closed_form import RatioDifferences, group_clusters, ratio_differences


def of_one_cell(
    numerator_a: list[int],
    denominator_a: list[int],
    numerator_b: list[int],
    denominator_b: list[int],
    cluster: list[int] | None = None,
) -> RatioDifferences:
    parts = (numerator_a, denominator_a, numerator_b, denominator_b)
    n = len(numerator_a)
    return ratio_differences(
        *(np.array(part, np.float64) for part in parts),
        group_clusters(
            np.array(cluster if cluster is not None else range(n), np.int64),
            np.zeros(n, np.int64),
            1,
        ),
    )


def edits(n: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Returns edits of two runs and the words of n utterances; hard ones are hard for both."""
    rng = np.random.default_rng(seed)
    n_words = 1 + rng.poisson(5.9, n)
    hardness = rng.beta(0.6, 6, n)
    return (
        rng.binomial(n_words, hardness).astype(np.float64),
        rng.binomial(n_words, np.minimum(1, hardness * 1.1)).astype(np.float64),
        n_words.astype(np.float64),
    )


def test_an_error_rate_by_pencil() -> None:
    found = of_one_cell([1, 0, 2], [4, 2, 4], [2, 0, 1], [4, 2, 4])
    # Both runs have 3 edits in 10 words, so delta is 0 and the residuals are d = 1, 0, -1.
    assert found.delta == pytest.approx([0.0])
    assert found.standard_error == pytest.approx([sqrt(3 / 2 * 2) / 10])
    assert found.p_below_zero() == pytest.approx([0.5])


def test_a_difference_counts_against_each_clusters_size() -> None:
    found = of_one_cell([0, 0, 0], [1, 1, 2], [1, 0, 1], [1, 1, 2])
    # d = 1, 0, 1 and delta = 2/4: r = d - delta n = 1/2, -1/2, 0.
    assert found.delta == pytest.approx([0.5])
    assert found.standard_error == pytest.approx([sqrt(3 / 2 * 0.5) / 4])
    low, high = found.interval(0.9)
    half = norm.ppf(0.95) * sqrt(0.75) / 4
    assert (low[0], high[0]) == pytest.approx((0.5 - half, 0.5 + half))


def test_f1_by_pencil() -> None:
    # 2 TP and 2 TP + FP + FN: run a 4/6 of all, run b 2/6; u = x_b/6 - y_b/18 - x_a/6 + 2 y_a/18.
    found = of_one_cell([2, 2], [2, 4], [2, 0], [3, 3])
    moved = np.array([2 / 6 - 3 / 18 - 2 / 6 + 4 / 18, -3 / 18 - 2 / 6 + 8 / 18])
    assert moved.sum() == pytest.approx(0)
    assert found.delta == pytest.approx([-1 / 3])
    assert found.standard_error == pytest.approx([sqrt(2 * (moved**2).sum())])


def test_rows_of_one_cluster_are_added_before_anything_is_squared() -> None:
    one = of_one_cell([1, 0, 1, 0], [1, 1, 1, 1], [0, 0, 1, 0], [1, 1, 1, 1], [7, 7, -3, -3])
    added = of_one_cell([1, 1], [2, 2], [0, 1], [2, 2])
    assert one.n_clusters.tolist() == [2]
    assert one.standard_error == pytest.approx(added.standard_error)


def test_cells_are_measured_as_if_each_stood_alone() -> None:
    e_old, e_new, n_words = edits(300, seed=1)
    cell = np.arange(300) % 3
    cluster = np.arange(300) // 2
    together = ratio_differences(e_old, n_words, e_new, n_words, group_clusters(cluster, cell, 4))
    for i in range(3):
        rows = cell == i
        alone = ratio_differences(
            e_old[rows],
            n_words[rows],
            e_new[rows],
            n_words[rows],
            group_clusters(cluster[rows], np.zeros(100, np.int64), 1),
        )
        assert together.delta[i] == alone.delta[0]
        assert together.standard_error[i] == pytest.approx(alone.standard_error[0], rel=1e-12)
    assert np.isnan(
        [together.delta[3], together.standard_error[3], together.p_below_zero()[3]]
    ).all()
    assert together.n_clusters[3] == 0


def test_nothing_that_varies_is_no_error_and_not_worse() -> None:
    same = of_one_cell([1, 1, 0], [3, 7, 9], [1, 1, 0], [3, 7, 9])
    assert (same.delta[0], same.standard_error[0], same.p_below_zero()[0]) == (0.0, 0.0, 1.0)
    # Every cluster fell by a third of itself: certain, but nothing says how far chance would go.
    fallen = of_one_cell([1, 2, 3], [3, 6, 9], [0, 0, 0], [3, 6, 9])
    assert fallen.delta == pytest.approx([-1 / 3])
    assert fallen.standard_error[0] == 0.0
    assert np.isnan(fallen.p_below_zero()[0])


def test_one_cluster_says_nothing_of_its_error() -> None:
    found = of_one_cell([1, 0], [1, 1], [0, 0], [1, 1], [4, 4])
    assert found.delta == pytest.approx([-0.5])
    assert np.isnan(found.standard_error[0])
    assert np.isnan(found.p_below_zero()[0])


def test_it_agrees_with_the_bootstrap_of_error_rates_and_f1() -> None:
    columns = [edits(600, seed) for seed in range(10)]
    e_old, e_new, n_words = (np.stack(part, axis=1) for part in zip(*columns, strict=True))
    rng = np.random.default_rng(5)
    n_spans = rng.poisson(1.2, (600, 6))
    tp_a, tp_b = rng.binomial(n_spans, 0.8), rng.binomial(n_spans, 0.75)
    wrong = rng.binomial(1, 0.1, (600, 6))
    f1_a, f1_b = 2.0 * tp_a, 2.0 * tp_b
    data = PairedRatios(
        np.hstack([e_old, f1_a]),
        np.hstack([n_words, f1_a + n_spans - tp_a + wrong]),
        np.hstack([e_new, f1_b]),
        np.hstack([n_words, f1_b + n_spans - tp_b + wrong]),
    )
    cell = np.tile(np.arange(16), 600)
    found = ratio_differences(
        data.numerator_a.ravel(),
        data.denominator_a.ravel(),
        data.numerator_b.ravel(),
        data.denominator_b.ravel(),
        group_clusters(np.repeat(np.arange(600), 16), cell, 16),
    )
    deltas = resample_deltas(data, 4000, [1])
    low, high = found.interval(0.9)
    drawn = np.array([percentile_interval(column, 0.9) for column in deltas.T])
    widths = (high - low) / (drawn[:, 1] - drawn[:, 0])
    assert widths.mean() == pytest.approx(1.0, abs=0.015)
    assert widths == pytest.approx(np.ones(16), abs=0.06)


def test_p_agrees_with_permuting_the_two_runs_of_each_utterance() -> None:
    e_old, e_new, n_words = edits(400, seed=3)
    found = ratio_differences(
        e_new, n_words, e_old, n_words, group_clusters(np.arange(400), np.zeros(400, np.int64), 1)
    )
    gained = e_old - e_new
    signs = np.random.default_rng(6).choice([-1, 1], (10_000, 400))
    below = np.count_nonzero(signs @ gained <= gained.sum())
    assert found.p_below_zero()[0] == pytest.approx((1 + below) / 10_001, abs=0.02)


def test_it_is_the_matched_pairs_test_of_sclite_on_utterances() -> None:
    # Z = mean(d) / (sd / sqrt(n)) with d the difference of a segment's errors (mtchprs.c).
    e_old, e_new, n_words = edits(1000, seed=9)
    found = ratio_differences(
        e_old, n_words, e_new, n_words, group_clusters(np.arange(1000), np.zeros(1000, np.int64), 1)
    )
    d = e_new - e_old
    matched = d.mean() / (d.std(ddof=1) / sqrt(1000))
    assert found.delta[0] / found.standard_error[0] == pytest.approx(matched, rel=0.03)


def test_speakers_widen_the_interval_several_times() -> None:
    # 25 speakers of 40 utterances; how a release changes depends on the speaker.
    rng = np.random.default_rng(2)
    speaker = np.repeat(np.arange(25), 40)
    n_words = 1.0 + rng.poisson(5.9, 1000)
    change = rng.normal(0.035, 0.08, 25)[speaker]
    e_old = rng.binomial(n_words.astype(int), 0.15).astype(np.float64)
    e_new = e_old + np.sign(change) * rng.binomial(n_words.astype(int), np.abs(change))
    widths = []
    for cluster in (np.arange(1000), speaker):
        found = ratio_differences(
            e_old, n_words, e_new, n_words, group_clusters(cluster, np.zeros(1000, np.int64), 1)
        )
        low, high = found.interval(0.9)
        widths.append(float(high[0] - low[0]))
    assert 2.5 < widths[1] / widths[0] < 4.5


def test_the_test_keeps_its_level_where_nothing_changed() -> None:
    rng = np.random.default_rng(4)
    size = rng.poisson(2.0, (300, 2000)).astype(np.float64)
    one, other = rng.binomial(size.astype(int), 0.2), rng.binomial(size.astype(int), 0.2)
    found = ratio_differences(
        one.ravel().astype(np.float64),
        size.ravel(),
        other.ravel().astype(np.float64),
        size.ravel(),
        group_clusters(np.repeat(np.arange(300), 2000), np.tile(np.arange(2000), 300), 2000),
    )
    assert np.mean(found.p_below_zero() <= 0.05) == pytest.approx(0.05, abs=0.015)
