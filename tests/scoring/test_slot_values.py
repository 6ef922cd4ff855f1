"""Slot values over heard text: right label and right value, wherever they stand."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vernacular.scoring.slot_values import (
    SlotValue,
    find_value_rules,
    score_slot_values,
    slot_values,
)


@dataclass(frozen=True)
class Slot:
    label: str
    start: int
    end: int


def score(
    reference: list[SlotValue], hypothesis: list[SlotValue], locale: str = "en-US"
) -> tuple[int, int, int]:
    return score_slot_values(reference, hypothesis, find_value_rules(locale))


def test_values_are_cut_out_of_the_text_by_code_points() -> None:
    slots = [Slot("date", 0, 2), Slot("device_type", 6, 9)]
    assert slot_values("👍🏽 on tv!", slots) == [("date", "👍🏽"), ("device_type", "tv!")]


def test_a_value_counts_wherever_it_stands() -> None:
    said, heard = "wake me at five am on friday", "on friday please wake me at five am"
    reference = slot_values(said, [Slot("time", 11, 18), Slot("date", 22, 28)])
    hypothesis = slot_values(heard, [Slot("date", 3, 9), Slot("time", 28, 35)])
    assert score(reference, hypothesis) == (2, 0, 0)


def test_one_value_right_one_wrong_one_missed() -> None:
    reference = [("time", "five am"), ("date", "friday"), ("person", "ada")]
    hypothesis = [("time", "five am"), ("date", "sunday")]
    tp, fp, fn = score(reference, hypothesis)
    assert (tp, fp, fn) == (1, 1, 2)
    # 2 TP / (2 TP + FP + FN) = 2 / 5.
    assert 2 * tp / (2 * tp + fp + fn) == 0.4


def test_a_right_value_under_a_wrong_label_is_wrong_on_both_sides() -> None:
    assert score([("date", "may")], [("person", "may")]) == (0, 1, 1)


def test_a_value_given_twice_counts_twice() -> None:
    once, twice = [("person", "ada")], [("person", "ada"), ("person", "ada")]
    assert score(twice, twice) == (2, 0, 0)
    assert score(once, twice) == (1, 1, 0)
    assert score(twice, once) == (1, 0, 1)


def test_a_failed_result_misses_every_value() -> None:
    assert score([("date", "friday"), ("time", "noon")], []) == (0, 0, 2)


def test_without_slots_there_is_nothing_to_count() -> None:
    assert score([], []) == (0, 0, 0)


@pytest.mark.parametrize(
    ("locale", "reference", "hypothesis"),
    [
        ("en-US", "Five A.M.", "five a m"),
        ("tr-TR", "IŞIK", "ışık"),
        ("hi-IN", "५ बजे", "5 बजे"),
        ("ja-JP", "明日 の 朝", "明日の朝"),
        ("th-TH", "ห้อง ครัว", "ห้องครัว"),
        ("ko-KR", "여섯시", "여섯 시"),
    ],
)
def test_two_spellings_of_one_value_are_equal(locale: str, reference: str, hypothesis: str) -> None:
    assert score([("time", reference)], [("time", hypothesis)], locale) == (1, 0, 0)


@pytest.mark.parametrize(
    ("locale", "reference", "hypothesis"),
    [
        ("th-TH", "ใกล้", "ไกล"),
        ("hi-IN", "दिन", "दीन"),
        ("tr-TR", "kır", "kir"),
        ("en-US", "alarm clock", "alarmclock"),
    ],
)
def test_two_values_that_sound_alike_stay_apart(
    locale: str, reference: str, hypothesis: str
) -> None:
    assert score([("place_name", reference)], [("place_name", hypothesis)], locale) == (0, 1, 1)


values = st.lists(st.tuples(st.sampled_from("xy"), st.sampled_from(["a", "A", "b", "a b"])))


@given(values, values)
def test_the_counts_cover_both_sides(
    reference: list[SlotValue], hypothesis: list[SlotValue]
) -> None:
    tp, fp, fn = score_slot_values(reference, hypothesis, str.casefold)
    assert (tp + fn, tp + fp) == (len(reference), len(hypothesis))
    assert score_slot_values(hypothesis, reference, str.casefold) == (tp, fn, fp)
    unmatched = Counter((label, value.casefold()) for label, value in reference)
    unmatched.subtract((label, value.casefold()) for label, value in hypothesis)
    assert fn == sum(surplus for surplus in unmatched.values() if surplus > 0)
