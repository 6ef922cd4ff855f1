"""Turns of a live session: what was asked, what the assistant made of it.

A turn is stored before the assistant is called and the answer afterwards, each in a short
transaction of its own, so nothing typed is lost however the call ends, and no lock is held while a
model thinks.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Protocol

from vernacular.assistants.contract import Answer, Assistant, Dialogue, Request, StageTrace
from vernacular.assistants.usable import refuse_unusable
from vernacular.corpus.typed_input import check_key, check_typed_text
from vernacular.corpus.utterance import Slot
from vernacular.errors import Conflict, ModelUnavailable, NotFound
from vernacular.live.corrections import CorrectionView, view_correction
from vernacular.live.judgments import JudgmentView, view_judgment
from vernacular.live.sessions import find_session
from vernacular.store import sessions as rows
from vernacular.store.database import Db, Store
from vernacular.store.tables.sessions import Correction, Turn, TurnJudgment, TurnStatus


@dataclass(frozen=True, slots=True)
class TurnView:
    """Everything a page shows of one turn."""

    id: int
    session_id: int
    number: int
    """1 for the first turn of its session."""
    client_key: str
    """Asking again under it retries this turn instead of making another."""
    text: str
    status: TurnStatus
    intent: str | None
    intent_confidence: float | None
    slots: tuple[Slot, ...]
    reply: str | None
    stages: tuple[StageTrace, ...]
    error: str | None
    """Why the assistant did not answer; None unless the status is failed."""
    created_at: datetime
    correction: CorrectionView | None
    """The newest one."""
    judgment: JudgmentView | None
    """The newest one."""


class Assistants(Protocol):
    """Where assistants are found: the model host's client, or releases loaded in this process."""

    def find(self, release: str, /) -> Assistant:
        """Returns the assistant of that release.

        Raises:
            ModelUnavailable: it cannot be reached.
        """
        ...


def ask(
    store: Store,
    assistants: Assistants,
    session_id: int,
    person_id: int,
    client_key: str,
    text: str,
) -> TurnView:
    """Puts one request to the session's release and returns the turn, answered or failed.

    The same ``client_key`` is the same turn: one that was answered is returned as it is, one that
    failed or was cut off is asked again.

    Raises:
        NotFound: the person has no such session.
        InvalidInput: the text or the key does not fit; nothing was stored.
        Conflict: the session has ended, or the key was used for another text.
    """
    with store.writing() as db:
        session = find_session(db, session_id, person_id)
        turn = record_turn(db, session_id, client_key, text)
        dialogue = _dialogue_before(db, session_id, turn.number)
    if turn.status is TurnStatus.ANSWERED:
        return turn
    try:
        assistant = assistants.find(session.release_name)
        (answer,) = assistant.predict_batch([Request(text, session.locale, dialogue=dialogue)])
    except ModelUnavailable as error:
        answer = Answer(error=str(error))
    with store.writing() as db:
        return record_answer(db, turn.id, answer)


def _dialogue_before(db: Db, session_id: int, number: int) -> Dialogue | None:
    """Returns what the last answered turn before this one established; None at the beginning."""
    kept = rows.find_dialogue_before(db, session_id, number)
    if kept is None:
        return None
    values = tuple((label, value) for label, value in kept["values"])
    return Dialogue(kept["intent"], values, kept["asked_back"])


def record_turn(db: Db, session_id: int, client_key: str, text: str) -> TurnView:
    """Stores a request as asked and returns its turn, or the turn already stored under the key.

    The caller has found the session as the person's own (`sessions.find_session`).

    Raises:
        NotFound: there is no such session.
        InvalidInput: the text or the key does not fit.
        Conflict: the session has ended, or the key was used for another text.
    """
    check_typed_text(text)
    check_key(client_key, "client_key")
    session = rows.lock_session(db, session_id)
    if session is None:
        raise NotFound(f"there is no session {session_id}")
    stored = rows.find_turn_by_key(db, session_id, client_key)
    if stored is not None:
        if stored.text != text:
            raise Conflict(
                f"turn {stored.number} was sent under the same key with another text,"
                f" {stored.text!r:.80}: send this one under a new key"
            )
        return _view_alone(db, stored)
    if session.ended_at is not None:
        raise Conflict(f"session {session_id} ended at {session.ended_at:%Y-%m-%d %H:%M} UTC")
    return _view(rows.insert_turn(db, session_id, client_key, text))


def record_answer(db: Db, turn_id: int, answer: Answer) -> TurnView:
    """Stores what the assistant answered, or why it did not, and returns the turn.

    The first answer stays: it is what the person saw and corrected. A failure gives way to any
    later answer.

    Raises:
        NotFound: there is no such turn.
    """
    turn = rows.lock_turn(db, turn_id)
    if turn is None:
        raise NotFound(f"there is no turn {turn_id}")
    if turn.status is not TurnStatus.ANSWERED:
        answer = refuse_unusable(answer, turn.text)
        turn.status = TurnStatus.ANSWERED if answer.error is None else TurnStatus.FAILED
        turn.intent = answer.intent
        turn.intent_confidence = answer.intent_confidence
        turn.slots = answer.slots
        turn.reply = answer.reply
        turn.trace = [asdict(stage) for stage in answer.stages]
        turn.dialogue = None if answer.dialogue is None else asdict(answer.dialogue)
        turn.error = answer.error
        db.flush()
    return _view_alone(db, turn)


def list_turns(db: Db, session_id: int, last: int | None = None) -> list[TurnView]:
    """Returns the turns of a session in order, or only the ``last`` ones.

    The caller has found the session as the person's own (`sessions.find_session`).
    """
    turns = rows.list_turns(db, session_id, last)
    if not turns:
        return []
    corrections = rows.newest_corrections(db, session_id, turns[0].number)
    judgments = rows.newest_judgments(db, session_id, turns[0].number)
    return [_view(turn, corrections.get(turn.id), judgments.get(turn.id)) for turn in turns]


def _view_alone(db: Db, turn: Turn) -> TurnView:
    corrections = rows.newest_corrections(db, turn.session_id, turn.number)
    judgments = rows.newest_judgments(db, turn.session_id, turn.number)
    return _view(turn, corrections.get(turn.id), judgments.get(turn.id))


def _view(
    turn: Turn, correction: Correction | None = None, judgment: TurnJudgment | None = None
) -> TurnView:
    return TurnView(
        id=turn.id,
        session_id=turn.session_id,
        number=turn.number,
        client_key=turn.client_key,
        text=turn.text,
        status=turn.status,
        intent=turn.intent,
        intent_confidence=turn.intent_confidence,
        slots=turn.slots or (),
        reply=turn.reply,
        stages=tuple(StageTrace(**stage) for stage in turn.trace or ()),
        error=turn.error,
        created_at=turn.created_at,
        correction=view_correction(correction) if correction else None,
        judgment=view_judgment(judgment) if judgment else None,
    )
