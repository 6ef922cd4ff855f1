"""Queries on what people have judged to be good, with all that is needed to tell."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from vernacular.corpus.utterance import Judgment, Slot
from vernacular.store.database import Db
from vernacular.store.tables import SuiteItem, Utterance, UtteranceRevision


@dataclass(frozen=True, slots=True)
class JudgedUtterance:
    """The newest state of an utterance, and what people judged of its first."""

    source: str
    external_id: str
    locale: str
    partition: str
    text: str
    intent: str
    slots: tuple[Slot, ...]
    judgments: tuple[Judgment, ...]
    is_corrected: bool
    """Whether it has been corrected since it was judged."""


def list_judged_utterances(
    db: Db, source: str | None, locales: Collection[str] | None
) -> Iterator[JudgedUtterance]:
    """Yields every utterance that names an intent, by source, locale and external id.

    Args:
        db: the store.
        source: only this one.
        locales: only these.
    """
    newest = (
        select(func.max(UtteranceRevision.number))
        .where(UtteranceRevision.utterance_id == Utterance.id)
        .correlate(Utterance)
        .scalar_subquery()
    )
    query = (
        select(
            Utterance.source,
            Utterance.external_id,
            Utterance.locale,
            Utterance.partition,
            Utterance.origin,
            UtteranceRevision.text,
            UtteranceRevision.intent,
            UtteranceRevision.slots,
            UtteranceRevision.number,
        )
        .join(UtteranceRevision, UtteranceRevision.utterance_id == Utterance.id)
        .where(UtteranceRevision.number == newest, UtteranceRevision.intent != "")
        .order_by(Utterance.source, Utterance.locale, Utterance.external_id)
        .execution_options(yield_per=5_000)
    )
    if source is not None:
        query = query.where(Utterance.source == source)
    if locales is not None:
        query = query.where(Utterance.locale.in_(list(locales)))
    for source_, external_id, locale, partition, origin, text, intent, slots, number in db.execute(
        query
    ):
        judgments = tuple(Judgment(*row) for row in (origin or {}).get("judgments", ()))
        yield JudgedUtterance(
            source_, external_id, locale, partition, text, intent, slots, judgments, number > 1
        )


def list_frozen_texts(db: Db, suite_ids: Sequence[int]) -> Iterator[tuple[str, str, str]]:
    """Yields (source, external id, text as it was frozen) of every item of the suites."""
    query = (
        select(Utterance.source, Utterance.external_id, UtteranceRevision.text)
        .join(UtteranceRevision, UtteranceRevision.utterance_id == Utterance.id)
        .join(SuiteItem, SuiteItem.revision_id == UtteranceRevision.id)
        .where(SuiteItem.suite_id.in_(list(suite_ids)))
        .execution_options(yield_per=5_000)
    )
    yield from db.execute(query)
