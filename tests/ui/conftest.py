"""The UI's modules are no package: their folder goes on the path, as whoever serves them does."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.runtime.context import ContextProxy

from tests.live.conversation import AnsweringDouble, AssistantsDouble
from tests.ui.pages import Visitor, write_person
from vernacular.settings import read_settings
from vernacular.store.database import Store
from vernacular.wiring import Wiring

UI = Path(__file__).resolve().parents[2] / "ui"
for folder in (UI, UI / "i18n"):
    sys.path.insert(0, str(folder))

import backend  # noqa: E402 - found only now that its folder is on the path
import on_its_way  # noqa: E402


@pytest.fixture
def wiring(sqlite_store: Store) -> Iterator[Wiring]:
    """What the pages are connected to: a new store, and an assistant that is a test double."""
    made = Wiring(read_settings(database_url=sqlite_store.url))
    made.__dict__["store"] = sqlite_store
    made.__dict__["assistants"] = AssistantsDouble(AnsweringDouble())
    backend.connect(made)
    yield made
    backend.disconnect()


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Has pages wait for an answer however busy the machine is; nobody looks again for them."""
    monkeypatch.setattr(on_its_way, "MOMENT_SECONDS", 20)


@pytest.fixture
def sign_in(wiring: Wiring, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Visitor]:
    """Signs a new person in: her cookie comes with everything the browser sends from now on."""

    def write_and_sign_in(**person: Any) -> Visitor:
        tester = write_person(wiring.store, **person)
        cookies = {backend.SIGN_IN_COOKIE: tester.token}
        monkeypatch.setattr(ContextProxy, "cookies", property(lambda _: cookies))
        return tester

    return write_and_sign_in


@pytest.fixture
def broken_store(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes one function of the package fail as a full disk or a lost database would."""

    def break_it(name: str) -> None:
        def fail(*_: object, **__: object) -> None:
            raise OSError("disk I/O error at /var/lib/vernacular.db")

        monkeypatch.setattr(backend, name, fail)

    return break_it
