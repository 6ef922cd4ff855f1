"""What a person says she really said: it saves itself, and nothing that she typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.clips.recordings import record
from tests.live.conversation import (
    ANSWER,
    TEXT,
    AnsweringDouble,
    AssistantsDouble,
    UnavailableDouble,
    begin,
    write_release,
)
from tests.ui.pages import Visitor, open_page, read
from tests.ui.talking import open_turn, stored_turns
from vernacular.clips.folder import ClipFolder
from vernacular.corpus.utterance import Slot
from vernacular.live.corrections import CorrectionView
from vernacular.live.said import Said, keep_recording
from vernacular.live.turns import ask
from vernacular.store.tables import Correction
from vernacular.wiring import Wiring

SAID = "turn.1.said"


@pytest.fixture
def tester(wiring: Wiring, sign_in: Callable[..., Visitor]) -> Visitor:
    write_release(wiring.store)
    return sign_in()


@pytest.fixture
def at(wiring: Wiring, tester: Visitor, tmp_path: Path) -> AppTest:
    """A page with one spoken turn, opened; it was heard as "wake me at five am"."""
    answer = replace(ANSWER, transcript=TEXT)
    return speak(wiring, tester, tmp_path, AnsweringDouble(answer))


def speak(
    wiring: Wiring, tester: Visitor, folder: Path, assistant: AnsweringDouble | UnavailableDouble
) -> AppTest:
    wiring.__dict__["clips"] = clips = ClipFolder(folder)
    wiring.__dict__["assistants"] = AssistantsDouble(assistant)
    session = begin(wiring.store, tester.id)
    said = Said(clip=keep_recording(wiring.store, clips, record()).content_hash)
    ask(wiring.store, clips, wiring.assistants, session.id, tester.id, "key", said)
    return open_turn(open_page(session=str(session.id)))


def write(at: AppTest, text: str) -> AppTest:
    """Writes what was said and leaves the field."""
    return at.text_area(key=SAID).set_value(text).run()


def close_and_open(at: AppTest) -> AppTest:
    at.toggle(key="turn.1.open").set_value(False).run()
    return open_turn(at)


def stored(wiring: Wiring) -> CorrectionView:
    """Returns the newest correction."""
    correction = stored_turns(wiring)[0].correction
    assert correction is not None
    return correction


def n_stored(wiring: Wiring) -> int:
    with wiring.store.reading() as db:
        return db.query(Correction).count()


def test_what_was_said_is_stored_as_soon_as_its_field_is_left(wiring: Wiring, at: AppTest) -> None:
    write(at, "wake me at nine am")
    assert (stored(wiring).text, stored(wiring).slots) == (
        "wake me at nine am",
        (Slot("time", 11, 18),),
    )
    shown = read(at)
    assert "✓ Saved" in shown and "1 of 5 words heard wrong" in shown
    assert "Not saved yet." not in shown
    assert close_and_open(at).text_area(key=SAID).value == "wake me at nine am"


def test_it_is_stored_when_the_turn_is_closed_right_after_typing(
    wiring: Wiring, at: AppTest
) -> None:
    at.text_area(key=SAID).set_value("wake me at nine am")
    at.toggle(key="turn.1.open").set_value(False).run()
    assert stored(wiring).text == "wake me at nine am"


def test_a_text_that_says_nothing_new_stores_nothing(wiring: Wiring, at: AppTest) -> None:
    write(at, f"  {TEXT} ")
    assert n_stored(wiring) == 0
    write(at, "wake me at nine am")
    at.button(key="turn.1.save_said").click().run()
    write(at, "wake me at nine am ")
    assert n_stored(wiring) == 1


def test_a_click_that_leaves_the_field_works_on_the_text_it_leaves(
    wiring: Wiring, at: AppTest
) -> None:
    at.text_area(key=SAID).set_value("please wake me at nine am")
    at.button(key="turn.1.save_said").click().run()
    assert stored(wiring).slots == (Slot("time", 18, 25),)
    at.text_area(key=SAID).set_value("wake me at nine am")
    at.button(key="turn.1.remove.18").click().run()
    assert (stored(wiring).text, stored(wiring).slots) == ("wake me at nine am", ())


def test_words_are_marked_that_were_chosen_also_where_the_text_changes_with_it(
    wiring: Wiring, at: AppTest
) -> None:
    at.pills(key="turn.1.words").set_value([1])
    at.selectbox(key="turn.1.label").set_value("person")
    at.text_area(key=SAID).set_value("please wake me at five am")
    at.button(key="turn.1.mark").click().run()
    assert stored(wiring).slots == (Slot("person", 12, 14), Slot("time", 18, 25))


def test_a_text_that_was_stored_half_typed_costs_no_value(wiring: Wiring, at: AppTest) -> None:
    write(at, "wake me")
    assert stored(wiring).slots == ()
    at.selectbox(key="turn.1.intent").set_value("alarm_query").run()
    write(at, "wake me at nine am")
    assert stored(wiring).slots == (Slot("time", 11, 18),)
    assert stored(wiring).intent == "alarm_query"


def test_a_value_that_was_removed_does_not_come_back_with_another_text(
    wiring: Wiring, at: AppTest
) -> None:
    write(at, "wake me at nine am")
    at.button(key="turn.1.remove.11").click().run()
    write(at, "wake me up at nine am")
    assert stored(wiring).slots == ()


def test_another_sentence_takes_no_values_along(wiring: Wiring, at: AppTest) -> None:
    write(at, "what is the weather in paris tomorrow")
    assert stored(wiring).slots == ()


@pytest.mark.parametrize("signs", ["!!! ...", "🎉🎉", " "])
def test_a_text_without_a_word_is_refused_in_a_sentence_and_kept(
    wiring: Wiring, at: AppTest, signs: str
) -> None:
    write(at, signs)
    assert n_stored(wiring) == 0
    assert "There is no word in what you wrote." in read(at)
    assert "Not saved yet." in read(at)
    close_and_open(at)
    assert at.text_area(key=SAID).value == signs and "Not saved yet." in read(at)
    write(at, TEXT)
    assert "Not saved yet." not in read(at)


def test_what_cannot_be_stored_yet_is_kept_until_it_can(
    wiring: Wiring, tester: Visitor, tmp_path: Path
) -> None:
    at = write(speak(wiring, tester, tmp_path, UnavailableDouble()), "wake me at nine am")
    assert "Not saved yet." in read(at)
    close_and_open(at)
    assert at.text_area(key=SAID).value == "wake me at nine am" and n_stored(wiring) == 0
    at.selectbox(key="turn.1.intent").set_value("alarm_set").run()
    assert (stored(wiring).text, stored(wiring).intent) == ("wake me at nine am", "alarm_set")
    assert "Not saved yet." not in read(at)


def test_a_store_that_fails_costs_nothing_that_was_typed(
    wiring: Wiring, at: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("disk I/O error")

    with monkeypatch.context() as broken:
        broken.setattr("backend.record_correction", fail)
        write(at, "wake me at nine am")
        assert "Not saved yet." in read(close_and_open(at))
    at.button(key="turn.1.save_said").click().run()
    assert stored(wiring).text == "wake me at nine am"


def test_what_is_heard_only_later_stands_in_the_field(
    wiring: Wiring, tester: Visitor, tmp_path: Path
) -> None:
    at = speak(wiring, tester, tmp_path, UnavailableDouble())
    answer = replace(ANSWER, transcript=TEXT)
    wiring.__dict__["assistants"] = AssistantsDouble(AnsweringDouble(answer))
    at.button(key="turn.1.retry").click().run()
    assert at.text_area(key=SAID).value == TEXT
