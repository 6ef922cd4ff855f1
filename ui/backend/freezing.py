"""What was corrected in a session, frozen into a suite with one click."""

from __future__ import annotations

from dataclasses import dataclass

from backend.connection import store
from vernacular.evaluation import session_suites
from vernacular.people.sign_in import SignedIn as Person


@dataclass(frozen=True, slots=True)
class FrozenSuite:
    """The suite that a session's corrections are in."""

    name: str
    n_items: int
    is_new: bool
    """False where the very same was frozen before."""


def freeze_session(person: Person, session_id: int, *, by_voice: bool = False) -> FrozenSuite:
    """Freezes the corrected turns of one of the person's sessions, and says under which name.

    Args:
        person: whose session it is.
        session_id: the session.
        by_voice: the recordings of the turns that were spoken; else the texts of all.

    Raises:
        InvalidInput: nothing is corrected there yet.
    """
    with store().writing() as db:
        suite, is_new = session_suites.freeze_session(
            db, session_id, person.person_id, by_voice=by_voice
        )
        return FrozenSuite(suite.name, suite.n_items, is_new)
