"""Blind comparisons: sessions of two releases, their turns, and the votes on them."""

from __future__ import annotations

from backend.connection import store, wiring
from vernacular.live.blind import sessions, turns, votes
from vernacular.live.blind.sessions import BlindSessionView
from vernacular.live.blind.turn_view import BlindTurnView
from vernacular.live.said import Said
from vernacular.people.sign_in import SignedIn as Person
from vernacular.reports.preferences.preferences import PreferenceReport, report_preferences
from vernacular.store.tables.blind import Choice
from vernacular.store.tables.sessions import TurnStatus


def start_blind(person: Person, release: str, rival: str, locale: str) -> BlindSessionView:
    """Opens a blind session of two releases."""
    with store().writing() as db:
        return sessions.start_session(db, person.person_id, release, rival, locale)


def find_blind(person: Person, session_id: int) -> BlindSessionView:
    """Returns one of the person's sessions; raises ``NotFound`` for anybody else's."""
    with store().reading() as db:
        return sessions.find_session(db, session_id, person.person_id)


def list_blind(person: Person) -> list[BlindSessionView]:
    """Returns the person's newest sessions, newest first."""
    with store().reading() as db:
        return sessions.list_sessions(db, person.person_id)


def end_blind(person: Person, session_id: int) -> None:
    """Closes a session."""
    with store().writing() as db:
        sessions.end_session(db, session_id, person.person_id)


def reopen_blind(person: Person, session_id: int) -> None:
    """Goes on with the person's newest session after its end."""
    with store().writing() as db:
        sessions.reopen_session(db, session_id, person.person_id)


def ask_both(person: Person, session_id: int, client_key: str, said: Said) -> BlindTurnView:
    """Stores a turn, asks both releases, and stores what came of it."""
    opened = wiring()
    return turns.ask(
        opened.store,
        opened.clips,
        opened.assistants,
        session_id,
        person.person_id,
        client_key,
        said,
    )


def list_blind_turns(person: Person, session_id: int, last: int) -> list[BlindTurnView]:
    """Returns the last turns of one of the person's sessions."""
    with store().reading() as db:
        return turns.list_turns(db, session_id, person.person_id, last)


def both_answered(turn: BlindTurnView) -> bool:
    """True if there are two answers to choose from."""
    return turn.status == TurnStatus.ANSWERED


def record_preference(person: Person, turn_id: int, choice: Choice) -> None:
    """Stores which answer the person prefers."""
    with store().writing() as db:
        votes.record_preference(db, turn_id, person.person_id, choice)


def preferences() -> PreferenceReport:
    """Returns what all votes that count say of the releases."""
    with store().reading() as db:
        return report_preferences(db)
