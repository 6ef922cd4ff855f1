"""Runs a release over a suite: in batches, in short transactions, and on from where it stopped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vernacular.assistants.contract import Answer, Assistant, Request
from vernacular.assistants.usable import refuse_unusable
from vernacular.comparison.locale_sums import sum_per_locale
from vernacular.errors import Conflict, ModelUnavailable
from vernacular.evaluation.load_counts import load_counts
from vernacular.evaluation.score_answers import TEXT_RULES, Hypothesis, score_answers
from vernacular.store.database import Store
from vernacular.store.releases import find_release
from vernacular.store.runs import (
    close_run,
    count_results,
    find_newest_run,
    find_parts,
    find_run,
    lock_run,
    record_results,
    start_run,
)
from vernacular.store.scores import (
    find_score_set,
    record_scores,
    record_sums,
    start_score_set,
)
from vernacular.store.suites import Reference, find_suite, list_pending
from vernacular.store.tables.runs import ResultStatus, RunStatus

BATCH = 1024
"""Utterances per transaction: long enough that batches sort well by length, short enough that a
tester's write beside it never waits for more than a fraction of a second."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come. ``n_done`` counts earlier sittings too."""

    run_id: int
    n_items: int
    n_done: int
    n_failed: int


Listener = Callable[[Progress], None]


def open_run(store: Store, release_name: str, suite_name: str, *, reuse: bool = False) -> int:
    """Returns the number of a run of the release over the suite, new unless ``reuse`` finds one.

    Raises:
        NotFound: there is no such release or suite.
        Conflict: an earlier run of both is still open, and ``reuse`` is off.
    """
    with store.writing() as db:
        release, suite = find_release(db, release_name), find_suite(db, suite_name)
        newest = find_newest_run(db, release.id, suite.id)
        if newest is not None and reuse:
            return newest.id
        if newest is not None and newest.status == RunStatus.OPEN:
            raise Conflict(
                f"run {newest.id} of {release_name} over {suite_name} is not finished:"
                f" go on with 'vernacular run resume {newest.id}'"
            )
        run = start_run(db, release, suite)
        start_score_set(db, run, TEXT_RULES)
        return run.id


def carry_out(store: Store, run_id: int, assistant: Assistant, listen: Listener) -> Progress:
    """Answers every item that has no result yet, then closes the run.

    Each batch's results and scores are stored in one transaction, so that a run killed at any
    moment loses at most the batch in hand; two processes on one run never store a result twice.

    Raises:
        ModelUnavailable: the assistant as a whole gave up; what was stored stays.
    """
    with store.reading() as db:
        run = find_run(db, run_id)
        scores = find_score_set(db, run_id)
        suite_id, is_open = run.suite_id, run.status == RunStatus.OPEN
        n_items = find_parts(db, run)[1].n_items
        n_done, n_failed = count_results(db, [run_id]).get(run_id, (0, 0))
    progress = Progress(run_id, n_items, n_done, n_failed)
    listen(progress)
    after = 0
    while is_open:
        with store.reading() as db:
            items = list_pending(db, suite_id, run_id, after, BATCH)
        if not items:
            break
        answers = _answer(assistant, items)
        results = [
            _result(run_id, item, answer) for item, answer in zip(items, answers, strict=True)
        ]
        hypotheses = [_hypothesis(answer) for answer in answers]
        scored = score_answers(TEXT_RULES, items, hypotheses, has_intents=True)
        with store.writing() as db:
            record_results(db, results)
            record_scores(db, scores.id, scored)
        after = items[-1].number
        n_done += len(items)
        n_failed += sum(answer.error is not None for answer in answers)
        progress = Progress(run_id, n_items, n_done, n_failed)
        listen(progress)
    # Added up before the lock is taken: every result is there, and none will change.
    with store.reading() as db:
        sums = sum_per_locale(load_counts(db, find_run(db, run_id), scores)) if is_open else []
    with store.writing() as db:
        # Another process on the same run may be here too; only one of them may store the sums.
        run = lock_run(db, run_id)
        if run.status == RunStatus.OPEN:
            record_sums(db, scores.id, sums)
            close_run(run)
        return Progress(run_id, n_items, *count_results(db, [run_id]).get(run_id, (0, 0)))


def _answer(assistant: Assistant, items: Sequence[Reference]) -> list[Answer]:
    """Returns an answer per item; where a batch fails, its items are tried one by one."""
    requests = [Request(item.text, item.locale, wants_reply=False) for item in items]
    try:
        answers = assistant.predict_batch(requests)
        if len(answers) != len(items):
            raise ValueError(f"{len(answers)} answers to {len(items)} requests")
    except ModelUnavailable:
        raise
    except Exception as error:
        if len(items) > 1:
            return [_answer(assistant, [item])[0] for item in items]
        answers = [Answer(error=f"{type(error).__name__}: {error}")]
    return [refuse_unusable(one, item.text) for one, item in zip(answers, items, strict=True)]


def _result(run_id: int, item: Reference, answer: Answer) -> dict[str, object]:
    failed = answer.error is not None
    return {
        "run_id": run_id,
        "item": item.number,
        "status": ResultStatus.FAILED if failed else ResultStatus.ANSWERED,
        "intent": answer.intent,
        "intent_confidence": answer.intent_confidence,
        "slots": None if failed else answer.slots,
        "transcript": None,
        "latency_ms": answer.latency_ms,
        "error": answer.error,
    }


def _hypothesis(answer: Answer) -> Hypothesis:
    return Hypothesis(answer.error is not None, answer.intent, answer.slots, transcript=None)
