"""What is said in a live session that was ended in another tab meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import backend
from outbox import Message, Place
from tests.clips.recordings import record
from tests.live.conversation import ANSWER, TEXT, AnsweringDouble, AssistantsDouble, write_release
from tests.ui.pages import Visitor, html, keys, open_page, read
from tests.ui.talking import pending, say, stored_turns, talk
from vernacular.clips.folder import ClipFolder
from vernacular.live.sessions import end_session
from vernacular.wiring import Wiring


@pytest.fixture
def tester(wiring: Wiring, sign_in: Callable[..., Visitor]) -> Visitor:
    write_release(wiring.store)
    return sign_in()


def end_elsewhere(wiring: Wiring, tester: Visitor) -> None:
    """Ends a session as another tab does: the page in this one does not know of it."""
    with wiring.store.writing() as db:
        end_session(db, 1, tester.id)


def say_after_the_end(wiring: Wiring, tester: Visitor, text: str) -> AppTest:
    """Says something in a session that is ended while it is on its way."""
    at = open_page(session=talk(wiring, tester))
    with pytest.MonkeyPatch.context() as ending:
        real = backend.ask

        def ask_too_late(*args: Any) -> Any:
            end_elsewhere(wiring, tester)
            return real(*args)

        ending.setattr(backend, "ask", ask_too_late)
        return say(at, text)


def test_what_is_said_after_the_session_was_ended_elsewhere_is_kept_to_be_copied(
    wiring: Wiring, tester: Visitor
) -> None:
    at = say_after_the_end(wiring, tester, "wake me at *six*")
    shown = read(at)
    assert "The session in which you said this has ended" in shown
    assert "Something else is stored by now" not in shown and not at.error
    assert [one.value for one in at.code] == ["wake me at *six*"]
    # The page has noticed that its session is over.
    assert "You can still correct and rate its turns." in shown and not at.chat_input
    assert [turn.text for turn in stored_turns(wiring)] == [TEXT]
    assert "wake me at *six*" in read(at.run())


def test_what_was_said_after_the_end_begins_a_new_session_of_the_same_kind(
    wiring: Wiring, tester: Visitor
) -> None:
    at = say_after_the_end(wiring, tester, "wake me at nine pm")
    (anew,) = pending(at, "anew")
    at.button(key=anew).click().run()
    assert at.query_params["session"] == "2"
    assert [turn.text for turn in stored_turns(wiring, 2)] == ["wake me at nine pm"]
    assert "The alarm is set for five am." in read(at) and at.chat_input
    assert not pending(at, "anew") and not at.error
    say(at, "wake me at half past")
    assert [turn.text for turn in stored_turns(wiring, 2)][1:] == ["wake me at half past"]


def test_a_recording_that_came_after_the_end_is_a_turn_of_the_new_session(
    wiring: Wiring, tester: Visitor, tmp_path: Path
) -> None:
    wiring.__dict__["clips"] = ClipFolder(tmp_path)
    answer = replace(ANSWER, transcript=TEXT)
    wiring.__dict__["assistants"] = AssistantsDouble(AnsweringDouble(answer))
    at = open_page(session=talk(wiring, tester))
    place = Place(1, "en-US", "pocket-1")
    at.session_state["live.submitted"] = [Message("spoken", place, None, record())]
    end_elsewhere(wiring, tester)
    at.run()
    assert html(at, 'aria-label="What you said"')
    at.button(key="live.anew.spoken").click().run()
    (turn,) = stored_turns(wiring, 2)
    assert turn.clip is not None and turn.text == TEXT


def test_an_ended_session_opens_at_what_was_found_in_it(wiring: Wiring, tester: Visitor) -> None:
    session = talk(wiring, tester)
    end_elsewhere(wiring, tester)
    assert not html(open_page(session=session), "scrollIntoView")


def test_who_ended_her_newest_session_by_mistake_goes_on_in_it(
    wiring: Wiring, tester: Visitor
) -> None:
    at = open_page(session=talk(wiring, tester))
    at.button(key="live.end").click().run()
    assert not at.chat_input
    at.button(key="live.reopen").click().run()
    assert at.query_params["session"] == "1" and "live.reopen" not in keys(at, "button")
    say(at, "wake me at half past")
    assert [turn.text for turn in stored_turns(wiring)][1:] == ["wake me at half past"]
    at.button(key="live.end").click().run()
    talk(wiring, tester)
    assert "live.reopen" not in keys(at.run(), "button")
