"""Runs a release over a suite: in batches, in short transactions, and on from where it stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from vernacular.assistants.contract import Answer
from vernacular.assistants.manifest import Manifest
from vernacular.clips.contract import Clips
from vernacular.comparison.locale_sums import sum_per_locale
from vernacular.errors import Conflict, StoreUnavailable
from vernacular.evaluation.answering import AnsweredItem, Asking, Engine
from vernacular.evaluation.load_counts import load_counts
from vernacular.evaluation.plan_run import plan_run
from vernacular.evaluation.score_answers import (
    HEARD_RULES,
    LENIENT_RULES,
    TEXT_RULES,
    Hypothesis,
    score_answers,
)
from vernacular.store.database import Db, Store
from vernacular.store.replays import list_replayed_ids
from vernacular.store.runs import (
    add_cost,
    close_run,
    count_results,
    delete_run,
    find_parts,
    find_run,
    lock_run,
    record_results,
    record_run,
    take_back_failed,
)
from vernacular.store.scores import (
    ScoringRules,
    list_score_sets,
    record_scores,
    record_sums,
    rules_of,
    start_score_set,
)
from vernacular.store.suites import (
    Reference,
    list_pending,
    list_texts,
)
from vernacular.store.tables import Run, ScoreSet
from vernacular.store.tables.base import utc_now
from vernacular.store.tables.runs import AS_FROZEN, ResultStatus, RunStatus


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come. ``n_done`` counts earlier sittings too."""

    run_id: int
    n_items: int
    n_done: int
    n_failed: int


N_CLIPS_LOOKED_FOR = 20

Listener = Callable[[Progress], None]

RunScores = tuple[ScoreSet, ScoringRules]
"""A score set of a run, and what it is made by."""


def open_run(
    store: Store,
    release_name: str,
    suite_name: str,
    *,
    reuse: bool = False,
    as_text: bool = False,
    with_replies: bool = False,
    alone: bool = False,
) -> int:
    """Returns the number of a run of the release over the suite, see `plan_run`; a new one is
    stored.

    Raises:
        NotFound: there is no such release or suite.
        Conflict: there must be no such run.
    """
    with store.writing() as db:
        run = plan_run(
            db,
            release_name,
            suite_name,
            reuse=reuse,
            as_text=as_text,
            with_replies=with_replies,
            alone=alone,
        )
        if run.id is None:
            record_run(db, run)
            for rules in (LENIENT_RULES, HEARD_RULES) if run.has_transcripts else (TEXT_RULES,):
                start_score_set(db, run, rules)
        return run.id


def list_withheld(db: Db, run: Run, manifest: Manifest) -> frozenset[tuple[str, str]]:
    """Returns (locale, text) of the utterances that must not be shown to the release as examples:
    all of the suite it is about to be judged by, where it learns from examples at all."""
    if not manifest.shows_examples:
        return frozenset()
    return frozenset(list_texts(db, run.suite_id))


def abandon_run(store: Store, run_id: int) -> int:
    """Gives up a run that is open: one without a result is deleted, another keeps its results.

    A process that is at it stops at its next batch. Nothing is ever compared with the run, and
    `carry_out` takes it up again.

    Returns:
        How many results stay.

    Raises:
        NotFound: there is no such run.
        Conflict: it is finished, or the half of a replay that has begun.
    """
    with store.writing() as db:
        run = lock_run(db, run_id)
        if run.status == RunStatus.FINISHED:
            raise Conflict(f"run {run_id} is finished and stays: it has been compared with, or may")
        n_results, _ = count_results(db, [run_id]).get(run_id, (0, 0))
        if list_replayed_ids(db, run_id):
            refuse_replay(run)
        if n_results:
            run.abandoned_at = run.abandoned_at or utc_now()
        else:
            delete_run(db, run)
        return n_results


