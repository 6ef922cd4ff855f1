"""Parts of a comparison: who is in them, how they are tested, and that they never hide a locale."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import false_discovery_control

from vernacular.comparison.closed_form import group_clusters, ratio_differences
from vernacular.comparison.flips import Flips
from vernacular.comparison.paired import bonett_price, mcnemar_worse
from vernacular.comparison.sliced_metric import SlicedMetric
from vernacular.comparison.slices import (
    LENGTH_BUCKETS,
    SliceCell,
    SliceMethod,
    Slicing,
    bucket_lengths,
    measure_slices,
)


def a_share(was_right: Any, is_right: Any, key: str = "intent_acc") -> SlicedMetric:
    was, now = np.asarray(was_right, np.float64), np.asarray(is_right, np.float64)
    return SlicedMetric(key, was, np.ones(len(was)), now, np.ones(len(now)), is_share=True)


def by_code(kind: str, values: tuple[str, ...], codes: Any) -> Slicing:
    """Returns a slicing that has every row in exactly one part."""
    codes = np.asarray(codes, np.int64)
    return Slicing(kind, values, np.arange(len(codes)), codes)


def measured(
    slicings: list[Slicing], metrics: list[SlicedMetric], **changes: Any
) -> tuple[SliceCell, ...]:
    n = len(metrics[0].numerator_a)
    values: dict[str, Any] = {
        "locales": ("sw-KE",),
        "locale": np.zeros(n, np.int64),
        "cluster": np.arange(n),
    }
    return measure_slices(slicings, metrics, **{**values, **changes})


def outcomes(a: int, b: int, c: int, d: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns who was and who is right, for four counts of flips."""
    return np.repeat([1, 1, 0, 0], [a, b, c, d]), np.repeat([1, 0, 1, 0], [a, b, c, d])


def test_a_slice_of_independent_utterances_takes_mcnemars_test() -> None:
    was, now = outcomes(80, 9, 2, 9)
    cells = measured([by_code("domain", ("alarm", "music"), [0] * 100)], [a_share(was, now)])
    (cell,) = cells
    assert (cell.kind, cell.value, cell.metric, cell.locale) == (
        "domain",
        "alarm",
        "intent_acc",
        None,
    )
    assert (cell.n, cell.n_clusters, cell.flips) == (100, 100, Flips(80, 9, 2, 9))
    assert (cell.baseline, cell.candidate) == (pytest.approx(0.89), pytest.approx(0.82))
    assert cell.delta == (2 - 9) / 100
    low, high = bonett_price(9, 2, 100, 0.9)
    assert (cell.low, cell.high) == (pytest.approx(float(low)), pytest.approx(float(high)))
    assert cell.p == cell.p_adjusted == pytest.approx(float(mcnemar_worse(9, 2)))
    assert cell.method is SliceMethod.MCNEMAR


def test_translations_of_one_utterance_are_one_cluster() -> None:
    was, now = outcomes(80, 9, 2, 9)
    one = measured([by_code("domain", ("alarm",), [0] * 100)], [a_share(was, now)])[0]
    (cell,) = measured(
        [by_code("domain", ("alarm",), [0] * 400)],
        [a_share(np.tile(was, 4), np.tile(now, 4))],
        locales=("a", "b", "c", "d"),
        locale=np.repeat(np.arange(4), 100),
        cluster=np.tile(np.arange(100), 4),
    )
    assert (cell.n, cell.n_clusters, cell.method) == (400, 100, SliceMethod.LINEARISED)
    # Four locales that flip alike say no more than one: McNemar's p of 36 and 8 flips is 1e-5.
    assert cell.p == pytest.approx(one.p, abs=0.01)
    assert cell.delta == one.delta


def test_a_row_may_be_in_several_parts_and_counts_once_in_each() -> None:
    was, now = outcomes(80, 10, 0, 10)
    rows = np.concatenate([np.arange(100), np.arange(80, 90), np.arange(80, 90)])
    codes = np.concatenate([np.zeros(100, np.int64), np.ones(20, np.int64)])
    slots = Slicing("slot type", ("time", "date"), rows, codes)
    time, date = measured([slots], [a_share(was, now)], n_min=10)
    assert (time.n, date.n) == (100, 10)
    assert date.flips == Flips(0, 10, 0, 0)


def test_ratios_take_the_linearised_difference_and_errors_turn_round() -> None:
    rng = np.random.default_rng(1)
    words = 1.0 + rng.poisson(6, 200)
    e_old, e_new = rng.binomial(words.astype(int), 0.1), rng.binomial(words.astype(int), 0.15)
    wer = SlicedMetric("wer", 1.0 * e_old, words, 1.0 * e_new, words, is_error=True)
    (cell,) = measured([by_code("domain", ("alarm",), [0] * 200)], [wer])
    plain = ratio_differences(
        wer.numerator_a,
        words,
        wer.numerator_b,
        words,
        group_clusters(np.arange(200), np.zeros(200, np.int64), 1),
    )
    assert cell.baseline == pytest.approx(e_old.sum() / words.sum())
    assert cell.candidate == pytest.approx(e_new.sum() / words.sum())
    assert cell.delta == pytest.approx(-plain.delta[0])
    assert cell.delta is not None and cell.delta < 0
    low, high = plain.interval(0.9)
    assert (cell.low, cell.high) == (pytest.approx(-high[0]), pytest.approx(-low[0]))
    assert cell.p == pytest.approx(1 - plain.p_below_zero()[0])
    assert cell.flips is None


