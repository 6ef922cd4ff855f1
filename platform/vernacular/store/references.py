"""Corrected turns as utterances: what suites are frozen from and releases are held against."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from vernacular.corpus.utterance import Slot, content_hash
from vernacular.store.clips import NewRecording, record_recordings
from vernacular.store.database import Db
from vernacular.store.inserting import insert_new
from vernacular.store.tables import LiveSession, Turn, Utterance, UtteranceRevision

LIVE = "live"
"""Both the source and the partition of what people said in sessions and corrected."""


@dataclass(frozen=True, slots=True)
class NewReference:
    """What a turn should have been heard and understood as."""

    text: str
    domain: str
    intent: str
    slots: tuple[Slot, ...]
    author_id: int


def external_id_of(turn_id: int) -> str:
    """Returns the name of a turn's utterance within its source."""
    return f"turn-{turn_id}"


def record_reference(db: Db, turn: Turn, session: LiveSession, new: NewReference) -> None:
    """Stores a turn that is locked as an utterance, or as the next revision of its utterance.

    What is the same as the newest revision changes nothing. What was spoken is its recording.
    """
    external_id = external_id_of(turn.id)
    insert_new(
        db,
        Utterance,
        [
            {
                "source": LIVE,
                "partition": LIVE,
                "locale": session.locale,
                "external_id": external_id,
                "person_id": session.person_id,
                "dialect": session.dialect,
                "origin": {"session": session.id, "turn": turn.number},
            }
        ],
    )
    utterance_id = db.scalars(
        select(Utterance.id).where(
            Utterance.source == LIVE,
            Utterance.locale == session.locale,
            Utterance.external_id == external_id,
        )
    ).one()
    _record_revision(db, utterance_id, session.locale, new)
    if turn.clip is not None:
        origin = {"accent": session.accent} if session.accent else None
        recording = NewRecording(utterance_id, turn.clip, None, origin, person_id=session.person_id)
        record_recordings(db, [recording])


def _record_revision(db: Db, utterance_id: int, locale: str, new: NewReference) -> None:
    digest = bytes.fromhex(content_hash(locale, new.text, new.domain, new.intent, new.slots))
    newest = db.execute(
        select(UtteranceRevision.number, UtteranceRevision.content_hash)
        .where(UtteranceRevision.utterance_id == utterance_id)
        .order_by(UtteranceRevision.number.desc())
        .limit(1)
    ).one_or_none()
    if newest is not None and newest.content_hash == digest:
        return
    revision = UtteranceRevision(
        utterance_id=utterance_id,
        number=1 if newest is None else newest.number + 1,
        text=new.text,
        domain=new.domain,
        intent=new.intent,
        slots=new.slots,
        content_hash=digest,
        author_id=new.author_id,
    )
    db.add(revision)
    db.flush()