def check_clips(db: Db, run: Run, clips: Clips, *, retry_failed: bool = False) -> None:
    """Makes sure that the clips which a run is about to hear are where it looks for them.

    A clip that is gone fails alone; that none is there means that the folder is not the one they
    are in, and a run of failures would be stored for ever.

    Raises:
        StoreUnavailable: of the first clips in question not one is there.
    """
    if run.has_transcripts:
        # Of a run that is not stored yet, which has no number, every item is pending.
        pending = list_pending(
            db, run.suite_id, run.id, 0, N_CLIPS_LOOKED_FOR, failed_too=retry_failed
        )
        require_any(clips, [one.clip for one in pending if one.clip is not None])


def require_any(clips: Clips, hashes: Sequence[str]) -> None:
    """Makes sure that at least one of some clips is there, if there are any.

    Raises:
        StoreUnavailable: not one is.
    """
    if hashes and not any(clips.has(one) for one in hashes):
        raise StoreUnavailable(
            f"none of the {len(hashes)} clips that are to be heard first is there: is"
            " --clips-folder (VERNACULAR_CLIPS_FOLDER) the folder that they were imported into?"
        )


def asking_of(run: Run) -> Asking:
    """Returns how the items of a run are put to its release."""
    return Asking(
        by_voice=run.has_transcripts,
        text_too=run.has_text_answers,
        replies_too=run.has_replies,
        alone=run.asked_alone,
    )


def carry_out(
    store: Store, run_id: int, engine: Engine, listen: Listener, *, retry_failed: bool = False
) -> Progress:
    """Answers every item that has no result yet, then closes the run.

    Each batch's results and scores are stored in one transaction, so that a run killed at any
    moment loses at most the batches in hand; two processes on one run never store a result twice.

    With ``retry_failed`` what failed is asked again: for a server that was down, a clip that was
    gone, which say nothing of the release. What failed stays, with its reason, until there is
    another result in its place; answers are never asked for twice.

    Raises:
        ModelUnavailable: the assistant as a whole gave up; what was stored stays.
        NotFound: there is no such run, or not any more.
        Conflict: the run is a replay, or was abandoned meanwhile.
    """
    with store.writing() as db:
        run = lock_run(db, run_id)
        refuse_replay(run)
        run.abandoned_at = None
        sets = list_run_scores(db, run_id)
        suite_id, is_open = run.suite_id, run.status == RunStatus.OPEN or retry_failed
        has_intents = run.has_intents
        n_items = find_parts(db, run)[1].n_items
        n_done, n_failed = count_results(db, [run_id]).get(run_id, (0, 0))
    if retry_failed:
        # The others are made of whole runs, and go with the first result that is taken back.
        sets = [(scores, rules) for scores, rules in sets if rules.reference_key == AS_FROZEN]
        n_done, n_failed = n_done - n_failed, 0
    progress = Progress(run_id, n_items, n_done, n_failed)
    listen(progress)
    pending = (
        _list_batches(store, suite_id, run_id, engine.batch_size, failed_too=retry_failed)
        if is_open
        else iter(())
    )
    for batch in engine.answer(pending):
        scored = score_batch(sets, batch.answered, has_intents=has_intents)
        with store.writing() as db:
            if retry_failed:
                numbers = [one.item.number for one in batch.answered]
                take_back_failed(db, lock_run(db, run_id), numbers)
            record_batch(db, run_id, batch.answered, scored)
            add_cost(db, run_id, batch.busy_seconds, engine.footprint())
        n_done += len(batch.answered)
        n_failed += sum(one.answer.error is not None for one in batch.answered)
        progress = Progress(run_id, n_items, n_done, n_failed)
        listen(progress)
    if is_open:
        finish(store, run_id, sets)
    with store.reading() as db:
        return Progress(run_id, n_items, *count_results(db, [run_id]).get(run_id, (0, 0)))


def list_run_scores(db: Db, run_id: int) -> list[RunScores]:
    """Returns the score sets of a run, newest first, each with what it is made by."""
    return [(one, rules_of(one)) for one in list_score_sets(db, run_id)]


