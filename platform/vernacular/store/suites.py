"""Queries on suites and their items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select

from vernacular.corpus.utterance import Slot
from vernacular.errors import NotFound
from vernacular.store.database import Db
from vernacular.store.inserting import insert_ignoring, insert_rows
from vernacular.store.tables import (
    Recording,
    Result,
    Suite,
    SuiteItem,
    Utterance,
    UtteranceRevision,
)
from vernacular.store.tables.runs import ResultStatus


@dataclass(frozen=True, slots=True)
class Reference:
    """A suite item with what is expected of it."""

    number: int
    locale: str
    revision_id: int
    text: str
    intent: str
    slots: tuple[Slot, ...]
    clip: str | None = None
    """Content hash of the recording to be heard; None where the text is given."""


REFERENCE_COLUMNS = (
    SuiteItem.number,
    SuiteItem.locale,
    SuiteItem.revision_id,
    UtteranceRevision.text,
    UtteranceRevision.intent,
    UtteranceRevision.slots,
    SuiteItem.clip,
)
"""What a ``Reference`` is made of, in its order, where items and frozen revisions are joined."""


def find_suite(db: Db, name: str) -> Suite:
    """Returns the suite called ``name``.

    Raises:
        NotFound: there is none; the message lists those there are.
    """
    suite = db.scalar(select(Suite).where(Suite.name == name))
    if suite is None:
        names = ", ".join(sorted(one.name for one in list_suites(db))) or "none yet"
        raise NotFound(f"there is no suite {name!r}; suites: {names}")
    return suite


def list_suites(db: Db) -> list[Suite]:
    """Returns all suites, newest first.

    Those without items are left out: replays keep turns there that nobody corrected.
    """
    return list(db.scalars(select(Suite).where(Suite.n_items > 0).order_by(Suite.id.desc())))


@dataclass(frozen=True, slots=True)
class NewItem:
    """An item of a suite that is being frozen."""

    locale: str
    revision_id: int
    cluster: int
    clip: str | None = None


def record_suite(db: Db, name: str, content_hash: str, items: Sequence[NewItem]) -> Suite | None:
    """Stores a suite, its items numbered from 1; None where its name is taken.

    The database decides who was first: of two calls at the same moment the second waits for the
    first to commit.
    """
    suite_id = db.scalar(
        insert_ignoring(db, Suite)
        .values(name=name, content_hash=content_hash, n_items=len(items))
        .returning(Suite.id)
    )
    if suite_id is None:
        return None
    insert_rows(
        db,
        SuiteItem,
        [
            {
                "suite_id": suite_id,
                "number": number,
                "locale": item.locale,
                "revision_id": item.revision_id,
                "cluster": item.cluster,
                "clip": item.clip,
            }
            for number, item in enumerate(items, start=1)
        ],
    )
    return db.get_one(Suite, suite_id)


@dataclass(frozen=True, slots=True)
class SuiteContent:
    """What the items of a suite hold; all of them do, or none does."""

    has_clips: bool
    has_intents: bool


def describe_content(db: Db, suite_id: int) -> SuiteContent:
    """Returns what the items of a suite hold."""
    query = (
        select(SuiteItem.clip, UtteranceRevision.intent)
        .join(UtteranceRevision, UtteranceRevision.id == SuiteItem.revision_id)
        .where(SuiteItem.suite_id == suite_id)
        .order_by(SuiteItem.number)
        .limit(1)
    )
    clip, intent = db.execute(query).one_or_none() or (None, "")
    return SuiteContent(clip is not None, bool(intent))


def count_items(db: Db, suite_id: int) -> dict[str, int]:
    """Returns the number of items per locale."""
    query = (
        select(SuiteItem.locale, func.count())
        .where(SuiteItem.suite_id == suite_id)
        .group_by(SuiteItem.locale)
        .order_by(SuiteItem.locale)
    )
    return dict(db.execute(query).all())


def list_places(db: Db, suite_id: int) -> Sequence[tuple[Any, ...]]:
    """Returns (number, locale, cluster) of every item, ordered by number."""
    query = select(SuiteItem.number, SuiteItem.locale, SuiteItem.cluster)
    query = query.where(SuiteItem.suite_id == suite_id).order_by(SuiteItem.number)
    # The driver's own tuples: a hundred thousand rows of plain values need nothing of the ORM.
    return db.connection().execute(query).cursor.fetchall()


@dataclass(frozen=True, slots=True)
class NamedReference:
    """A suite item with the id its utterance had where it came from."""

    external_id: str
    reference: Reference


def list_named_references(db: Db, suite_id: int) -> list[NamedReference]:
    """Returns every item of a suite with its frozen reference, ordered by number."""
    query = (
        select(
            Utterance.external_id,
            *REFERENCE_COLUMNS,
        )
        .join(UtteranceRevision, UtteranceRevision.id == SuiteItem.revision_id)
        .join(Utterance, Utterance.id == UtteranceRevision.utterance_id)
        .where(SuiteItem.suite_id == suite_id)
        .order_by(SuiteItem.number)
    )
    return [NamedReference(row[0], Reference(*row[1:])) for row in db.execute(query)]


def list_texts(db: Db, suite_id: int) -> list[tuple[str, str]]:
    """Returns (locale, text) of every item, ordered by number."""
    query = (
        select(SuiteItem.locale, UtteranceRevision.text)
        .join(UtteranceRevision, UtteranceRevision.id == SuiteItem.revision_id)
        .where(SuiteItem.suite_id == suite_id)
        .order_by(SuiteItem.number)
    )
    return [(locale, text) for locale, text in db.execute(query)]


def list_descriptions(db: Db, suite_id: int) -> Sequence[tuple[Any, ...]]:
    """Returns (number, domain, intent, dialect, text, slots) of every item, ordered by number."""
    query = (
        select(
            SuiteItem.number,
            UtteranceRevision.domain,
            UtteranceRevision.intent,
            Utterance.dialect,
            UtteranceRevision.text,
            UtteranceRevision.slots,
        )
        .join(UtteranceRevision, UtteranceRevision.id == SuiteItem.revision_id)
        .join(Utterance, Utterance.id == UtteranceRevision.utterance_id)
        .where(SuiteItem.suite_id == suite_id)
        .order_by(SuiteItem.number)
    )
    return db.connection().execute(query).all()


def list_accents(db: Db, suite_id: int) -> dict[int, str]:
    """Returns the accent of who speaks in each item's clip, by number, where one is named."""
    query = (
        select(SuiteItem.number, Recording.origin)
        .join(UtteranceRevision, UtteranceRevision.id == SuiteItem.revision_id)
        .join(
            Recording,
            (Recording.utterance_id == UtteranceRevision.utterance_id)
            & (Recording.clip == SuiteItem.clip),
        )
        .where(SuiteItem.suite_id == suite_id, Recording.origin.is_not(None))
    )
    accents = {}
    for number, origin in db.execute(query):
        # Common Voice calls its column so.
        accent = (origin or {}).get("accent") or (origin or {}).get("accents")
        if accent:
            accents[number] = str(accent)
    return accents


def list_pending(
    db: Db, suite_id: int, run_id: int, after: int, limit: int, *, failed_too: bool = False
) -> list[Reference]:
    """Returns up to ``limit`` items numbered above ``after`` that the run has no result for, or
    with ``failed_too`` no answer."""
    is_pending: ColumnElement[bool] = Result.item.is_(None)
    if failed_too:
        is_pending |= Result.status == ResultStatus.FAILED
    query = (
        select(
            *REFERENCE_COLUMNS,
        )
        .join(UtteranceRevision, UtteranceRevision.id == SuiteItem.revision_id)
        .outerjoin(Result, (Result.run_id == run_id) & (Result.item == SuiteItem.number))
        .where(SuiteItem.suite_id == suite_id, SuiteItem.number > after, is_pending)
        .order_by(SuiteItem.number)
        .limit(limit)
    )
    return [Reference(*row) for row in db.execute(query)]
