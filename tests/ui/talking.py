"""Holds sessions whose turns a page shows, and reads what was stored of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import on_its_way
from tests.live.conversation import TEXT, begin, put
from tests.ui.pages import Visitor, html, keys
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


@contextmanager
def hanging(asked: object, name: str) -> Iterator[threading.Event]:
    """Lets one method or function answer only at the end; gives what says that it was called.

    Args:
        asked: what has it.
        name: what it is called.
    """
    is_asked, answers, real = threading.Event(), threading.Event(), getattr(asked, name)

    def answer_late(*given: Any) -> Any:
        is_asked.set()
        assert answers.wait(timeout=30)
        return real(*given)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(asked, name, answer_late)
        patched.setattr(on_its_way, "MOMENT_SECONDS", 0.05)
        try:
            yield is_asked
        finally:
            answers.set()


@contextmanager
def hanging_assistant(wiring: Wiring) -> Iterator[threading.Event]:
    """Lets the assistant that is a double hang, as ``hanging`` does."""
    with hanging(wiring.__dict__["assistants"].assistant, "predict_batch") as is_asked:
        yield is_asked


def settle(at: AppTest) -> AppTest:
    """Runs a page as its browser does, until nothing is on its way."""
    until = time.monotonic() + 30
    while html(at, "v-asking"):
        assert time.monotonic() < until, "an answer never came"
        time.sleep(0.02)
        at.run()
    return at


def pending(at: AppTest, name: str) -> list[str]:
    """Returns the keys of what is offered for messages that wait."""
    return [key for key in keys(at, "button") if key.startswith(f"live.{name}.")]