def refuse_replay(run: Run) -> None:
    """Makes sure that the items of a run stand each alone.

    Raises:
        Conflict: they are turns of conversations, which 'vernacular replay' puts in their order.
    """
    if run.dialogue is not None:
        raise Conflict(
            f"run {run.id} is a replay of sessions: the 'vernacular replay' that began it goes on"
            " with it when it is given again"
        )


def score_batch(
    sets: Sequence[RunScores], answered: Sequence[AnsweredItem], *, has_intents: bool
) -> list[tuple[ScoreSet, list[dict[str, Any]]]]:
    """Returns the scores of some answers of a run, by each of its score sets."""
    items = [one.item for one in answered]
    hypotheses = [_hypothesis(one) for one in answered]
    return [
        (scores, score_answers(rules, items, hypotheses, has_intents=has_intents))
        for scores, rules in sets
    ]


def record_batch(
    db: Db,
    run_id: int,
    answered: Sequence[AnsweredItem],
    scored: Sequence[tuple[ScoreSet, list[dict[str, Any]]]],
) -> None:
    """Stores some answers of a run with their scores; those stored already stay as they are.

    Raises:
        NotFound: the run was abandoned meanwhile, before it had a result.
        Conflict: it was, after that.
    """
    if find_run(db, run_id).abandoned_at is not None:
        raise Conflict(
            f"run {run_id} was abandoned meanwhile: 'vernacular run resume {run_id}' takes it up"
        )
    record_results(db, [_result(run_id, one) for one in answered])
    for scores, rows in scored:
        record_scores(db, scores.id, rows)


def finish(store: Store, run_id: int, sets: Sequence[RunScores]) -> None:
    """Adds up the scores of a run that has all its results, and closes it."""
    # Added up before the lock is taken: every result is there, and none will change.
    with store.reading() as db:
        run = find_run(db, run_id)
        sums = [(scores, sum_per_locale(load_counts(db, run, scores))) for scores, _ in sets]
    with store.writing() as db:
        # Another process on the same run may be here too; only one of them may store the sums.
        run = lock_run(db, run_id)
        if run.status == RunStatus.OPEN:
            for scores, per_locale in sums:
                record_sums(db, scores.id, per_locale)
            close_run(run)


def _list_batches(
    store: Store, suite_id: int, run_id: int, size: int, *, failed_too: bool
) -> Iterator[list[Reference]]:
    """Yields the items without a result, or without an answer, each once, in order."""
    after = 0
    while True:
        with store.reading() as db:
            items = list_pending(db, suite_id, run_id, after, size, failed_too=failed_too)
        if not items:
            return
        after = items[-1].number
        yield items


def _result(run_id: int, one: AnsweredItem) -> dict[str, object]:
    answer, text_answer = one.answer, one.text_answer or Answer()
    failed = answer.error is not None
    return {
        "run_id": run_id,
        "item": one.item.number,
        "status": ResultStatus.FAILED if failed else ResultStatus.ANSWERED,
        "intent": answer.intent,
        "intent_confidence": answer.intent_confidence,
        "slots": None if failed else answer.slots,
        "transcript": answer.transcript,
        "transcript_confidence": answer.transcript_confidence,
        "text_intent": text_answer.intent,
        "text_slots": None if one.text_answer is None or text_answer.error else text_answer.slots,
        "text_error": text_answer.error,
        "asr_ms": _stage_ms(answer, "asr"),
        "nlu_ms": _stage_ms(answer, "nlu", "fallback"),
        "reply_ms": _stage_ms(answer, "reply"),
        "tts_ms": _stage_ms(answer, "tts"),
        "latency_ms": answer.latency_ms,
        "error": answer.error,
    }


def _stage_ms(answer: Answer, *names: str) -> float | None:
    """Returns what the stages of these names took together; None where none was asked."""
    took = [stage.latency_ms for stage in answer.stages if stage.stage in names]
    return sum(took) if took else None


def _hypothesis(one: AnsweredItem) -> Hypothesis:
    return Hypothesis(
        one.answer.error is not None,
        one.answer.intent,
        one.answer.slots,
        one.answer.transcript,
        text_intent=None if one.text_answer is None else one.text_answer.intent,
    )
