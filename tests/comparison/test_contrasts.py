"""Weighted sums of rates over locales: by pencil, and beside the bootstrap of whole clusters."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from vernacular.comparison.bootstrap import percentile_interval, resample_weights
from vernacular.comparison.contrasts import LocaleRates, rates_by_locale
from vernacular.scoring.intervals import ratio_interval

Table = tuple[np.ndarray, np.ndarray]
"""Numerators and denominators, (clusters, locales) each."""


def rates_of(table: Table, cluster: np.ndarray | None = None) -> LocaleRates:
    """Returns the rates of a table, every field of which is one row."""
    x, y = table
    n_clusters, n_locales = x.shape
    rows = np.repeat(np.arange(n_clusters), n_locales) if cluster is None else cluster.ravel()
    return rates_by_locale(
        x.ravel(),
        y.ravel(),
        locale=np.tile(np.arange(n_locales), n_clusters),
        cluster=rows,
        n_locales=n_locales,
    )


def right(*locales: list[int]) -> Table:
    """Returns a share: what was right of the same utterances in several locales."""
    x = np.array(locales).T
    return x, np.ones_like(x)


def f1_table(n: int, n_locales: int, seed: int) -> Table:
    """Returns 2 TP and 2 TP + FP + FN of a parallel suite in which hard is hard in every locale."""
    rng = np.random.default_rng(seed)
    n_slots = rng.poisson(1.3, (n, 1))
    ease = rng.beta(4, 2, (n, 1)) * np.linspace(0.6, 1, n_locales)
    tp = rng.binomial(np.broadcast_to(n_slots, (n, n_locales)), ease)
    fp = rng.binomial(1, 0.15, (n, n_locales))
    return 2 * tp, tp + n_slots + fp


def drawn(table: Table, weights: np.ndarray) -> tuple[float, float]:
    """Returns the 95 % interval of a contrast from 4,000 resamples of whole clusters."""
    x, y = table
    values = [
        ((drawn @ x) / (drawn @ y)) @ weights for drawn in resample_weights(len(x), 4000, [3])
    ]
    return percentile_interval(np.concatenate(values), 0.95)


def test_the_gap_of_one_unseen_locale_to_two_trained_ones_by_pencil() -> None:
    rates = rates_of(right([1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 0, 0]))
    assert rates.rate.tolist() == [0.75, 0.5, 0.25]
    gap = rates.weigh([-1 / 2, -1 / 2, 1])
    assert gap is not None
    # The residuals of the four utterances are 3/8, -5/8, -1/8 and 3/8, each by 4.
    assert gap.value == pytest.approx(-3 / 8)
    assert gap.standard_error == pytest.approx(sqrt(4 / 3 * (9 + 25 + 1 + 9) / 64) / 4)


def test_one_rate_has_the_interval_that_it_has_everywhere_else() -> None:
    x, y = f1_table(300, 3, seed=1)
    rates = rates_of((x, y))
    for place in range(3):
        found = rates.weigh(np.eye(3)[place])
        assert found is not None
        assert found.interval(0.95) == pytest.approx(ratio_interval(x[:, place], y[:, place]))


def test_utterances_that_are_hard_in_both_locales_narrow_the_gap_between_them() -> None:
    n = 400
    table = right(*np.random.default_rng(2).permuted([[1] * 300 + [0] * 100] * 2, axis=1))
    table[0][:, 1] = table[0][:, 0] & (np.arange(n) % 20 > 0)
    paired = rates_of(table).weigh([-1, 1])
    # Locales of a recorded suite have speakers of their own: the variances add up.
    apart = rates_of(table, np.arange(2 * n).reshape(n, 2)).weigh([-1, 1])
    one, other = (rates_of(table).weigh(w) for w in ([1, 0], [0, 1]))
    assert paired and apart and one and other
    assert paired.value == apart.value
    assert one.standard_error and other.standard_error and paired.standard_error
    assert apart.standard_error == pytest.approx(
        sqrt(one.standard_error**2 + other.standard_error**2)
    )
    assert apart.standard_error is not None
    assert apart.standard_error > 2 * paired.standard_error


def test_few_speakers_of_one_locale_do_not_borrow_those_of_another() -> None:
    rng = np.random.default_rng(4)
    n_few, n_many = 4, 400
    x = np.concatenate([rng.random(n_few) < 0.5, rng.random(n_many) < 0.8])
    x[:2], x[2:4] = True, False
    rates = rates_by_locale(
        x,
        np.ones(n_few + n_many),
        locale=[0] * n_few + [1] * n_many,
        cluster=np.arange(n_few + n_many),
        n_locales=2,
    )
    gap, few, many = (rates.weigh(w) for w in ([1, -1], [1, 0], [0, 1]))
    assert gap and few and many
    assert few.standard_error == pytest.approx(sqrt(0.25 / 3))
    assert gap.standard_error == pytest.approx(
        sqrt((few.standard_error or 0) ** 2 + (many.standard_error or 0) ** 2)
    )


@pytest.mark.parametrize(
    "weights",
    [
        [0, 0, 0, 0, -1, 1],
        [-1 / 4] * 4 + [1 / 2] * 2,
        [1 / 6] * 6,
        [1, -1 / 3, -1 / 3, -1 / 3, 0, 0],
    ],
    ids=["two locales", "unseen minus trained", "mean", "one trained minus the others"],
)
def test_it_agrees_with_the_bootstrap_of_f1(weights: list[float]) -> None:
    table = f1_table(600, 6, seed=5)
    found = rates_of(table).weigh(weights)
    assert found is not None
    bounds = found.interval(0.95)
    assert bounds is not None
    low, high = drawn(table, np.array(weights))
    assert (bounds[1] - bounds[0]) / (high - low) == pytest.approx(1, abs=0.05)
    assert bounds == pytest.approx((low, high), abs=0.1 * (high - low))


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    # Utterances are easy or hard in all locales; the true gap of the last one is -.2.
    rng = np.random.default_rng(6)
    covered = 0
    for _ in range(400):
        ease = rng.uniform(0.4, 1, (200, 1))
        table = (rng.random((200, 4)) < ease - [0, 0, 0, 0.2]).astype(int)
        found = rates_of((table, np.ones_like(table))).weigh([-1 / 3] * 3 + [1])
        assert found is not None
        bounds = found.interval(0.95)
        assert bounds is not None
        covered += bounds[0] <= -0.2 <= bounds[1]
    assert covered / 400 == pytest.approx(0.95, abs=0.03)


def test_rows_of_one_speaker_are_added_before_anything_is_squared() -> None:
    rows = rates_by_locale(
        [1, 0, 1, 0], [1, 1, 1, 1], locale=[0] * 4, cluster=[7, 7, -3, -3], n_locales=1
    ).weigh([1])
    added = rates_by_locale([1, 1], [2, 2], locale=[0, 0], cluster=[1, 2], n_locales=1).weigh([1])
    assert rows == added
    # Both speakers have the same share, so that nothing says how others would differ.
    assert rows is not None and rows.standard_error is None


@pytest.mark.parametrize(
    "table",
    [right([1, 1, 1], [0, 0, 0]), right([1], [0])],
    ids=["nothing varies", "one cluster"],
)
def test_without_a_way_to_tell_chance_there_is_no_interval(table: Table) -> None:
    found = rates_of(table).weigh([-1, 1])
    assert found is not None
    assert (found.value, found.standard_error, found.interval(0.95)) == (-1, None, None)


def test_a_locale_without_anything_to_count_has_no_rate_and_spoils_no_other() -> None:
    x, y = right([1, 0, 1], [0, 0, 0])
    y[:, 1] = 0
    rates = rates_of((x, y))
    assert rates.weigh([1, -1]) is None
    alone = rates.weigh([1, 0])
    assert alone is not None and alone.value == pytest.approx(2 / 3)
