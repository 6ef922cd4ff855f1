"""What was expected and answered, in one line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.made_reports import a_flip, an_answer
from vernacular.corpus.utterance import Slot
from vernacular.reports.comparison.understood import (
    answer_line,
    expected_line,
    is_as_expected,
    is_heard,
    isolate,
)
from vernacular.store.judged_items import JudgedAnswer
from vernacular.store.tables.runs import ResultStatus

TIME = Slot("time", 10, 17)


def test_slots_are_named_with_their_values() -> None:
    assert expected_line(a_flip(), str) == "alarm_set [time: الخامسة]"
    assert expected_line(a_flip()) == "alarm_set [time: \u2068الخامسة\u2069]"


def test_where_nothing_is_to_be_understood_the_words_are_expected() -> None:
    assert expected_line(a_flip(expected_intent="", expected_slots=())) == "as said"


def test_what_the_scores_take_for_the_same_words_was_heard() -> None:
    moved = Slot("time", 12, 19)
    answer = an_answer("alarm_set", moved, transcript="«أيقظني، في الخامسة!»")
    assert is_as_expected(a_flip(), answer)
    other = an_answer("alarm_set", Slot("date", 12, 19), transcript="«أيقظني، في الخامسة!»")
    assert (is_heard(a_flip(), other), is_as_expected(a_flip(), other)) == (True, False)
    assert not is_heard(a_flip(), an_answer(None, transcript="أيقظني في السادسة"))


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (an_answer("play_music"), "play_music"),
        (an_answer(None), "no intent"),
        (an_answer(None, transcript="أيقظ"), "heard أيقظ"),
        (
            an_answer("alarm_set", Slot("date", 0, 3), transcript="غدا"),
            "heard غدا: alarm_set [date: غدا]",
        ),
        (an_answer(None, status=ResultStatus.FAILED), "failed"),
        (an_answer(None, status=ResultStatus.FAILED, error="timed out"), "failed: timed out"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_an_answer_says_what_was_heard_and_why_there_is_none(
    answer: JudgedAnswer, line: str
) -> None:
    assert answer_line(a_flip(), answer, str) == line


@pytest.mark.parametrize(
    ("answer", "is_expected"),
    [
        (an_answer("alarm_set", TIME), True),
        (an_answer("alarm_set"), False),
        (an_answer("play_music", TIME), False),
        (an_answer(None), False),
        (an_answer(None, transcript="أيقظني في الخامسة"), True),
        (an_answer("alarm_set", TIME, transcript="أيقظني في السادسة"), False),
        (an_answer("alarm_set", TIME, status=ResultStatus.FAILED), False),
    ],
)
def test_as_expected_means_heard_understood_and_marked(
    answer: JudgedAnswer, is_expected: bool
) -> None:
    assert is_as_expected(a_flip(), answer) is is_expected


@given(st.text(st.sampled_from("ab\u2066\u2067\u2068\u2069\u202e")))
def test_an_isolated_text_ends_where_it_ends(text: str) -> None:
    """Only the last mark closes the first (UAX 9, BD9)."""
    depth, depths = 0, []
    for character in isolate(text):
        depth += (character in "\u2066\u2067\u2068") - (character == "\u2069")
        depths.append(depth)
    assert depths[-1] == 0
    assert 0 not in depths[:-1]