def test_a_slice_of_all_locales_names_its_worst() -> None:
    was = np.ones(300)
    now = np.ones(300)
    now[200:220] = 0
    common: dict[str, Any] = {
        "locales": ("hi-IN", "is-IS", "sw-KE"),
        "locale": np.repeat([0, 1, 2], 100),
        "cluster": np.arange(300),
    }
    slicing = by_code("domain", ("alarm",), [0] * 300)
    (whole,) = measured([slicing], [a_share(was, now)], **common)
    assert whole.delta == pytest.approx(-20 / 300)
    assert (whole.worst_locale, whole.worst_delta) == ("sw-KE", pytest.approx(-0.2))
    cells = measured([slicing], [a_share(was, now)], per_locale=True, **common)
    assert [cell.locale for cell in cells] == [None, "hi-IN", "is-IS", "sw-KE"]
    assert [cell.worst_locale for cell in cells] == ["sw-KE", None, None, None]
    assert [cell.n for cell in cells] == [300, 100, 100, 100]


def test_equally_bad_locales_give_the_first() -> None:
    (cell,) = measured(
        [by_code("domain", ("alarm",), [0] * 200)],
        [a_share(np.ones(200), np.tile([1, 1, 1, 0], 50))],
        locales=("hi-IN", "sw-KE"),
        locale=np.repeat([0, 1], 100),
    )
    assert cell.worst_locale == "hi-IN"


def test_small_slices_are_shown_without_a_test_and_leave_the_family() -> None:
    was, now = outcomes(60, 6, 0, 4)
    codes = [0] * 41 + [1] * 29
    large, small = measured([by_code("domain", ("alarm", "music"), codes)], [a_share(was, now)])
    assert (small.n, small.baseline is not None, small.flips is not None) == (29, True, True)
    assert small.p is small.p_adjusted is small.low is small.high is None
    assert large.p is not None
    assert large.p_adjusted == large.p


def test_few_speakers_are_shown_without_a_test() -> None:
    was, now = outcomes(60, 20, 0, 20)
    (cell,) = measured(
        [by_code("domain", ("alarm",), [0] * 100)], [a_share(was, now)], cluster=np.arange(100) % 9
    )
    assert (cell.n, cell.n_clusters, cell.p, cell.worst_locale) == (100, 9, None, None)


def test_p_is_corrected_over_slicings_metrics_and_locales_together() -> None:
    rng = np.random.default_rng(3)
    n = 1200
    metrics = [
        a_share(rng.random(n) < 0.9, rng.random(n) < 0.85, key)
        for key in ("intent_acc", "ex_match_acc")
    ]
    slicings = [
        by_code("domain", ("alarm", "music", "news"), rng.integers(0, 3, n)),
        by_code("length", LENGTH_BUCKETS, bucket_lengths(1 + rng.poisson(5.9, n))),
    ]
    locale = rng.integers(0, 2, n)
    cells = measured(slicings, metrics, locales=("hi-IN", "sw-KE"), locale=locale, per_locale=True)
    tested = [cell for cell in cells if cell.p is not None]
    assert len(tested) > 24
    expected = false_discovery_control([cell.p for cell in tested])
    assert [cell.p_adjusted for cell in tested] == pytest.approx(expected.tolist())


def test_slices_stand_in_the_order_in_which_they_were_asked_for() -> None:
    was, now = outcomes(50, 20, 10, 20)
    slicing = by_code("domain", ("music", "alarm", "empty"), np.arange(100) % 2)
    other = by_code("dialect", ("coast",), [0] * 100)
    metrics = [a_share(was, now, "ex_match_acc"), a_share(was, now, "intent_acc")]
    cells = measured([slicing, other], metrics)
    assert [(cell.kind, cell.value, cell.metric) for cell in cells] == [
        ("domain", "music", "ex_match_acc"),
        ("domain", "music", "intent_acc"),
        ("domain", "alarm", "ex_match_acc"),
        ("domain", "alarm", "intent_acc"),
        ("dialect", "coast", "ex_match_acc"),
        ("dialect", "coast", "intent_acc"),
    ]
    assert cells == measured([slicing, other], metrics)


def test_f1_without_a_span_in_the_slice_is_unknown() -> None:
    none = np.zeros(40)
    f1 = SlicedMetric("slot_micro_f1", none, none, none, none)
    (cell,) = measured([by_code("domain", ("alarm",), [0] * 40)], [f1])
    assert (cell.n, cell.baseline, cell.delta, cell.p, cell.worst_locale) == (
        40,
        None,
        None,
        None,
        None,
    )


def test_nothing_that_changed_has_no_interval_and_is_not_worse() -> None:
    spans = np.tile([2.0, 4.0], 50)
    f1 = SlicedMetric("slot_micro_f1", spans, spans + 1, spans, spans + 1)
    (cell,) = measured([by_code("domain", ("alarm",), [0] * 100)], [f1])
    assert (cell.delta, cell.low, cell.high, cell.p) == (0.0, None, None, 1.0)


def test_a_slicing_without_rows_or_parts_gives_nothing() -> None:
    nobody = np.array([], np.int64)
    was, now = outcomes(50, 20, 10, 20)
    slicings = [Slicing("dialect", ("coast",), nobody, nobody), Slicing("none", (), nobody, nobody)]
    assert measured(slicings, [a_share(was, now)]) == ()


def test_lengths_fall_into_buckets_that_double() -> None:
    lengths = [0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 500]
    named = [LENGTH_BUCKETS[i] for i in bucket_lengths(lengths)]
    assert named == [
        "0", "1", "2-3", "2-3", "4-7", "4-7", "8-15", "8-15", "16-31", "16-31", "32+", "32+",
    ]  # fmt: skip
