"""What is said while something else is asked for, or cannot be stored, waits on the page."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import backend
from outbox import Message, Place
from tests.live.conversation import (
    ANSWER,
    TEXT,
    write_release,
)
from tests.ui.pages import Visitor, html, keys, open_page, read
from tests.ui.talking import (
    hanging,
    hanging_assistant,
    pending,
    say,
    settle,
    stored_turns,
    talk,
)
from vernacular.live.said import Said
from vernacular.wiring import Wiring

SignIn = Callable[..., Visitor]


@pytest.fixture
def tester(wiring: Wiring, sign_in: SignIn) -> Visitor:
    write_release(wiring.store)
    return sign_in()


def test_what_was_said_stands_there_alone_while_a_slow_assistant_thinks(
    wiring: Wiring, tester: Visitor
) -> None:
    with hanging_assistant(wiring) as is_asked:
        at = say(open_page())
        assert is_asked.wait(timeout=30)
        # Its turn is stored by now, and not offered to be asked for again.
        assert html(at.run(), "v-asking") and html(at, TEXT) and not at.chat_message
    assert len(settle(at).chat_message) == 2
    (turn,) = stored_turns(wiring)
    assert turn.reply == ANSWER.reply and not at.error


def test_what_is_said_while_the_assistant_thinks_is_asked_after_it_once_and_in_order(
    wiring: Wiring, tester: Visitor
) -> None:
    texts = [f"{TEXT} {number}" for number in ("one", "two", "three")]
    at = open_page()
    with hanging(backend, "ask"):
        for text in texts:
            say(at, text)
        assert all(html(at, f">{text}<") for text in texts)
    assert keys(settle(at), "toggle") == [f"turn.{number}.open" for number in (1, 2, 3)]
    assert [turn.text for turn in stored_turns(wiring)] == texts
    assert len(wiring.__dict__["assistants"].assistant.asked) == 3


def test_a_session_that_ends_while_two_messages_wait_keeps_the_second_on_the_page(
    wiring: Wiring, tester: Visitor
) -> None:
    at = open_page(session=talk(wiring, tester))
    with hanging_assistant(wiring) as is_asked:
        say(say(at, "one"), "two")
        assert is_asked.wait(timeout=30)
        at.button(key="live.end").click().run()
    settle(at)
    assert [turn.text for turn in stored_turns(wiring)] == [TEXT, "one"]
    (anew,) = pending(at, "anew")
    settle(at.button(key=anew).click().run())
    assert [turn.text for turn in stored_turns(wiring, 2)] == ["two"]
    assert not pending(at, "anew") and not at.error


def test_a_session_that_is_paused_while_two_messages_wait_gets_both(
    wiring: Wiring, tester: Visitor
) -> None:
    at = open_page(session=talk(wiring, tester))
    with hanging_assistant(wiring) as is_asked:
        say(say(at, "one"), "two")
        assert is_asked.wait(timeout=30)
        at.button(key="live.pause").click().run()
    assert "This session is paused." not in read(settle(at))
    assert [turn.text for turn in stored_turns(wiring)] == [TEXT, "one", "two"]


def test_a_text_that_a_browser_sends_twice_at_once_is_one_turn_and_said_again_another(
    wiring: Wiring, tester: Visitor
) -> None:
    at = open_page(session=talk(wiring, tester))
    # As the run for the look at another answer leaves it.
    waits = Message("a", Place(1, "en-US", "pocket-1"), Said("twice"))
    at.session_state["live.submitted"] = [waits]
    say(at, "twice")
    assert [turn.text for turn in stored_turns(wiring)] == [TEXT, "twice"]
    say(at, "twice")
    assert [turn.text for turn in stored_turns(wiring)] == [TEXT, "twice", "twice"]


def test_two_slow_messages_that_cannot_be_stored_stay_and_the_page_comes_to_rest(
    wiring: Wiring, tester: Visitor, broken_store: Callable[[str], None]
) -> None:
    at = open_page(session=talk(wiring, tester))
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(backend, "ask", backend.ask)
        broken_store("ask")
        with hanging(backend, "ask"):
            say(say(at, "one"), "two")
        assert len(pending(settle(at), "again")) == 2
    first = pending(at, "again")[0]
    settle(at.button(key=first).click().run())
    assert [turn.text for turn in stored_turns(wiring)] == [TEXT, "one", "two"]


def test_a_message_whose_session_was_left_while_it_waited_stays_in_that_session(
    wiring: Wiring, tester: Visitor
) -> None:
    talk(wiring, tester)
    at = open_page()
    with hanging(backend, "ask"):
        say(at, "wake me at six")
        at.button(key="live.open.1").click().run()
    settle(at)
    assert at.query_params["session"] == "1"
    assert [turn.text for turn in stored_turns(wiring, 1)] == [TEXT]
    assert [turn.text for turn in stored_turns(wiring, 2)] == ["wake me at six"]
    assert "wake me at six" not in read(at) and not at.error


def test_a_new_session_while_a_message_waits_does_not_get_that_message(
    wiring: Wiring, tester: Visitor
) -> None:
    at = open_page(session=talk(wiring, tester))
    with hanging(backend, "ask"):
        say(say(at, "wake me at six"), "wake me at half past")
        at.button(key="live.new").click().run()
    settle(at)
    assert "session" not in at.query_params
    assert [turn.text for turn in stored_turns(wiring, 1)] == [
        TEXT,
        "wake me at six",
        "wake me at half past",
    ]
    say(at, "wake me at seven")
    assert [turn.text for turn in stored_turns(wiring, 2)] == ["wake me at seven"]


def test_a_second_message_does_not_replace_one_that_waits(
    wiring: Wiring, tester: Visitor, broken_store: Callable[[str], None]
) -> None:
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(backend, "ask", backend.ask)  # puts the real one back afterwards
        broken_store("ask")
        at = say(say(open_page(), "one"), "two")
        assert len(pending(at, "again")) == 2
        assert "one" in read(at) and "two" in read(at)
    at.run()
    assert [turn.text for turn in stored_turns(wiring)] == ["one", "two"]
    assert not pending(at, "again")


def test_messages_that_wait_for_other_locales_get_sessions_of_their_own(
    wiring: Wiring, tester: Visitor, broken_store: Callable[[str], None]
) -> None:
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(backend, "start_session", backend.start_session)
        broken_store("start_session")
        at = say(open_page(), "one")
        at.selectbox(key="live.locale").set_value("sw-KE").run()
        say(at, "mbili")
    at.run()
    assert at.query_params["session"] == "1"
    assert [turn.text for turn in stored_turns(wiring, 1)] == ["one"]
    assert [turn.text for turn in stored_turns(wiring, 2)] == ["mbili"]


def test_of_two_messages_that_wait_one_can_be_given_up(
    wiring: Wiring, tester: Visitor, broken_store: Callable[[str], None]
) -> None:
    broken_store("start_session")
    at = say(say(open_page(), "one"), "two")
    first = pending(at, "discard")[0]
    at.button(key=first).click().run()
    assert len(pending(at, "discard")) == 1
    assert ">two<" in read(at) and ">one<" not in read(at)
