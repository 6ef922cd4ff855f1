"""Queries on which stage is at fault where a run that hears got the intent wrong."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from vernacular.store.database import Db
from vernacular.store.tables import Run, Score, SuiteItem


@dataclass(frozen=True, slots=True)
class OutcomeCount:
    """How often something came of what was heard and of the reference text, in one locale."""

    locale: str
    failed: bool
    is_right: bool
    """Whether the intent of what was heard is right."""
    is_right_as_text: bool
    """Whether that of the reference text is."""
    n: int


def count_outcomes(db: Db, run: Run, score_set_id: int) -> list[OutcomeCount]:
    """Returns how often each outcome came, by locale."""
    is_right, as_text = Score.correct_intent == 1, Score.text_correct_intent == 1
    query = (
        select(SuiteItem.locale, Score.failed, is_right, as_text, func.count())
        .join(SuiteItem, (SuiteItem.suite_id == run.suite_id) & (SuiteItem.number == Score.item))
        .where(Score.score_set_id == score_set_id)
        .group_by(SuiteItem.locale, Score.failed, is_right, as_text)
        .order_by(SuiteItem.locale)
    )
    return [
        OutcomeCount(locale, failed, bool(right), bool(right_as_text), n)
        for locale, failed, right, right_as_text, n in db.execute(query)
    ]
