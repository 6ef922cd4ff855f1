"""What carries over from turn to turn."""

from __future__ import annotations

from vernacular.assistants.contract import Dialogue
from vernacular.assistants.dialogue import carry_over, domain_of
from vernacular.assistants.stages import Understanding
from vernacular.corpus.utterance import Slot

ALARM = Dialogue("alarm_set", (("date", "tomorrow"), ("time", "five")))


def test_a_first_turn_establishes_what_it_says() -> None:
    understood = Understanding("alarm_set", 0.9, (Slot("time", 8, 11),))
    found = carry_over(None, "wake me six", understood, asks_back=False)
    assert found == Dialogue("alarm_set", (("time", "six"),))


def test_a_value_said_again_replaces_the_earlier_one_and_the_others_hold() -> None:
    understood = Understanding("alarm_set", 0.9, (Slot("time", 3, 6),))
    found = carry_over(ALARM, "at six", understood, asks_back=False)
    assert found.values == (("date", "tomorrow"), ("time", "six"))


def test_values_hold_within_a_domain_and_not_beyond() -> None:
    same = carry_over(ALARM, "cancel it", Understanding("alarm_remove", 0.9, ()), asks_back=False)
    other = carry_over(ALARM, "play jazz", Understanding("play_music", 0.9, ()), asks_back=False)
    assert same == Dialogue("alarm_remove", ALARM.values)
    assert other == Dialogue("play_music", ())


def test_a_doubtful_turn_adds_nothing_to_what_was_established() -> None:
    doubtful = Understanding("play_music", 0.1, (Slot("artist", 0, 3),))
    found = carry_over(ALARM, "abc", doubtful, asks_back=True)
    assert found == Dialogue("alarm_set", ALARM.values, asked_back=True)


def test_a_doubtful_first_turn_establishes_nothing() -> None:
    doubtful = Understanding("play_music", 0.1, ())
    assert carry_over(None, "abc", doubtful, asks_back=True) == Dialogue(asked_back=True)


def test_an_answer_to_a_clarifying_question_goes_on_where_the_question_was_asked() -> None:
    asked = Dialogue("alarm_set", ALARM.values, asked_back=True)
    understood = Understanding("alarm_set", 0.9, (Slot("time", 0, 3),))
    found = carry_over(asked, "six", understood, asks_back=False)
    assert found == Dialogue("alarm_set", (("date", "tomorrow"), ("time", "six")))


def test_a_turn_without_intent_carries_nothing() -> None:
    found = carry_over(ALARM, "", Understanding(None, None, ()), asks_back=False)
    assert found == Dialogue(None, ())
    assert domain_of(None) is None
