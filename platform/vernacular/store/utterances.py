"""Queries on utterances and their revisions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from vernacular.corpus.utterance import AnnotatedUtterance, content_hash
from vernacular.store.database import Db
from vernacular.store.inserting import insert_rows
from vernacular.store.tables import Utterance, UtteranceRevision
from vernacular.store.tables.base import utc_now


def list_stored_hashes(db: Db, source: str, locale: str) -> dict[str, bytes]:
    """Returns the content hash of the first revision of each utterance, by external id."""
    query = (
        select(Utterance.external_id, UtteranceRevision.content_hash)
        .join(UtteranceRevision, UtteranceRevision.utterance_id == Utterance.id)
        .where(
            Utterance.source == source,
            Utterance.locale == locale,
            UtteranceRevision.number == 1,
        )
    )
    return dict(db.execute(query).all())


def lock_source(db: Db, source: str, locale: str) -> None:
    """Keeps others from recording utterances of this source and locale until the transaction ends.

    On SQLite every writing transaction keeps all others out already.
    """
    if db.get_bind().dialect.name == "postgresql":
        name = f"{source}\n{locale}"
        db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def hash_content(utterance: AnnotatedUtterance) -> bytes:
    """Returns the content hash as it is stored (32 bytes)."""
    return bytes.fromhex(
        content_hash(
            utterance.locale, utterance.text, utterance.domain, utterance.intent, utterance.slots
        )
    )


def record_utterances(
    db: Db,
    source: str,
    locale: str,
    utterances: Sequence[tuple[AnnotatedUtterance, bytes]],
) -> None:
    """Stores new utterances of one locale, each with its content hash, as first revisions."""
    insert_rows(
        db,
        Utterance,
        [
            {
                "source": source,
                "locale": locale,
                "external_id": one.external_id,
                "partition": one.partition,
                "origin": _origin(one),
            }
            for one, _ in utterances
        ],
    )
    query = select(Utterance.external_id, Utterance.id).where(
        Utterance.source == source, Utterance.locale == locale
    )
    ids = dict(db.execute(query).all())
    now = utc_now()
    insert_rows(
        db,
        UtteranceRevision,
        [
            {
                "utterance_id": ids[one.external_id],
                "number": 1,
                "text": one.text,
                "domain": one.domain,
                "intent": one.intent,
                "slots": one.slots,
                "annotation": one.annotation,
                "content_hash": digest,
                "created_at": now,
            }
            for one, digest in utterances
        ],
    )


def _origin(utterance: AnnotatedUtterance) -> dict[str, Any] | None:
    origin: dict[str, Any] = {}
    if utterance.worker_id is not None:
        origin["worker_id"] = utterance.worker_id
    if utterance.slot_methods:
        origin["slot_methods"] = [list(pair) for pair in utterance.slot_methods]
    if utterance.judgments:
        origin["judgments"] = [
            [
                one.worker_id,
                one.intent_score,
                one.slots_score,
                one.grammar_score,
                one.spelling_score,
                one.language_identification,
            ]
            for one in utterance.judgments
        ]
    return origin or None


def count_utterances(db: Db) -> list[tuple[str, str, str, int]]:
    """Returns (source, locale, partition, count) for all that is stored, in that order."""
    query = (
        select(Utterance.source, Utterance.locale, Utterance.partition, func.count())
        .group_by(Utterance.source, Utterance.locale, Utterance.partition)
        .order_by(Utterance.source, Utterance.locale, Utterance.partition)
    )
    return [(source, locale, part, n) for source, locale, part, n in db.execute(query)]


def count_utterances_of(db: Db, source: str, locale: str) -> int:
    """Returns how many utterances of a source are stored in a locale."""
    query = select(func.count()).where(Utterance.source == source, Utterance.locale == locale)
    return db.scalar(query) or 0


def list_newest_revisions(
    db: Db, source: str, partition: str | None, locales: Collection[str] | None
) -> list[tuple[int, str, str, bytes]]:
    """Returns (revision id, locale, external id, content hash), ordered by locale and age."""
    query = _newest(
        select(
            UtteranceRevision.id,
            Utterance.locale,
            Utterance.external_id,
            UtteranceRevision.content_hash,
        ),
        source,
        partition,
        locales,
    ).order_by(Utterance.locale, Utterance.id)
    return [(key, locale, name, digest) for key, locale, name, digest in db.execute(query)]


def has_mixed_intents(
    db: Db, source: str, partition: str | None, locales: Collection[str] | None
) -> bool:
    """Returns whether some of the newest revisions name an intent and others do not."""
    is_named = UtteranceRevision.intent != ""
    query = _newest(select(is_named).distinct(), source, partition, locales)
    return len(db.scalars(query).all()) > 1


def _newest(
    query: Select[*tuple[Any, ...]],
    source: str,
    partition: str | None,
    locales: Collection[str] | None,
) -> Select[*tuple[Any, ...]]:
    """Returns the query over the newest revision of each utterance that fits."""
    newer = aliased(UtteranceRevision)
    query = (
        query.join(Utterance, Utterance.id == UtteranceRevision.utterance_id)
        .where(Utterance.source == source)
        .where(
            ~select(newer.id)
            .where(
                newer.utterance_id == UtteranceRevision.utterance_id,
                newer.number > UtteranceRevision.number,
            )
            .exists()
        )
    )
    if partition is not None:
        query = query.where(Utterance.partition == partition)
    if locales is not None:
        query = query.where(Utterance.locale.in_(list(locales)))
    return query


def list_newest_by_id(db: Db, source: str, locale: str) -> dict[str, tuple[int, int, bytes]]:
    """Returns (utterance id, revision number, content hash) of each newest revision.

    By the utterance's external id.
    """
    query = _newest(
        select(
            Utterance.external_id,
            Utterance.id,
            UtteranceRevision.number,
            UtteranceRevision.content_hash,
        ),
        source,
        None,
        [locale],
    )
    return {name: (key, number, digest) for name, key, number, digest in db.execute(query)}


def record_revisions(
    db: Db, revisions: Sequence[tuple[int, int, AnnotatedUtterance, bytes]], person_id: int | None
) -> None:
    """Stores further revisions: (utterance id, number, what it says now, its content hash)."""
    now = utc_now()
    insert_rows(
        db,
        UtteranceRevision,
        [
            {
                "utterance_id": utterance_id,
                "number": number,
                "text": one.text,
                "domain": one.domain,
                "intent": one.intent,
                "slots": one.slots,
                "annotation": one.annotation,
                "content_hash": digest,
                "author_id": person_id,
                "created_at": now,
            }
            for utterance_id, number, one, digest in revisions
        ],
    )
