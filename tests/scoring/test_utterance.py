"""The score of one utterance: right, wrong in one way, wrong in every way, failed."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from vernacular.scoring.utterance import UnderstandingScore, score_understanding


@dataclass(frozen=True)
class Slot:
    label: str
    start: int
    end: int


#        wake  me    at      five      am
WORDS = [(0, 4), (5, 7), (8, 10), (11, 15), (16, 18)]
TIME = Slot("time", 11, 18)


def score(
    intent: str | None, slots: list[Slot], reference_slots: list[Slot] | None = None
) -> UnderstandingScore:
    expected = [TIME] if reference_slots is None else reference_slots
    return score_understanding(WORDS, "alarm_set", expected, intent, slots)


def test_right_intent_and_slots_are_exact() -> None:
    assert score("alarm_set", [TIME]) == UnderstandingScore(1, 1, 1, 0, 0)


def test_a_wrong_intent_keeps_its_right_slots() -> None:
    assert score("alarm_query", [TIME]) == UnderstandingScore(0, 0, 1, 0, 0)


def test_a_slot_too_short_is_both_false_and_missed() -> None:
    assert score("alarm_set", [Slot("time", 11, 15)]) == UnderstandingScore(1, 0, 0, 1, 1)


def test_a_slot_too_many_is_not_exact() -> None:
    person = Slot("person", 5, 7)
    assert score("alarm_set", [TIME, person]) == UnderstandingScore(1, 0, 1, 1, 0)
    assert score("alarm_set", [person], []) == UnderstandingScore(1, 0, 0, 1, 0)


def test_a_failed_result_is_wrong_and_misses_every_slot() -> None:
    assert score(None, []) == UnderstandingScore(0, 0, 0, 0, 1)
    assert score(None, [], []) == UnderstandingScore(0, 0, 0, 0, 0)


def test_without_slots_the_intent_decides() -> None:
    assert score("alarm_set", [], []) == UnderstandingScore(1, 1, 0, 0, 0)


def test_spaces_inside_a_span_do_not_matter() -> None:
    assert score("alarm_set", [Slot("time", 10, 18)]).exact == 1


def test_a_reference_slot_over_no_word_cannot_be_missed() -> None:
    assert score("alarm_set", [], [Slot("time", 4, 5)]) == UnderstandingScore(1, 1, 0, 0, 0)


slots_of_words = st.lists(
    st.builds(
        lambda label, i, j: Slot(label, WORDS[min(i, j)][0], WORDS[max(i, j)][1]),
        st.sampled_from(["time", "date"]),
        st.integers(0, 4),
        st.integers(0, 4),
    ),
    max_size=3,
)


@given(slots_of_words, slots_of_words, st.sampled_from(["alarm_set", "alarm_query", None]))
def test_exact_means_right_intent_and_neither_false_nor_missed_slots(
    reference: list[Slot], hypothesis: list[Slot], intent: str | None
) -> None:
    found = score(intent, hypothesis, reference)
    assert found.exact == int(intent == "alarm_set" and found.fp == 0 and found.fn == 0)


@given(slots_of_words, slots_of_words)
def test_swapping_the_sides_swaps_false_and_missed(one: list[Slot], other: list[Slot]) -> None:
    forth = score("alarm_set", other, one)
    back = score("alarm_set", one, other)
    assert (forth.tp, forth.fp, forth.fn) == (back.tp, back.fn, back.fp)
