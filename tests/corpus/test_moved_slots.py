from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vernacular.corpus.annotation import check_slots
from vernacular.corpus.moved_slots import move_slots
from vernacular.corpus.utterance import Slot


@pytest.mark.parametrize(
    ("before", "after", "slots", "expected"),
    [
        ("wake me at five", "please wake me at five", [Slot("time", 11, 15)], ["five"]),
        ("wake me at fife am", "wake me at five am", [Slot("time", 11, 18)], ["five am"]),
        ("play jass", "play some jazz", [Slot("genre", 5, 9)], ["jazz"]),
        ("five songs at five", "at five", [Slot("time", 14, 18)], ["five"]),
        ("wake me at five", "wake me", [Slot("time", 11, 15)], []),
        ("", "wake me", [], []),
        ("我要听周杰伦", "我想要听周杰伦的歌", [Slot("artist", 3, 6)], ["周杰伦"]),
        ("أيقظني الخامسة", "أيقظني في الخامسة", [Slot("time", 7, 14)], ["الخامسة"]),
    ],
)
def test_a_slot_goes_with_its_words(
    before: str, after: str, slots: list[Slot], expected: list[str]
) -> None:
    moved = move_slots(before, after, slots)
    assert [after[one.start : one.end] for one in moved] == expected


WORDS = st.lists(
    st.sampled_from(["wake", "me", "at", "five", "क्षि", "👩‍👩‍👧", "é", "日", "في"]), max_size=8
)


@given(WORDS, WORDS, st.data())
def test_what_moved_is_always_a_valid_marking(
    before: list[str], after: list[str], data: st.DataObject
) -> None:
    text = " ".join(before)
    slots, at = [], 0
    for word in before:
        if data.draw(st.booleans()):
            slots.append(Slot("value", at, at + len(word)))
        at += len(word) + 1
    check_slots(" ".join(after), move_slots(text, " ".join(after), slots))


@given(WORDS)
def test_the_same_text_keeps_every_slot(words: list[str]) -> None:
    text, at, slots = " ".join(words), 0, []
    for word in words:
        slots.append(Slot("value", at, at + len(word)))
        at += len(word) + 1
    assert move_slots(text, text, slots) == tuple(slots)
