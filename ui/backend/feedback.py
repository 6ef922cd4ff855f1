"""What came in from production."""

from __future__ import annotations

from backend.connection import store
from vernacular.feedback.reading import list_newest
from vernacular.people.sign_in import SignedIn as Person
from vernacular.store.tables.feedback import FeedbackItem


def list_feedback(
    person: Person, locale: str | None, before: int | None, limit: int
) -> list[FeedbackItem]:
    """Returns what a person may read, newest first, below the id ``before`` where one is given."""
    with store().reading() as db:
        return list_newest(db, person, locale, before, limit)
