"""Queries that put a suite's items beside what two runs answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from vernacular.corpus.utterance import Slot
from vernacular.scoring.metric_keys import (
    CER,
    EXACT_MATCH,
    INTENT_ACCURACY,
    SLOT_F1,
    SLOT_VALUE_F1,
    TEXT_INTENT_ACCURACY,
    WER,
)
from vernacular.store.database import Db
from vernacular.store.latencies import STAGES
from vernacular.store.tables import Result, Run, Score, SuiteItem, UtteranceRevision
from vernacular.store.tables.runs import ResultStatus

ITEMS_PER_QUERY = 500
"""Items named in one query; SQLite bounds the parameters of a statement."""

RIGHT = {
    INTENT_ACCURACY: lambda score: score.correct_intent == 1,
    EXACT_MATCH: lambda score: score.exact == 1,
    SLOT_F1: lambda score: score.fp + score.fn == 0,
    SLOT_VALUE_F1: lambda score: score.value_fp + score.value_fn == 0,
    WER: lambda score: score.word_edits == 0,
    CER: lambda score: score.char_edits == 0,
    TEXT_INTENT_ACCURACY: lambda score: score.text_correct_intent == 1,
}
"""What "right" means of one utterance under each metric: of those that count parts of an utterance,
that no part is wrong."""


def list_flipped_items(
    db: Db, run: Run, baseline_scores: int, candidate_scores: int, locale: str | None, metric: str
) -> tuple[list[int], list[int]]:
    """Returns the items that only the baseline had right, and those only the candidate has.

    Args:
        run: either run; both are over its suite.
        baseline_scores: id of the baseline's score set.
        candidate_scores: id of the candidate's.
        locale: where to look; None for everywhere.
        metric: a metric key, see ``RIGHT``.
    """
    query = _flips(run, baseline_scores, candidate_scores, metric)
    if locale is not None:
        query = query.where(SuiteItem.locale == locale)
    rows = db.execute(query).all()
    return (
        [item for _, item, fixed in rows if not fixed],
        [item for _, item, fixed in rows if fixed],
    )


def list_flips_everywhere(
    db: Db, run: Run, baseline_scores: int, candidate_scores: int, metric: str
) -> Sequence[tuple[str, int, bool]]:
    """Returns (locale, item, whether it was fixed) of every flip, ordered by item.

    Arguments as in :func:`list_flipped_items`.
    """
    rows = db.execute(_flips(run, baseline_scores, candidate_scores, metric))
    return [(locale, item, bool(fixed)) for locale, item, fixed in rows]


def _flips(
    run: Run, baseline_scores: int, candidate_scores: int, metric: str
) -> Select[str, int, bool]:
    was, now = aliased(Score), aliased(Score)
    was_right, is_right = RIGHT[metric](was), RIGHT[metric](now)
    return (
        select(SuiteItem.locale, was.item, is_right)
        .join(now, (now.score_set_id == candidate_scores) & (now.item == was.item))
        .join(SuiteItem, (SuiteItem.suite_id == run.suite_id) & (SuiteItem.number == was.item))
        .where(was.score_set_id == baseline_scores)
        .where(was.revision_id == now.revision_id, was_right != is_right)
        .order_by(was.item)
    )


@dataclass(frozen=True, slots=True)
class JudgedAnswer:
    """What a run answered for one item, and whether it was right."""

    status: ResultStatus
    intent: str | None
    intent_confidence: float | None
    slots: tuple[Slot, ...]
    transcript: str | None
    """What was heard; the slots then are spans of it."""
    error: str | None
    transcript_confidence: float | None = None
    text_intent: str | None = None
    """What was understood of the reference text, where a run that hears was asked about it too."""
    text_slots: tuple[Slot, ...] = ()
    """Spans of the reference text."""
    text_error: str | None = None
    """Why the reference text was not understood at all."""
    stages: tuple[tuple[str, float], ...] = ()
    """Each stage whose time was kept and its milliseconds, in the order they ran."""


@dataclass(frozen=True, slots=True)
class JudgedItem:
    """One suite item with its reference and the answers of two runs."""

    number: int
    locale: str
    text: str
    intent: str
    slots: tuple[Slot, ...]
    baseline: JudgedAnswer
    candidate: JudgedAnswer


def list_judged_items(
    db: Db, baseline: Run, candidate: Run, score_set_id: int, numbers: Sequence[int]
) -> list[JudgedItem]:
    """Returns the items of ``numbers`` that both runs have answered, ordered by number.

    Args:
        db: the store.
        baseline: one run.
        candidate: the other, over the same suite.
        score_set_id: of either run; its references are shown, which may be newer than those that
            the suite froze.
        numbers: of suite items.
    """
    first, second = aliased(Result), aliased(Result)
    found = []
    for at in range(0, len(numbers), ITEMS_PER_QUERY):
        query = (
            select(SuiteItem, UtteranceRevision, first, second)
            .join(Score, (Score.score_set_id == score_set_id) & (Score.item == SuiteItem.number))
            .join(UtteranceRevision, UtteranceRevision.id == Score.revision_id)
            .join(first, (first.run_id == baseline.id) & (first.item == SuiteItem.number))
            .join(second, (second.run_id == candidate.id) & (second.item == SuiteItem.number))
            .where(SuiteItem.suite_id == candidate.suite_id)
            .where(SuiteItem.number.in_(numbers[at : at + ITEMS_PER_QUERY]))
            .order_by(SuiteItem.number)
        )
        for item, revision, one, other in db.execute(query):
            found.append(
                JudgedItem(
                    item.number,
                    item.locale,
                    revision.text,
                    revision.intent,
                    revision.slots,
                    answer_of(one),
                    answer_of(other),
                )
            )
    return found


def answer_of(result: Result) -> JudgedAnswer:
    """Returns what a stored result says."""
    took_ms = ((stage, getattr(result, column.key)) for stage, column in STAGES.items())
    return JudgedAnswer(
        result.status,
        result.intent,
        result.intent_confidence,
        result.slots or (),
        result.transcript,
        result.error,
        result.transcript_confidence,
        result.text_intent,
        result.text_slots or (),
        result.text_error,
        tuple((stage, latency_ms) for stage, latency_ms in took_ms if latency_ms is not None),
    )
