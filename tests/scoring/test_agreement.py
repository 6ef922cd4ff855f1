"""Krippendorff's alpha with its interval, against published values and the package's own."""

from __future__ import annotations

from collections import Counter

import krippendorff
import numpy as np
import pytest

from vernacular.errors import InvalidInput
from vernacular.scoring.agreement import LabelUse, Level, measure_agreement, use_of

# Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), example C: four observers,
# twelve units, a dot where an observer did not judge.
OBSERVERS = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")
EXAMPLE = [
    {f"observer {row}": int(line[unit]) for row, line in enumerate(OBSERVERS) if line[unit] != "."}
    for unit in range(12)
]
LEVELS: tuple[Level, ...] = ("nominal", "ordinal", "interval", "ratio")


@pytest.mark.parametrize(
    ("level", "alpha"),
    [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
)
def test_alpha_equals_the_published_example(level: Level, alpha: float) -> None:
    found = measure_agreement(EXAMPLE, level)
    assert found.alpha == pytest.approx(alpha, abs=5e-4)
    # One unit was judged by a single observer and pairs with nothing.
    assert (found.n_items, found.n_people, found.n_judgments) == (11, 4, 40)


def test_a_pencil_checks_two_people_on_four_items() -> None:
    found = measure_agreement(
        [{"a": 1, "b": 1}, {"a": 1, "b": 1}, {"a": 0, "b": 0}, {"a": 0, "b": 1}]
    )
    # 3 zeros and 5 ones; 2 of 8 ordered pairs differ, by chance 3 * 5 * 2 / 7 of 8 would.
    assert found.alpha == pytest.approx(1 - 2 * 7 / 30)
    assert found.observed == 6 / 8


def test_one_person_agrees_with_nobody() -> None:
    found = measure_agreement([{"a": 1}, {"a": 0}, {"b": 1}])
    assert (found.n_items, found.observed, found.alpha, found.use) == (0, None, None, None)
    assert measure_agreement([]).alpha is None


def test_without_variation_alpha_is_unknown_however_well_people_agree() -> None:
    found = measure_agreement([{"a": "target", "b": "target"}] * 5)
    assert (found.observed, found.alpha, found.low, found.use) == (1.0, None, None, None)


def test_what_hardly_varies_has_an_alpha_but_no_interval() -> None:
    # Of resamples of ten items, .9^10 = 35 % lack the only one that was judged otherwise.
    found = measure_agreement([{"a": 1, "b": 1}] * 9 + [{"a": 1, "b": 0}])
    assert found.alpha == pytest.approx(0.0)
    assert (found.low, found.high) == (None, None)


@pytest.mark.parametrize("level", LEVELS)
def test_the_interval_is_that_of_the_package_over_the_same_draws(level: Level) -> None:
    generator = np.random.default_rng(7)
    items = [
        dict(zip("abc"[:size], generator.choice([1, 1, 2, 3, 5], size).tolist(), strict=True))
        for size in generator.choice([2, 3], 40)
    ]
    values = sorted({value for item in items for value in item.values()})
    ways = sorted(
        Counter(tuple(list(item.values()).count(one) for one in values) for item in items).items()
    )
    counts, n_alike = np.array([way for way, _ in ways]), np.array([n for _, n in ways])
    draws = np.random.default_rng(3).multinomial(40, n_alike / 40, size=60)
    alphas = [
        krippendorff.alpha(
            value_counts=np.repeat(counts, draw, axis=0),
            value_domain=values,
            level_of_measurement=level,
        )
        for draw in draws
    ]
    found = measure_agreement(items, level, n_resamples=60, seed=3)
    assert (found.low, found.high) == pytest.approx(tuple(np.percentile(alphas, [2.5, 97.5])))


def test_the_interval_holds_alpha_and_narrows_with_more_items() -> None:
    some, many = measure_agreement(EXAMPLE * 4), measure_agreement(EXAMPLE * 64)
    for found in (some, many):
        assert found.low is not None
        assert found.alpha is not None
        assert found.high is not None
        assert found.low < found.alpha < found.high
    assert (some.high - some.low) / (many.high - many.low) == pytest.approx(4, rel=0.15)


def test_neither_order_nor_chance_changes_the_numbers() -> None:
    assert measure_agreement(EXAMPLE) == measure_agreement(EXAMPLE[::-1])
    assert measure_agreement(EXAMPLE).low != measure_agreement(EXAMPLE, seed=1).low


def test_words_have_no_rank() -> None:
    with pytest.raises(InvalidInput, match="'target' is no number; measure it as nominal"):
        measure_agreement([{"a": "target", "b": "english"}], "ordinal")


@pytest.mark.parametrize(
    ("alpha", "use"),
    [
        (1.0, LabelUse.USE),
        (0.8, LabelUse.USE),
        (0.7999, LabelUse.TENTATIVE),
        (0.667, LabelUse.TENTATIVE),
        (0.6669, LabelUse.MAY_NOT_GATE),
        (-0.2, LabelUse.MAY_NOT_GATE),
    ],
)
def test_labels_gate_only_where_people_agree(alpha: float, use: LabelUse) -> None:
    assert use_of(alpha) is use
