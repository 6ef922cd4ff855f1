"""What came of talking: what a session found, and what became of what was corrected."""

from __future__ import annotations

from backend.connection import store
from vernacular.live import summary
from vernacular.live.sessions import SessionView
from vernacular.live.summary import SessionSummary
from vernacular.people.sign_in import SignedIn as Person
from vernacular.reports import fixed_corrections
from vernacular.reports.fixed_corrections import FixedCorrections


def summarise(session: SessionView) -> SessionSummary:
    """Returns what was found in a session that was found as the person's own."""
    with store().reading() as db:
        return summary.summarise(db, session)


def find_fixed_corrections(person: Person) -> FixedCorrections:
    """Returns what later releases made of what a person corrected."""
    with store().reading() as db:
        return fixed_corrections.find_fixed_corrections(db, person.person_id)
