"""Live sessions and their turns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backend.connection import store, wiring
from vernacular.clips.contract import StoredClip
from vernacular.corpus.utterance import Slot
from vernacular.live import corrections, judgments, said, sessions, turns
from vernacular.live.judgments import ReplyJudgment
from vernacular.live.said import Said
from vernacular.live.sessions import SessionView
from vernacular.live.turns import TurnView
from vernacular.people.sign_in import SignedIn as Person
from vernacular.store.tables.sessions import TurnStatus


@dataclass(frozen=True, slots=True)
class Expected:
    """What a turn should have been heard and understood as, as far as anybody knows."""

    text: str
    intent: str
    """Empty where nothing was understood and nobody said what it should have been."""
    slots: tuple[Slot, ...]


def start_session(person: Person, release: str, locale: str, goal: str | None) -> SessionView:
    """Opens a session with a release."""
    with store().writing() as db:
        return sessions.start_session(db, person.person_id, release, locale, goal)


def pause_session(person: Person, session_id: int) -> None:
    """Puts a session aside."""
    with store().writing() as db:
        sessions.pause_session(db, session_id, person.person_id)


def resume_session(person: Person, session_id: int) -> None:
    """Goes on with a session that was paused."""
    with store().writing() as db:
        sessions.resume_session(db, session_id, person.person_id)


def find_session(person: Person, session_id: int) -> SessionView:
    """Returns one of the person's sessions; raises ``NotFound`` for anybody else's."""
    with store().reading() as db:
        return sessions.find_session(db, session_id, person.person_id)


def list_sessions(person: Person) -> list[SessionView]:
    """Returns the person's newest sessions, newest first."""
    with store().reading() as db:
        return sessions.list_sessions(db, person.person_id)


def end_session(person: Person, session_id: int) -> None:
    """Closes a session."""
    with store().writing() as db:
        sessions.end_session(db, session_id, person.person_id)


def reopen_session(person: Person, session_id: int) -> None:
    """Goes on with the person's newest session after its end."""
    with store().writing() as db:
        sessions.reopen_session(db, session_id, person.person_id)


def keep_recording(data: bytes) -> StoredClip:
    """Keeps what was recorded, before anything else is done with it."""
    return said.keep_recording(store(), wiring().clips, data)


def ask(
    person: Person, session_id: int, client_key: str, said: Said, task: str | None = None
) -> TurnView:
    """Stores a turn, asks the session's release, and stores what came of it."""
    opened = wiring()
    return turns.ask(
        opened.store,
        opened.clips,
        opened.assistants,
        session_id,
        person.person_id,
        client_key,
        said,
        task,
    )


def said_in(turn: TurnView) -> Said:
    """Returns what was said in a turn, to be asked again."""
    return Said(turn.text) if turn.clip is None else Said(clip=turn.clip.content_hash)


def list_turns(session: SessionView, last: int) -> list[TurnView]:
    """Returns the last turns of a session that was found as the person's own."""
    with store().reading() as db:
        return turns.list_turns(db, session.id, last)


def find_turn(person: Person, session_id: int, turn_id: int) -> TurnView:
    """Returns one turn as it is stored now."""
    with store().reading() as db:
        sessions.find_session(db, session_id, person.person_id)
        return turns.find_turn(db, session_id, turn_id)


def is_answered(turn: TurnView) -> bool:
    """True if the assistant answered the turn."""
    return turn.status == TurnStatus.ANSWERED


def expected(turn: TurnView) -> Expected:
    """Returns what a turn is as corrected, or as understood where nobody corrected it."""
    if turn.correction is not None:
        one = turn.correction
        return Expected(one.text, one.intent, one.slots)
    return Expected(turn.text, turn.intent or "", turn.slots)


def is_confirmed(turn: TurnView) -> bool:
    """True if what was heard and understood was said to be right."""
    as_understood = Expected(turn.text, turn.intent or "", turn.slots)
    return turn.correction is not None and expected(turn) == as_understood


def record_correction(
    person: Person, turn_id: int, intent: str, slots: Sequence[Slot], text: str
) -> None:
    """Stores what should have been heard and understood."""
    in_order = sorted(slots, key=lambda slot: slot.start)
    with store().writing() as db:
        corrections.record_correction(db, turn_id, person.person_id, intent, in_order, text)


def record_judgment(
    person: Person,
    turn_id: int,
    rating: int | None,
    tags: Sequence[str],
    note: str,
    reply: ReplyJudgment,
) -> None:
    """Stores how good a turn was."""
    with store().writing() as db:
        judgments.record_judgment(db, turn_id, person.person_id, rating, tags, note, reply)
