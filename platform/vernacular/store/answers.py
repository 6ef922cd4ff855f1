"""Queries that read back what a run answered, together with what was expected."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from vernacular.corpus.utterance import Slot
from vernacular.store.database import Db
from vernacular.store.suites import REFERENCE_COLUMNS, Reference
from vernacular.store.tables import Result, Run, SuiteItem, Utterance, UtteranceRevision
from vernacular.store.tables.runs import ResultStatus


@dataclass(frozen=True, slots=True)
class Answered:
    """One result of a run and the reference that its suite froze."""

    reference: Reference
    failed: bool
    intent: str | None
    slots: tuple[Slot, ...]
    transcript: str | None
    text_intent: str | None


def list_answers(db: Db, run: Run, locales: Collection[str] | None = None) -> list[Answered]:
    """Returns the results of a run, ordered by item, in some locales or in all."""
    query = (
        select(
            *REFERENCE_COLUMNS,
            Result.status,
            Result.intent,
            Result.slots,
            Result.transcript,
            Result.text_intent,
        )
        .join(SuiteItem, (SuiteItem.suite_id == run.suite_id) & (SuiteItem.number == Result.item))
        .join(UtteranceRevision, UtteranceRevision.id == SuiteItem.revision_id)
        .where(Result.run_id == run.id)
        .order_by(Result.item)
    )
    if locales is not None:
        query = query.where(SuiteItem.locale.in_(locales))
    n = len(REFERENCE_COLUMNS)
    rows: Iterator[tuple[Any, ...]] = map(tuple, db.execute(query))
    return [
        Answered(
            Reference(*row[:n]),
            row[n] == ResultStatus.FAILED,
            row[n + 1],
            row[n + 2] or (),
            *row[n + 3 :],
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class NamedAnswer:
    """One result under the id its utterance had where it came from."""

    external_id: str
    locale: str
    intent: str | None
    intent_confidence: float | None
    slots: tuple[Slot, ...] | None
    transcript: str | None
    latency_ms: float | None
    error: str | None


def list_named_answers(db: Db, run: Run) -> list[NamedAnswer]:
    """Returns every result of a run, ordered by item."""
    query = (
        select(
            Utterance.external_id,
            SuiteItem.locale,
            Result.intent,
            Result.intent_confidence,
            Result.slots,
            Result.transcript,
            Result.latency_ms,
            Result.error,
        )
        .join(SuiteItem, (SuiteItem.suite_id == run.suite_id) & (SuiteItem.number == Result.item))
        .join(UtteranceRevision, UtteranceRevision.id == SuiteItem.revision_id)
        .join(Utterance, Utterance.id == UtteranceRevision.utterance_id)
        .where(Result.run_id == run.id)
        .order_by(Result.item)
    )
    return [NamedAnswer(*row) for row in db.execute(query)]


def list_newest_references(
    db: Db, suite_id: int, *, with_same_text: bool = False
) -> dict[int, Reference]:
    """Returns the newest revision of each item that was corrected since the suite was frozen.

    By item number; items whose frozen revision is the newest are not there, and neither, if only
    those ``with_same_text`` are wanted, are items whose text was corrected.
    """
    frozen, newest, other = (aliased(UtteranceRevision) for _ in range(3))
    highest = (
        select(func.max(other.number))
        .where(other.utterance_id == frozen.utterance_id)
        .scalar_subquery()
    )
    query = (
        select(
            SuiteItem.number,
            SuiteItem.locale,
            newest.id,
            newest.text,
            newest.intent,
            newest.slots,
        )
        .join(frozen, frozen.id == SuiteItem.revision_id)
        .join(newest, (newest.utterance_id == frozen.utterance_id) & (newest.number == highest))
        .where(SuiteItem.suite_id == suite_id, newest.number > frozen.number)
        .order_by(SuiteItem.number)
    )
    if with_same_text:
        query = query.where(newest.text == frozen.text)
    return {row[0]: Reference(*row) for row in db.execute(query)}
