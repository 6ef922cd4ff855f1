"""Turns of a live session: what was asked, what the assistant made of it.

A turn is stored before the assistant is called and the answer afterwards, each in a short
transaction of its own, so nothing that was said is lost however the call ends, and no lock is held
while a model thinks.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from vernacular.assistants.contract import Answer, StageTrace
from vernacular.clips.contract import Clips, StoredClip
from vernacular.corpus.typed_input import check_key, check_name
from vernacular.corpus.utterance import Slot
from vernacular.errors import Conflict, NotFound
from vernacular.live.asking import Assistants, dialogue_of, put, speech_of
from vernacular.live.corrections import CorrectionView, score_again, view_correction
from vernacular.live.judgments import JudgmentView, view_judgment
from vernacular.live.said import Said, check_said
from vernacular.live.sessions import SessionEnded, find_session
from vernacular.store import sessions as rows
from vernacular.store.clips import list_clips
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
    """As typed; of a spoken turn as heard, and empty until it is. Slots are spans of it."""
    clip: StoredClip | None
    """What was spoken; None where it was typed."""
    task: str | None
    """Key of the thing to try that was suggested; None where nothing was."""
    status: TurnStatus
    intent: str | None
    intent_confidence: float | None
    slots: tuple[Slot, ...]
    reply: str | None
    speech: str | None
    """Content hash of the reply as it was spoken; None where the release does not speak."""
    stages: tuple[StageTrace, ...]
    error: str | None
    """Why the assistant did not answer; None unless the status is failed."""
    created_at: datetime
    correction: CorrectionView | None
    """The newest one."""
    judgment: JudgmentView | None
    """The newest one."""


def ask(
    store: Store,
    clips: Clips,
    assistants: Assistants,
    session_id: int,
    person_id: int,
    client_key: str,
    said: Said,
    task: str | None = None,
) -> TurnView:
    """Puts one request to the session's release and returns the turn, answered or failed.

    The same ``client_key`` is the same turn: one that was answered is returned as it is, one that
    failed or was cut off is asked again.

    Args:
        store: where the turn is kept.
        clips: where what was spoken is kept, and what is spoken in return.
        assistants: where the session's release answers.
        session_id: the person's own, and open.
        person_id: who asks.
        client_key: made anew for each turn by whoever takes it in.
        said: what she typed or spoke.
        task: key of what was suggested to try.

    Raises:
        NotFound: the person has no such session.
        InvalidInput: what was said or the key does not fit; nothing was stored.
        SessionEnded: the session has ended; nothing was stored.
        Conflict: the key was used for something else.
    """
    with store.writing() as db:
        session = find_session(db, session_id, person_id)
        turn = record_turn(db, session_id, client_key, said, task)
        dialogue = dialogue_of(rows.find_dialogue_before(db, session_id, turn.number))
    if turn.status is TurnStatus.ANSWERED:
        return turn
    answer = put(assistants, session.release_name, clips, said, session.locale, dialogue)
    speech = speech_of(store, clips, answer)
    with store.writing() as db:
        return record_answer(db, turn.id, answer, speech)


def record_turn(
    db: Db, session_id: int, client_key: str, said: Said, task: str | None = None
) -> TurnView:
    """Stores a request as asked and returns its turn, or the turn already stored under the key.

    The caller has found the session as the person's own (`sessions.find_session`).

    Raises:
        NotFound: there is no such session.
        InvalidInput: what was said or the key does not fit.
        SessionEnded: the session has ended.
        Conflict: the key was used for something else.
    """
    check_said(db, said)
    check_key(client_key, "client_key")
    if task is not None:
        check_name(task, "task")
    session = rows.lock_session(db, session_id)
    if session is None:
        raise NotFound(f"there is no session {session_id}")
    stored = rows.find_turn_by_key(db, session_id, client_key)
    if stored is not None:
        if _said_of(stored) != said:
            raise Conflict(
                f"turn {stored.number} was sent under the same key with something else,"
                f" {stored.clip or stored.text!r:.80}: send this one under a new key"
            )
        return _view_alone(db, stored)
    if session.ended_at is not None:
        raise SessionEnded(f"session {session_id} ended at {session.ended_at:%Y-%m-%d %H:%M} UTC")
    # Whoever says something is back.
    session.paused_at = None
    turn = rows.insert_turn(db, session_id, client_key, said.text, said.clip, task)
    return _view_alone(db, turn)


def _said_of(turn: Turn) -> Said:
    """Returns what the person said; the text of a spoken turn is what was heard of it."""
    return Said(turn.text) if turn.clip is None else Said(clip=turn.clip)


def record_answer(db: Db, turn_id: int, answer: Answer, speech: str | None = None) -> TurnView:
    """Stores what the assistant answered (see `asking.put`), or why it did not; returns the turn.

    ``speech`` is the hash of the reply as it was spoken. The first answer stays: it is what the
    person saw and corrected. A failure gives way to any later answer.

    Raises:
        NotFound: there is no such turn.
    """
    turn = rows.lock_turn(db, turn_id)
    if turn is None:
        raise NotFound(f"there is no turn {turn_id}")
    if turn.status is not TurnStatus.ANSWERED:
        if answer.transcript is not None:
            turn.text = answer.transcript
        turn.speech = None if answer.error else speech
        turn.status = TurnStatus.ANSWERED if answer.error is None else TurnStatus.FAILED
        turn.intent = answer.intent
        turn.intent_confidence = answer.intent_confidence
        turn.slots = answer.slots
        turn.reply = answer.reply
        turn.trace = [asdict(stage) for stage in answer.stages]
        turn.dialogue = None if answer.dialogue is None else asdict(answer.dialogue)
        turn.error = answer.error
        db.flush()
        if turn.status is TurnStatus.ANSWERED:
            score_again(db, turn)
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
    clips = list_clips(db, {turn.clip for turn in turns if turn.clip is not None})
    return [
        _view(
            turn,
            clips.get(turn.clip) if turn.clip else None,
            corrections.get(turn.id),
            judgments.get(turn.id),
        )
        for turn in turns
    ]


def find_turn(db: Db, session_id: int, turn_id: int) -> TurnView:
    """Returns one turn of a session that was found as the person's own.

    Raises:
        NotFound: the session has no such turn.
    """
    turn = rows.find_turn(db, session_id, turn_id)
    if turn is None:
        raise NotFound(f"session {session_id} has no turn {turn_id}")
    return _view_alone(db, turn)


def _view_alone(db: Db, turn: Turn) -> TurnView:
    corrections = rows.newest_corrections(db, turn.session_id, turn.number)
    judgments = rows.newest_judgments(db, turn.session_id, turn.number)
    clip = list_clips(db, [turn.clip]).get(turn.clip) if turn.clip else None
    return _view(turn, clip, corrections.get(turn.id), judgments.get(turn.id))


def _view(
    turn: Turn,
    clip: StoredClip | None = None,
    correction: Correction | None = None,
    judgment: TurnJudgment | None = None,
) -> TurnView:
    return TurnView(
        id=turn.id,
        session_id=turn.session_id,
        number=turn.number,
        client_key=turn.client_key,
        text=turn.text,
        clip=clip,
        task=turn.task,
        status=turn.status,
        intent=turn.intent,
        intent_confidence=turn.intent_confidence,
        slots=turn.slots or (),
        reply=turn.reply,
        speech=turn.speech,
        stages=tuple(StageTrace(**stage) for stage in turn.trace or ()),
        error=turn.error,
        created_at=turn.created_at,
        correction=view_correction(correction) if correction else None,
        judgment=view_judgment(judgment) if judgment else None,
    )
