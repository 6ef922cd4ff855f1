"""Values that a model names are found where they stand, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vernacular.assistants.in_context.value_places import place_values
from vernacular.corpus.annotation import check_slots


def places(text: str, *values: str, locale: str = "en-US") -> list[str]:
    """``value@start`` of each slot that was found, from left to right."""
    found = place_values(text, locale, [(str(i), value) for i, value in enumerate(values)])
    return [f"{text[one.start : one.end]}@{one.start}" for one in found]


@pytest.mark.parametrize(
    ("text", "values", "found"),
    [
        ("wake me at five", ["five"], ["five@11"]),
        ("same am", ["am"], ["am@5"]),  # the word, not the part of one before it
        ("from five to five", ["five", "five"], ["five@5", "five@13"]),
        ("from five to five", ["five", "five", "five"], ["five@5", "five@13"]),
        ("five am", ["five am", "five"], ["five am@0"]),  # its only place is taken
        ("tomorrow at five", ["five", "tomorrow"], ["tomorrow@0", "five@12"]),
        ("Friday please", ["friday"], ["Friday@0"]),
        ("straße", ["STRAßE"], ["straße@0"]),
        ("un cafe\u0301", ["caf\u00e9"], ["cafe\u0301@3"]),
        ("play", ["music"], []),
        ("play", [""], []),
        ("play", [" play "], ["play@0"]),
        ("play", ["  "], []),
        ("saat beşte", ["beş"], ["beş@5"]),  # a suffix stays outside, as the model wanted it
    ],
)
def test_a_value_is_found_where_it_stands(text: str, values: list[str], found: list[str]) -> None:
    assert places(text, *values) == found


def test_a_grapheme_cluster_is_never_cut() -> None:
    """The letter alone is not the letter with its vowel sign, nor a person the family."""
    assert places("कि", "क", locale="hi-IN") == []
    assert places("👩‍👩‍👧 hi", "👩") == []


def test_characters_are_words_where_slots_are_given_to_characters() -> None:
    assert places("明天早上五点叫醒我", "早上五点", locale="zh-CN") == ["早上五点@2"]


TEXT = st.text(alphabet="ab क\u093f\u0301e\u200d👩 \n", max_size=12)


@given(text=TEXT, values=st.lists(TEXT, max_size=5))
def test_what_is_found_is_always_good_slots(text: str, values: list[str]) -> None:
    slots = place_values(text, "en-US", [("label", value) for value in values])
    check_slots(text, slots)


@given(text=TEXT.filter(str.strip))
def test_a_whole_text_is_found_in_itself(text: str) -> None:
    (slot,) = place_values(text, "en-US", [("label", text)])
    assert text[slot.start : slot.end] == text.strip()
