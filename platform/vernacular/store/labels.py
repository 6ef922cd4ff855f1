"""Queries on labels: what a run answered beside what was expected, and what people judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from vernacular.corpus.utterance import Judgment
from vernacular.errors import NotFound
from vernacular.store.database import Db
from vernacular.store.tables import Result, Run, Score, SuiteItem, Utterance, UtteranceRevision

LabelRow = tuple[str, str, str | None, float | None, bool]
"""(locale, expected intent, answered intent, confidence of the answer, whether it failed)."""


def list_labels(
    db: Db, run: Run, score_set_id: int, locale: str | None = None
) -> Sequence[LabelRow]:
    """Returns one row per scored result, ordered by item, of one locale or of all.

    The expected intent is that of the revision which the score set was made against.

    Raises:
        NotFound: the run says what was heard, but not what was understood.
    """
    if not run.has_intents:
        raise NotFound(f"run {run.id} holds transcripts only; it says nothing of intents")
    query = (
        select(
            SuiteItem.locale,
            UtteranceRevision.intent,
            Result.intent,
            Result.intent_confidence,
            Score.failed,
        )
        .join(SuiteItem, (SuiteItem.suite_id == run.suite_id) & (SuiteItem.number == Score.item))
        .join(UtteranceRevision, UtteranceRevision.id == Score.revision_id)
        .join(Result, (Result.run_id == run.id) & (Result.item == Score.item))
        .where(Score.score_set_id == score_set_id)
        .order_by(Score.item)
    )
    if locale is not None:
        query = query.where(SuiteItem.locale == locale)
    return db.execute(query).all()


def list_judgments(
    db: Db, source: str, partition: str | None = None, locale: str | None = None
) -> Iterator[tuple[str, list[Judgment]]]:
    """Returns (locale, judgments) of each utterance of a source that came with judgments."""
    query = (
        select(Utterance.locale, Utterance.origin)
        .where(Utterance.source == source, Utterance.origin.is_not(None))
        .order_by(Utterance.locale, Utterance.id)
        .execution_options(yield_per=5_000)
    )
    if partition is not None:
        query = query.where(Utterance.partition == partition)
    if locale is not None:
        query = query.where(Utterance.locale == locale)
    for tag, origin in db.execute(query):
        rows = origin.get("judgments")
        if rows:
            yield tag, [Judgment(*row) for row in rows]
