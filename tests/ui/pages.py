"""Opens pages of the UI as a signed-in person, and reads what they show."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from streamlit.testing.v1 import AppTest

from vernacular.store import people
from vernacular.store.database import Store
from vernacular.store.tables import Person
from vernacular.store.tables.base import utc_now
from vernacular.store.tables.people import Role

APP = Path(__file__).resolve().parents[2] / "ui" / "app.py"
TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class Visitor:
    """A person in the store, and what the browser would hold of her sign-in."""

    id: int
    token: str


def write_person(
    store: Store,
    login: str = "amina",
    language: str = "en",
    locales: Sequence[str] = ("en-US",),
    role: Role = Role.TESTER,
) -> Visitor:
    """Writes a person who is signed in already."""
    token = f"token of {login}"
    now = utc_now()
    with store.writing() as db:
        person = Person(
            login=login,
            display_name=login.title(),
            password_hash="-",
            role=role,
            ui_language=language,
        )
        people.insert_person(db, person, list(locales))
        digest = hashlib.sha256(token.encode()).digest()
        people.insert_sign_in(db, digest, person.id, now, now + timedelta(days=1))
        return Visitor(person.id, token)


def open_page(page: str = "live", **query: str) -> AppTest:
    """Runs a page of the UI as a browser would that opens its address."""
    at = AppTest.from_file(str(APP), default_timeout=TIMEOUT_SECONDS)
    if page != "live":
        at.run()
        at.switch_page(f"tester_pages/{page}.py")
    for name, value in query.items():
        at.query_params[name] = value
    return at.run()


def read(at: AppTest) -> str:
    """Returns everything a page says, in the order of kinds, not of places."""
    kinds = (at.title, at.subheader, at.html, at.markdown, at.info, at.warning, at.error, at.code)
    return "\n".join(element.value for kind in kinds for element in kind)


def html(at: AppTest, mark: str) -> list[str]:
    """Returns the pieces of HTML that hold ``mark``, without the style sheets."""
    return [one.value for one in at.html if mark in one.value and "<style>" not in one.value]


def keys(at: AppTest, kind: str) -> list[str]:
    """Returns the keys of all widgets of one kind."""
    return [widget.key for widget in at.get(kind) if widget.key]
