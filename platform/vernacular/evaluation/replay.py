"""Puts what people said in their sessions to another release, turn by turn.

What it heard, understood and replied is kept for every turn. The turns that somebody corrected are
items of ordinary runs besides, one over what was typed and one over what was spoken, so that
comparison, gate and reports work on them as on any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from vernacular.assistants.contract import Answer, Assistant
from vernacular.assistants.manifest import Manifest
from vernacular.clips.contract import Clips
from vernacular.errors import Conflict
from vernacular.evaluation.answering import AnsweredItem, Asking
from vernacular.evaluation.local_engine import batch_size
from vernacular.evaluation.releases import manifest_of
from vernacular.evaluation.replay_answers import answer_sessions
from vernacular.evaluation.replay_selection import (
    KINDS,
    ReplayMode,
    ReplaySelection,
    freeze_replayed,
    is_spoken,
)
from vernacular.evaluation.run import (
    N_CLIPS_LOOKED_FOR,
    RunScores,
    finish,
    list_run_scores,
    list_withheld,
    record_batch,
    require_any,
    score_batch,
)
from vernacular.evaluation.score_answers import HEARD_RULES, LENIENT_RULES, TEXT_RULES
from vernacular.store.database import Db, Store
from vernacular.store.live_turns import LiveTurn
from vernacular.store.references import external_id_of
from vernacular.store.releases import find_release
from vernacular.store.replays import (
    count_failed,
    find_newest_replay,
    list_replayed_ids,
    lock_replays,
    record_replayed,
)
from vernacular.store.runs import add_cost, find_run, start_run
from vernacular.store.scores import start_score_set
from vernacular.store.suites import Reference, list_named_references
from vernacular.store.tables import Release, Suite
from vernacular.store.tables.runs import RunStatus

TURNS_PER_GROUP = 256
"""Turns whose sessions are replayed and stored together: enough for full batches, few enough that
little is lost when a replay is stopped."""


@dataclass(frozen=True, slots=True)
class OpenedReplay:
    """The runs that a replay is stored as."""

    release: str
    mode: ReplayMode
    run_ids: dict[bool, int]
    """By whether its turns are spoken; a kind that the release cannot take has none. One of whose
    turns none is corrected has a run too, without items: what came of the turns is kept there."""
    n_left_out: dict[bool, int]
    """Turns that it cannot take, by whether they are spoken."""
    n_inaudible: int
    """Recordings that are left out, since there is nothing to hear in them."""


@dataclass(frozen=True, slots=True)
class ReplayProgress:
    """How far a replay has come. ``n_done`` counts earlier sittings too."""

    n_turns: int
    n_done: int
    n_failed: int


def open_replay(
    store: Store,
    release_name: str,
    selection: ReplaySelection,
    mode: ReplayMode,
    *,
    again: bool = False,
) -> OpenedReplay:
    """Returns the runs of a replay: those of an earlier one of the same sessions, or new ones.

    Args:
        store: where they are.
        release_name: what is replayed on.
        selection: the sessions.
        mode: what each turn is asked with.
        again: start anew although the same is finished already; one that was stopped is gone on
            with all the same.

    Raises:
        NotFound: there is no such release.
        Conflict: it can neither hear nor read any of the turns, or it cannot answer here at all.
    """
    kinds, n_left_out = [], {}
    with store.writing() as db:
        release = find_release(db, release_name)
        # Two that begin at once are one replay, and never two runs of one and two of the other.
        lock_replays(db, release.id)
        manifest = manifest_of(release)
        for by_voice in KINDS:
            n = selection.count(by_voice=by_voice)
            if n == 0:
                continue
            if manifest.hears if by_voice else manifest.understands:
                kinds.append(by_voice)
            else:
                n_left_out[by_voice] = n
        if not kinds:
            lacking, kind = ("'asr'", "spoken") if True in n_left_out else ("'nlu'", "typed")
            raise Conflict(
                f"{release_name} has no {lacking} stage, and all {sum(n_left_out.values()):,}"
                f" turns are {kind}"
            )
        suites = {one: freeze_replayed(db, selection, mode, by_voice=one) for one in kinds}
        run_ids = _find_runs(db, release, suites, again=again) or {
            by_voice: _start_run(db, release, manifest, suite, mode, by_voice=by_voice)
            for by_voice, suite in suites.items()
        }
    return OpenedReplay(release_name, mode, run_ids, n_left_out, len(selection.inaudible))


def _find_runs(
    db: Db, release: Release, suites: Mapping[bool, Suite], *, again: bool
) -> dict[bool, int] | None:
    """Returns the runs of the newest replay of some suites, which belong together; None where there
    is none, or where it is finished and wanted ``again``."""
    newest = {one: find_newest_replay(db, release.id, suite.id) for one, suite in suites.items()}
    runs = {by_voice: run for by_voice, run in newest.items() if run is not None}
    if len(runs) < len(suites):
        return None
    # Both are gone on with where either is open: one may be closed a moment before the other.
    if again and all(run.status == RunStatus.FINISHED for run in runs.values()):
        return None
    return {by_voice: run.id for by_voice, run in runs.items()}


def _start_run(
    db: Db, release: Release, manifest: Manifest, suite: Suite, mode: ReplayMode, *, by_voice: bool
) -> int:
    run = start_run(db, release, suite, has_intents=manifest.understands, has_transcripts=by_voice)
    run.dialogue, run.has_replies = mode.value, True
    for rules in (LENIENT_RULES, HEARD_RULES) if by_voice else (TEXT_RULES,):
        start_score_set(db, run, rules)
    return run.id


def list_withheld_of(
    db: Db, opened: OpenedReplay, manifest: Manifest
) -> frozenset[tuple[str, str]]:
    """Returns (locale, text) of what must not be shown to the release as examples."""
    runs = [find_run(db, run_id) for run_id in opened.run_ids.values()]
    return frozenset().union(*(list_withheld(db, run, manifest) for run in runs))


def is_finished(db: Db, opened: OpenedReplay) -> bool:
    """Returns whether nothing is left to be replayed."""
    runs = [find_run(db, run_id) for run_id in opened.run_ids.values()]
    return all(run.status == RunStatus.FINISHED for run in runs)


@dataclass(frozen=True, slots=True)
class _Run:
    """One of the runs of a replay, and what is to be added to it."""

    id: int
    has_intents: bool
    is_open: bool
    sets: list[RunScores]
    references: dict[int, Reference]
    """Of the turns that were corrected, by turn id."""
    done: set[int]
    """Ids of the turns that are stored."""


def carry_out(
    store: Store,
    clips: Clips,
    assistant: Assistant,
    selection: ReplaySelection,
    opened: OpenedReplay,
    listen: Callable[[ReplayProgress], None],
    *,
    n_parallel: int | None = None,
) -> ReplayProgress:
    """Replays every session that is not stored yet, then closes the runs.

    Whole sessions are stored, many in one transaction, so that a replay killed at any moment goes
    on when it is given again, and free ones never from the middle of a conversation.

    Args:
        store: where it is kept.
        clips: where what was spoken is.
        assistant: the release.
        selection: the sessions.
        opened: the runs of exactly these sessions.
        listen: told how far it has come.
        n_parallel: of a release that asks somebody else's server, see its manifest.

    Raises:
        ModelUnavailable: the assistant as a whole gave up; what was stored stays.
        StoreUnavailable: of the first clips not one is where clips are looked for.
    """
    with store.reading() as db:
        runs = {by_voice: _load(db, selection, id) for by_voice, id in opened.run_ids.items()}
        n_failed = count_failed(db, list(opened.run_ids.values()))
    n_turns = sum(selection.count(by_voice=by_voice) for by_voice in runs)
    n_done = sum(len(run.done) for run in runs.values())
    pending = [one for one in selection.list_sessions() if _is_pending(one, runs)]
    _check_clips(clips, pending, runs)
    listen(ReplayProgress(n_turns, n_done, n_failed))
    size = min(TURNS_PER_GROUP, batch_size(Asking(by_voice=True in runs), n_parallel))
    for sessions in _in_groups(pending, size):
        replayed = answer_sessions(assistant, clips, sessions, opened.mode, list(runs))
        scored = {
            by_voice: _score(runs[by_voice], one.answers) for by_voice, one in replayed.items()
        }
        with store.writing() as db:
            for by_voice, one in replayed.items():
                run_id = runs[by_voice].id
                record_replayed(db, [_row(run_id, *pair) for pair in one.answers])
                record_batch(db, run_id, *scored[by_voice])
                add_cost(db, run_id, one.busy_seconds, assistant.footprint())
        answers = [answer for one in replayed.values() for _, answer in one.answers]
        n_done += len(answers)
        n_failed += sum(answer.error is not None for answer in answers)
        listen(ReplayProgress(n_turns, n_done, n_failed))
    for run in runs.values():
        if run.is_open:
            finish(store, run.id, run.sets)
    return ReplayProgress(n_turns, n_done, n_failed)


def _load(db: Db, selection: ReplaySelection, run_id: int) -> _Run:
    run = find_run(db, run_id)
    named = {one.external_id: one.reference for one in list_named_references(db, run.suite_id)}
    return _Run(
        id=run_id,
        has_intents=run.has_intents,
        is_open=run.status == RunStatus.OPEN,
        sets=list_run_scores(db, run_id),
        references={
            turn.id: named[name]
            for turn in selection.turns
            if (name := external_id_of(turn.id)) in named
        },
        done=list_replayed_ids(db, run_id),
    )


def _is_pending(session: Sequence[LiveTurn], runs: dict[bool, _Run]) -> bool:
    """Returns whether a turn of a session is lacking in the run that takes its kind."""
    return any(
        turn.id not in run.done
        for turn in session
        if (run := runs.get(is_spoken(turn))) is not None
    )


def _check_clips(
    clips: Clips, pending: Sequence[Sequence[LiveTurn]], runs: dict[bool, _Run]
) -> None:
    if True in runs:
        hashes = [turn.clip for session in pending for turn in session if turn.clip is not None]
        require_any(clips, hashes[:N_CLIPS_LOOKED_FOR])


def _in_groups(sessions: Sequence[list[LiveTurn]], size: int) -> Iterator[list[list[LiveTurn]]]:
    """Yields the sessions, in order, by about ``size`` turns; at least one at once."""
    group: list[list[LiveTurn]] = []
    for session in sessions:
        if group and sum(map(len, group)) + len(session) > size:
            yield group
            group = []
        group.append(session)
    if group:
        yield group


def _score(
    run: _Run, answers: Sequence[tuple[LiveTurn, Answer]]
) -> tuple[list[AnsweredItem], list[Any]]:
    """Returns the answers to turns that were corrected as items of the run, and their scores."""
    answered = [
        AnsweredItem(run.references[turn.id], answer, None)
        for turn, answer in answers
        if turn.id in run.references
    ]
    return answered, score_batch(run.sets, answered, has_intents=run.has_intents)


def _row(run_id: int, turn: LiveTurn, answer: Answer) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "turn_id": turn.id,
        "text": (answer.transcript or "") if is_spoken(turn) else turn.text,
        "intent": answer.intent,
        "slots": None if answer.error else answer.slots,
        "reply": answer.reply,
        "trace": [asdict(stage) for stage in answer.stages],
        "error": answer.error,
    }
