"""What a person says of a turn: it is corrected, rated, tagged and noted in place."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.live.conversation import AnsweringDouble, AssistantsDouble, write_release
from tests.ui.pages import Visitor, open_page, read
from tests.ui.talking import open_turn, stored_turns, talk
from vernacular.assistants.contract import Answer
from vernacular.corpus.utterance import Slot
from vernacular.people.sign_in import sign_out
from vernacular.wiring import Wiring


@pytest.fixture
def tester(wiring: Wiring, sign_in: Callable[..., Visitor]) -> Visitor:
    write_release(wiring.store)
    return sign_in()


def test_marking_words_stores_a_correction_and_says_so(wiring: Wiring, tester: Visitor) -> None:
    at = open_turn(open_page(session=talk(wiring, tester)))
    at.pills(key="turn.1.words").set_value([0, 1])
    at.selectbox(key="turn.1.label").set_value("person")
    at.button(key="turn.1.mark").click().run()
    (turn,) = stored_turns(wiring)
    assert turn.correction is not None
    assert turn.correction.slots == (Slot("person", 0, 7), Slot("time", 11, 18))
    assert "✓ Saved" in read(at)
    assert at.pills(key="turn.1.words").value == []


def test_words_that_belong_to_another_value_are_refused_in_a_sentence(
    wiring: Wiring, tester: Visitor
) -> None:
    at = open_turn(open_page(session=talk(wiring, tester)))
    at.pills(key="turn.1.words").set_value([3])
    at.selectbox(key="turn.1.label").set_value("date")
    at.button(key="turn.1.mark").click().run()
    assert "These words belong to another value already" in read(at)
    assert stored_turns(wiring)[0].correction is None


def test_marking_without_words_says_what_is_missing(wiring: Wiring, tester: Visitor) -> None:
    at = open_turn(open_page(session=talk(wiring, tester)))
    at.button(key="turn.1.mark").click().run()
    assert "Choose the words first, then what they are." in read(at)


def test_a_value_can_be_removed(wiring: Wiring, tester: Visitor) -> None:
    at = open_turn(open_page(session=talk(wiring, tester)))
    at.button(key="turn.1.remove.11").click().run()
    correction = stored_turns(wiring)[0].correction
    assert correction is not None and correction.slots == ()
    assert "You corrected:" in read(at)


def test_another_intent_is_stored_as_soon_as_it_is_chosen(wiring: Wiring, tester: Visitor) -> None:
    at = open_turn(open_page(session=talk(wiring, tester)))
    at.selectbox(key="turn.1.intent").set_value("alarm_remove").run()
    correction = stored_turns(wiring)[0].correction
    assert correction is not None and correction.intent == "alarm_remove"
    assert "✓ Saved" in read(at)


def test_saying_that_all_is_correct_is_stored_too(wiring: Wiring, tester: Visitor) -> None:
    at = open_turn(open_page(session=talk(wiring, tester)))
    at.button(key="turn.1.confirm").click().run()
    correction = stored_turns(wiring)[0].correction
    assert correction is not None and correction.intent == "alarm_set"
    assert "You said: all correct" in read(at)


def test_rating_tags_and_note_are_stored_together(wiring: Wiring, tester: Visitor) -> None:
    at = open_page(session=talk(wiring, tester))
    at.feedback(key="turn.1.rating").set_value(1).run()
    open_turn(at)
    at.pills(key="turn.1.tags").set_value(["too_slow"]).run()
    at.text_input(key="turn.1.note").set_value("nusu saa").run()
    judgment = stored_turns(wiring)[0].judgment
    assert judgment is not None
    assert (judgment.rating, judgment.tags, judgment.note) == (2, ("too_slow",), "nusu saa")
    assert "✓ Saved" in read(at)


def test_a_page_whose_sign_in_ended_stores_no_judgment(wiring: Wiring, tester: Visitor) -> None:
    at = open_turn(open_page(session=talk(wiring, tester)))
    with wiring.store.writing() as db:
        sign_out(db, tester.token)
    at.feedback(key="turn.1.rating").set_value(1).run()
    (turn,) = stored_turns(wiring)
    assert turn.judgment is None


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        ("release 'pocket-1' is still loading; try again in a moment", "ask again in a minute."),
        ("the model host at http://127.0.0.1:8710 took too long", "you can ask again."),
    ],
)
def test_who_asks_an_assistant_that_is_starting_is_told_to_wait(
    wiring: Wiring, tester: Visitor, error: str, sentence: str
) -> None:
    wiring.__dict__["assistants"] = AssistantsDouble(AnsweringDouble(Answer(error=error)))
    (warning,) = open_page(session=talk(wiring, tester)).warning
    assert warning.value.endswith(sentence)
    assert ("just starting" in warning.value) == ("loading" in error)
