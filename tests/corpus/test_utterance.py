import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vernacular.corpus.utterance import AnnotatedUtterance, Slot, content_hash

TIME = Slot("time", 11, 18)


def test_an_utterance_cannot_be_changed_in_place() -> None:
    utterance = AnnotatedUtterance("1", "sw-KE", "test", "alarm", "alarm_set", "niamshe", ())
    with pytest.raises(dataclasses.FrozenInstanceError):
        utterance.text = "amka"  # type: ignore[misc]


def test_each_part_of_the_content_changes_the_hash() -> None:
    contents = [
        ("en-US", "wake me at five am", "alarm", "alarm_set", (TIME,)),
        ("en-GB", "wake me at five am", "alarm", "alarm_set", (TIME,)),
        ("en-US", "wake me at five a.m.", "alarm", "alarm_set", (TIME,)),
        ("en-US", "wake me at five am", "calendar", "alarm_set", (TIME,)),
        ("en-US", "wake me at five am", "alarm", "alarm_query", (TIME,)),
        ("en-US", "wake me at five am", "alarm", "alarm_set", ()),
        ("en-US", "wake me at five am", "alarm", "alarm_set", (Slot("date", 11, 18),)),
        ("en-US", "wake me at five am", "alarm", "alarm_set", (Slot("time", 11, 15),)),
    ]
    assert len({content_hash(*content) for content in contents}) == len(contents)


@given(st.text(), st.text(min_size=1))
def test_text_moved_between_fields_changes_the_hash(text: str, moved: str) -> None:
    left = content_hash("en-US", text + moved, "", "i", ())
    right = content_hash("en-US", text, moved, "i", ())
    assert left != right


def test_a_hash_tells_composed_from_decomposed_text() -> None:
    texts = ("caf\u00e9", "cafe\u0301")
    assert len({content_hash("fr-FR", text, "d", "i", ()) for text in texts}) == 2


def test_the_order_in_which_slots_are_given_does_not_matter() -> None:
    first = Slot("date", 0, 4)
    assert content_hash("en-US", "text", "d", "i", (first, TIME)) == content_hash(
        "en-US", "text", "d", "i", (TIME, first)
    )


def test_the_hash_is_of_a_form_that_any_language_can_build() -> None:
    # Frozen suites live for years, so the value itself is part of the contract. By hand:
    # printf '%s' '["ja-JP","\\u4e94\\u6642","alarm","alarm_set",[[0,2,"time"]]]' | sha256sum
    expected = "1811695d1b969f672985cf056a263a6fe724a6bad2acc00910255eb5a05ad4ab"
    assert content_hash("ja-JP", "五時", "alarm", "alarm_set", [Slot("time", 0, 2)]) == expected
