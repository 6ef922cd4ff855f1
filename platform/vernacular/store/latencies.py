"""Queries on how long the answers of a run took, and how long what it heard lasts."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select

from vernacular.store.database import Db
from vernacular.store.tables import Clip, Result, SuiteItem
from vernacular.store.tables.runs import ResultStatus


def list_latencies(db: Db, run_id: int, *, with_replies: bool = True) -> list[float]:
    """Returns the milliseconds of every answer of a run that recorded them, in no order.

    Failed results are left out: how fast an error came says nothing. Without ``with_replies`` the
    time of reply and speech is taken off, so that runs that asked for them compare with others.
    """
    took_ms: ColumnElement[float | None] = Result.latency_ms.expression
    if not with_replies:
        for column in (Result.reply_ms, Result.tts_ms):
            took_ms = took_ms - func.coalesce(column, 0.0)
    query = select(took_ms).where(
        Result.run_id == run_id,
        Result.status == ResultStatus.ANSWERED,
        Result.latency_ms.is_not(None),
    )
    # The driver's own tuples: a hundred thousand numbers need nothing of the ORM.
    return [row[0] for row in db.connection().execute(query).cursor.fetchall()]


STAGES = {
    "asr": Result.asr_ms,
    "nlu": Result.nlu_ms,
    "reply": Result.reply_ms,
    "tts": Result.tts_ms,
}
"""The stages of which a run keeps each answer's milliseconds, in the order they come."""


def list_stage_latencies(db: Db, run_id: int) -> dict[str, list[float]]:
    """Returns the milliseconds of each stage that was asked, over the answers of a run."""
    query = select(*STAGES.values()).where(
        Result.run_id == run_id, Result.status == ResultStatus.ANSWERED
    )
    columns = zip(*db.connection().execute(query).cursor.fetchall(), strict=True)
    known = {
        name: [one for one in column if one is not None]
        for name, column in zip(STAGES, columns, strict=False)
    }
    return {name: column for name, column in known.items() if column}


def sum_audio_seconds(db: Db, suite_id: int) -> float | None:
    """Returns how long the clips of a suite last together; None where it has none."""
    query = (
        select(func.sum(Clip.audio_seconds))
        .join(SuiteItem, SuiteItem.clip == Clip.content_hash)
        .where(SuiteItem.suite_id == suite_id)
    )
    return db.scalar(query)


def count_answers(db: Db, run_id: int) -> int:
    """Returns how many results of a run are answers, not failures."""
    query = select(func.count()).where(
        Result.run_id == run_id, Result.status == ResultStatus.ANSWERED
    )
    return db.scalar(query) or 0
