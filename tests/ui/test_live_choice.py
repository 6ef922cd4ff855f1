"""The choice of a release to talk to, where not all of them answer."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest

from tests.live.conversation import AssistantsDouble, write_release
from tests.ui.pages import Visitor, open_page
from tests.ui.talking import say
from vernacular.hosting.client import HostAssistants
from vernacular.wiring import Wiring


@pytest.fixture
def tester(wiring: Wiring, sign_in: Callable[..., Visitor]) -> Visitor:
    write_release(wiring.store)
    return sign_in()


def test_releases_that_answer_come_first_and_the_others_are_marked_with_a_warning(
    wiring: Wiring, tester: Visitor
) -> None:
    write_release(wiring.store, "pocket-2")
    at = open_page()
    chosen = at.selectbox(key="live.release")
    assert chosen.value == chosen.options[0] == "pocket-1"
    assert "pocket-2" in chosen.options[1] and "does not answer now" in chosen.options[1]
    assert not at.warning
    chosen.set_value("pocket-2").run()
    assert "This release does not answer now." in at.warning[0].value
    wiring.__dict__["assistants"].loaded = ("pocket-1", "pocket-2")
    at.button(key="live.look").click().run()
    assert not at.warning
    assert at.selectbox(key="live.release").options == ["pocket-2", "pocket-1"]


def test_the_host_is_asked_once_for_each_choice_and_not_at_each_run(
    wiring: Wiring, tester: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(AssistantsDouble, "list_loaded", lambda *_: asked.append(1) or ["pocket-1"])
    at = say(open_page().run())
    assert len(asked) == 1
    at.button(key="live.new").click().run()
    assert len(asked) == 2


def test_a_host_that_hangs_holds_nobody_up_who_wants_to_choose(
    wiring: Wiring, tester: Visitor
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.MonkeyPatch.context() as patch:
        host = HostAssistants(f"http://127.0.0.1:{silent.getsockname()[1]}")
        patch.setitem(wiring.__dict__, "assistants", host)
        at = open_page()
        assert at.chat_input
        assert "This release does not answer now." in at.warning[0].value
        host.close()
