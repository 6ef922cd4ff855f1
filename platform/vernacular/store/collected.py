"""Queries on utterances that people collect on the platform."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.dialects import postgresql, sqlite

from vernacular.store.database import Db
from vernacular.store.sessions import MAX_ID
from vernacular.store.tables import PromptSkip, Utterance, UtteranceRevision

COLLECTED = "collected"
"""Both the source and the partition of what people submit."""

CollectedRow = tuple[Utterance, UtteranceRevision]
"""An utterance and its first revision: as it was submitted."""


def find_collected(db: Db, locale: str, external_id: str) -> CollectedRow | None:
    """Returns the collected utterance with this external id."""
    query = _collected(locale).where(Utterance.external_id == external_id)
    row = db.execute(query).one_or_none()
    return (row[0], row[1]) if row else None


def insert_collected(db: Db, utterance: dict[str, Any], revision: dict[str, Any]) -> CollectedRow:
    """Returns what is stored under the utterance's external id, written now unless it was there.

    The database decides who was first: of two calls at the same moment the second waits for the
    first to commit and returns what that one wrote.
    """
    is_postgresql = db.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if is_postgresql else sqlite.insert
    utterance_id = db.scalar(
        insert(Utterance)
        .values(source=COLLECTED, partition=COLLECTED, **utterance)
        .on_conflict_do_nothing(index_elements=["source", "locale", "external_id"])
        .returning(Utterance.id)
    )
    if utterance_id is not None:
        db.add(UtteranceRevision(utterance_id=utterance_id, number=1, **revision))
        db.flush()
    query = _collected(utterance["locale"]).where(Utterance.external_id == utterance["external_id"])
    utterance_row, revision_row = db.execute(query).one()
    return utterance_row, revision_row


def lock_collected(db: Db, utterance_id: int, person_id: int) -> CollectedRow | None:
    """Returns what this person collected under this id, which nobody else can lock until the
    transaction ends."""
    if utterance_id > MAX_ID:
        return None
    # On SQLite the transaction itself is the lock, and the clause is left out.
    query = (
        _first_revisions()
        .where(Utterance.id == utterance_id, Utterance.person_id == person_id)
        .with_for_update(of=Utterance)
    )
    row = db.execute(query).one_or_none()
    return (row[0], row[1]) if row else None


def list_collected(db: Db, locale: str, person_id: int, limit: int) -> list[CollectedRow]:
    """Returns what a person collected in a locale, newest first."""
    query = (
        _collected(locale)
        .where(Utterance.person_id == person_id)
        .order_by(Utterance.id.desc())
        .limit(limit)
    )
    return [(utterance, revision) for utterance, revision in db.execute(query)]


def insert_skip(db: Db, person_id: int, locale: str, prompt: str, reason: str) -> None:
    """Writes that a person passed over a prompt."""
    db.add(PromptSkip(person_id=person_id, locale=locale, prompt=prompt, reason=reason))
    db.flush()


def count_skips(db: Db, locale: str, person_id: int) -> dict[str, int]:
    """Returns how often a person passed over each prompt in a locale, by the prompt's key."""
    query = (
        select(PromptSkip.prompt, func.count())
        .where(PromptSkip.person_id == person_id, PromptSkip.locale == locale)
        .group_by(PromptSkip.prompt)
    )
    return dict(db.execute(query).all())


def list_by_duplicate_key(db: Db, key: bytes, limit: int) -> list[tuple[str, str]]:
    """Returns (source, text) of revisions with this duplicate key, oldest first."""
    query = (
        select(Utterance.source, UtteranceRevision.text)
        .join(Utterance, Utterance.id == UtteranceRevision.utterance_id)
        .where(UtteranceRevision.duplicate_key == key)
        .order_by(UtteranceRevision.id)
        .limit(limit)
    )
    return [(source, text) for source, text in db.execute(query)]


def list_newest_texts(db: Db, locale: str, limit: int) -> list[str]:
    """Returns the texts that were collected last in a locale, newest first."""
    query = (
        select(UtteranceRevision.text)
        .join(Utterance, Utterance.id == UtteranceRevision.utterance_id)
        .where(
            Utterance.source == COLLECTED,
            Utterance.locale == locale,
            UtteranceRevision.number == 1,
        )
        .order_by(Utterance.id.desc())
        .limit(limit)
    )
    return list(db.scalars(query))


def count_by_intent(db: Db, locale: str) -> dict[str, int]:
    """Returns how many utterances of a locale were collected for each intent that has any."""
    query = (
        select(UtteranceRevision.intent, func.count())
        .join(Utterance, Utterance.id == UtteranceRevision.utterance_id)
        .where(
            Utterance.source == COLLECTED,
            Utterance.locale == locale,
            UtteranceRevision.number == 1,
        )
        .group_by(UtteranceRevision.intent)
    )
    return dict(db.execute(query).all())


def list_origins(db: Db, locale: str, person_id: int) -> list[dict[str, Any]]:
    """Returns what is kept beside each utterance that a person collected in a locale."""
    query = select(Utterance.origin).where(
        Utterance.source == COLLECTED,
        Utterance.locale == locale,
        Utterance.person_id == person_id,
    )
    return [origin for origin in db.scalars(query) if origin is not None]


def _collected(locale: str) -> Select[Utterance, UtteranceRevision]:
    return _first_revisions().where(Utterance.locale == locale)


def _first_revisions() -> Select[Utterance, UtteranceRevision]:
    return (
        select(Utterance, UtteranceRevision)
        .join(UtteranceRevision, UtteranceRevision.utterance_id == Utterance.id)
        .where(Utterance.source == COLLECTED, UtteranceRevision.number == 1)
    )
