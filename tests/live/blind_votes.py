"""Writes blind votes straight into a store, without an assistant that answers."""

from __future__ import annotations

from collections.abc import Sequence

from tests.live.conversation import write_release
from tests.testers import write_tester
from vernacular.errors import NotFound
from vernacular.store.database import Store
from vernacular.store.people import find_by_login
from vernacular.store.releases import find_release
from vernacular.store.tables import BlindSession, BlindTurn, Preference
from vernacular.store.tables.blind import Choice
from vernacular.store.tables.sessions import TurnStatus

ANSWERED = {
    "transcript": None,
    "intent": "alarm_set",
    "intent_confidence": None,
    "slots": [],
    "reply": "Good.",
    "speech": None,
    "stages": [],
    "latency_ms": None,
    "dialogue": None,
}


def write_votes(
    store: Store,
    choices: str,
    pair: tuple[str, str] = ("new", "old"),
    *,
    locale: str = "en-US",
    logins: Sequence[str] = ("amina",),
    betrayed: str | None = None,
) -> None:
    """Writes one vote per letter: the first of the pair won, lost or tied, or both were bad.

    The letters are ``w``, ``l``, ``t`` and ``b``. Sides change with every turn, and people take
    turns.
    """
    people = [_person(store, login) for login in logins]
    releases = [_release(store, name) for name in pair]
    with store.writing() as db:
        sessions = []
        for person in people:
            session = BlindSession(
                person_id=person, release_id=releases[0], rival_id=releases[1], locale=locale
            )
            db.add(session)
            sessions.append(session)
        db.flush()
        for number, letter in enumerate(choices):
            session = sessions[number % len(sessions)]
            rival_is_a = bool(number % 2)
            turn = BlindTurn(
                session_id=session.id,
                number=number + 1,
                client_key=f"key {number}",
                text="wake me at five am",
                rival_is_a=rival_is_a,
                status=TurnStatus.ANSWERED,
                answer_a=ANSWERED,
                answer_b=ANSWERED,
                betrayed=betrayed,
            )
            db.add(turn)
            db.flush()
            choice = _choice(letter, rival_is_a)
            db.add(Preference(turn_id=turn.id, person_id=session.person_id, choice=choice))


def _choice(letter: str, rival_is_a: bool) -> Choice:
    if letter in "tb":
        return {"t": Choice.TIE, "b": Choice.BOTH_BAD}[letter]
    return Choice.A if (letter == "w") is not rival_is_a else Choice.B


def _person(store: Store, login: str) -> int:
    with store.reading() as db:
        found = find_by_login(db, login)
    return found.id if found is not None else write_tester(store, login)


def _release(store: Store, name: str) -> int:
    try:
        with store.reading() as db:
            return find_release(db, name).id
    except NotFound:
        write_release(store, name)
        return _release(store, name)
