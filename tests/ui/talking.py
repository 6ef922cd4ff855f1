"""Holds sessions whose turns a page shows, and reads what was stored of them."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tests.live.conversation import TEXT, begin, put
from tests.ui.pages import Visitor, keys
from vernacular.live.turns import TurnView, list_turns
from vernacular.wiring import Wiring


def stored_turns(wiring: Wiring, session_id: int = 1) -> list[TurnView]:
    """Returns the turns of a session as they are stored."""
    with wiring.store.reading() as db:
        return list_turns(db, session_id)


def talk(wiring: Wiring, tester: Visitor, n: int = 1, text: str = TEXT) -> str:
    """Holds a session of ``n`` turns and returns its number as the address has it."""
    session = begin(wiring.store, tester.id)
    for number in range(n):
        put(wiring.store, wiring.assistants, session.id, tester.id, f"key {number}", text)
    return str(session.id)


def open_turn(at: AppTest, turn_id: int = 1) -> AppTest:
    """Opens what a turn can be corrected and judged by."""
    return at.toggle(key=f"turn.{turn_id}.open").set_value(True).run()


def say(at: AppTest, text: str = TEXT) -> AppTest:
    """Says something on a page, as a person who types does."""
    return at.chat_input(key="live.input").set_value(text).run()


def pending(at: AppTest, name: str) -> list[str]:
    """Returns the keys of what is offered for messages that wait."""
    return [key for key in keys(at, "button") if key.startswith(f"live.{name}.")]
