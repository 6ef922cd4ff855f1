"""Queries on how long the answers of a run took."""

from __future__ import annotations

from sqlalchemy import func, select

from vernacular.store.database import Db
from vernacular.store.tables import Result
from vernacular.store.tables.runs import ResultStatus


def list_latencies(db: Db, run_id: int) -> list[float]:
    """Returns the milliseconds of every answer of a run that recorded them, in no order.

    Failed results are left out: how fast an error came says nothing.
    """
    query = select(Result.latency_ms).where(
        Result.run_id == run_id,
        Result.status == ResultStatus.ANSWERED,
        Result.latency_ms.is_not(None),
    )
    # The driver's own tuples: a hundred thousand numbers need nothing of the ORM.
    return [row[0] for row in db.connection().execute(query).cursor.fetchall()]


def count_answers(db: Db, run_id: int) -> int:
    """Returns how many results of a run are answers, not failures."""
    query = select(func.count()).where(
        Result.run_id == run_id, Result.status == ResultStatus.ANSWERED
    )
    return db.scalar(query) or 0
