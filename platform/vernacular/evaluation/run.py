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
from vernacular.evaluation.releases import manifest_of
from vernacular.evaluation.score_answers import (
    HEARD_RULES,
    LENIENT_RULES,
    TEXT_RULES,
    Hypothesis,
    score_answers,
)
from vernacular.store.database import Db, Store
from vernacular.store.releases import find_release
from vernacular.store.replays import find_replayed_as
from vernacular.store.runs import (
    add_cost,
    close_run,
    count_results,
    find_newest_run,
    find_parts,
    find_run,
    lock_run,
    record_results,
    reopen_failed,
    start_run,
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
    SuiteContent,
    describe_content,
    find_suite,
    list_pending,
    list_texts,
)
from vernacular.store.tables import Run, ScoreSet
from vernacular.store.tables.runs import ResultStatus, RunStatus


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
) -> int:
    """Returns the number of a run of the release over the suite, new unless ``reuse`` finds one.

    A suite with clips is heard, and what was heard is understood beside the reference text; with
    ``as_text`` only the reference text is given. ``with_replies`` asks for replies too, to time
    them; only a run that did so is reused then.

    Raises:
        NotFound: there is no such release or suite.
        Conflict: an earlier run of both is still open and ``reuse`` is off, or the release cannot
            do what the suite asks of it.
    """
    with store.writing() as db:
        release, suite = find_release(db, release_name), find_suite(db, suite_name)
        if find_replayed_as(db, suite.id) is not None:
            raise Conflict(
                f"{suite_name} holds turns of sessions that are replayed in their order:"
                f" 'vernacular replay --release {release_name}' does that"
            )
        content = describe_content(db, suite.id)
        manifest = manifest_of(release)
        by_voice = content.has_clips and not as_text
        _check_fit(manifest, suite_name, content, by_voice=by_voice)
        if with_replies and not manifest.replies:
            raise Conflict(
                f"{release_name} has no 'reply' stage that could be timed: leave --with-replies out"
            )
        newest = find_newest_run(
            db, release.id, suite.id, has_transcripts=by_voice, with_replies=with_replies
        )
        if newest is not None and reuse:
            return newest.id
        if newest is not None and newest.status == RunStatus.OPEN:
            raise Conflict(
                f"run {newest.id} of {release_name} over {suite_name} is not finished:"
                f" go on with 'vernacular run resume {newest.id}'"
            )
        has_intents = manifest.understands and content.has_intents
        run = start_run(
            db,
            release,
            suite,
            has_intents=has_intents,
            has_transcripts=by_voice,
            has_text_answers=by_voice and has_intents,
            has_replies=with_replies,
        )
        for rules in (LENIENT_RULES, HEARD_RULES) if by_voice else (TEXT_RULES,):
            start_score_set(db, run, rules)
        return run.id


def _check_fit(
    manifest: Manifest, suite_name: str, content: SuiteContent, *, by_voice: bool
) -> None:
    """Refuses a release that can neither hear nor understand what the suite holds."""
    if by_voice and not manifest.hears:
        raise Conflict(
            f"{suite_name} is to be heard and {manifest.release} has no 'asr' stage:"
            " --as-text gives it the reference texts"
        )
    if not by_voice and not manifest.understands:
        raise Conflict(
            f"{manifest.release} only hears (it has no 'nlu' stage), and {suite_name} is put to it"
            " as text: take a suite with clips"
        )
    if not by_voice and not content.has_intents:
        raise Conflict(f"{suite_name} names no intents that an answer could be held against")


def list_withheld(db: Db, run: Run, manifest: Manifest) -> frozenset[tuple[str, str]]:
    """Returns (locale, text) of the utterances that must not be shown to the release as examples:
    all of the suite it is about to be judged by, where it learns from examples at all."""
    if not manifest.shows_examples:
        return frozenset()
    return frozenset(list_texts(db, run.suite_id))


def retry_failed(store: Store, run_id: int) -> int:
    """Opens a run again for the items that have no answer, and returns how many they are.

    For a server that was down, a clip that was gone: what failed then says nothing of the release.
    Answers are never asked for twice.

    Raises:
        NotFound: there is no such run.
        Conflict: its results came from elsewhere, or it is a replay.
    """
    with store.writing() as db:
        run = lock_run(db, run_id)
        refuse_replay(run)
        manifest_of(find_parts(db, run)[0])
        return reopen_failed(db, run)


def check_clips(store: Store, run_id: int, clips: Clips) -> None:
    """Makes sure that the clips which a run is about to hear are where it looks for them.

    A clip that is gone fails alone; that none is there means that the folder is not the one they
    are in, and a run of failures would be stored for ever.

    Raises:
        StoreUnavailable: of the first clips in question not one is there.
    """
    with store.reading() as db:
        run = find_run(db, run_id)
        pending = list_pending(db, run.suite_id, run_id, 0, N_CLIPS_LOOKED_FOR)
    if run.has_transcripts:
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
    )


def carry_out(store: Store, run_id: int, engine: Engine, listen: Listener) -> Progress:
    """Answers every item that has no result yet, then closes the run.

    Each batch's results and scores are stored in one transaction, so that a run killed at any
    moment loses at most the batches in hand; two processes on one run never store a result twice.

    Raises:
        ModelUnavailable: the assistant as a whole gave up; what was stored stays.
        Conflict: the run is a replay.
    """
    with store.reading() as db:
        run = find_run(db, run_id)
        refuse_replay(run)
        sets = list_run_scores(db, run_id)
        suite_id, is_open = run.suite_id, run.status == RunStatus.OPEN
        has_intents = run.has_intents
        n_items = find_parts(db, run)[1].n_items
        n_done, n_failed = count_results(db, [run_id]).get(run_id, (0, 0))
    progress = Progress(run_id, n_items, n_done, n_failed)
    listen(progress)
    pending = _list_batches(store, suite_id, run_id, engine.batch_size) if is_open else iter(())
    for batch in engine.answer(pending):
        scored = score_batch(sets, batch.answered, has_intents=has_intents)
        with store.writing() as db:
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
    """Stores some answers of a run with their scores; those stored already stay as they are."""
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


def _list_batches(store: Store, suite_id: int, run_id: int, size: int) -> Iterator[list[Reference]]:
    """Yields the items without a result, each once, in order."""
    after = 0
    while True:
        with store.reading() as db:
            items = list_pending(db, suite_id, run_id, after, size)
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
