"""What the store holds of a person's live sessions."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import select

from tests.e2e.platform import Served
from vernacular.store.tables import LiveSession, Person, Turn


def turns_of(served: Served, login: str) -> list[Turn]:
    """Returns her turns, the first one first."""
    with served.store.reading() as db:
        query = (
            select(Turn)
            .join(LiveSession, LiveSession.id == Turn.session_id)
            .join(Person, Person.id == LiveSession.person_id)
            .where(Person.login == login)
            .order_by(Turn.id)
        )
        return list(db.scalars(query))


def wait_until(is_true: Callable[[], bool], seconds: float = 30.0) -> None:
    """Waits for what a page has sent to be stored."""
    until = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < until, "it was not stored"
        time.sleep(0.1)
