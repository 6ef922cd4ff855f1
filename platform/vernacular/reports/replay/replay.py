"""What a replay found: per locale what changed and whether for the better, and the worst turns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vernacular.comparison.replayed import Expected, Judged, Step, StepChange
from vernacular.evaluation.replay_selection import ReplayMode
from vernacular.reports.replay.turn import TurnReplay, view_turn
from vernacular.store.database import Db
from vernacular.store.references import external_id_of
from vernacular.store.replays import list_replayed
from vernacular.store.runs import find_parts, find_run
from vernacular.store.suites import list_named_references
from vernacular.store.tables import Run


@dataclass(frozen=True, slots=True)
class StepCounts:
    """One step of some turns, live and now; the last four are of corrected turns only."""

    n: int
    n_changed: int
    n_better: int
    n_worse: int
    n_still_right: int
    n_still_wrong: int


@dataclass(frozen=True, slots=True)
class TurnCounts:
    """Some turns, live and now."""

    n_turns: int
    n_corrected: int
    n_failed: int
    """That have no answer now; they count as wrong."""
    n_unchanged: int
    heard: StepCounts
    """Of the turns that were spoken."""
    understood: StepCounts
    n_answered_otherwise: int
    n_first: Mapping[Step, int]
    """By the first step that changed; turns in which none did are left out."""


@dataclass(frozen=True, slots=True)
class ReplayRun:
    """The run that the turns of one kind are kept in; its items are those that were corrected."""

    run_id: int
    suite: str
    n_items: int
    by_voice: bool


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """A replay of sessions on a release."""

    release: str
    mode: ReplayMode
    live_releases: tuple[str, ...]
    """That people talked with."""
    n_sessions: int
    runs: tuple[ReplayRun, ...]
    n_left_out: Mapping[bool, int]
    """Turns that the release cannot take, by whether they were spoken."""
    n_inaudible: int
    """Recordings that were left out, since there is nothing to hear in them."""
    total: TurnCounts
    locales: Mapping[str, TurnCounts]
    turns: tuple[TurnReplay, ...]
    """The worst change first."""


def report_replay(
    db: Db,
    run_ids: Sequence[int],
    n_left_out: Mapping[bool, int] | None = None,
    n_inaudible: int = 0,
) -> ReplayReport:
    """Returns what a replay found, held against the corrections that its suites froze.

    Args:
        db: an open transaction.
        run_ids: of the one run of the replay, or of both.
        n_left_out: turns that the release could not take, by whether they were spoken.
        n_inaudible: recordings with nothing to hear, which were left out.

    Raises:
        NotFound: there is no such run.
    """
    runs = [find_run(db, run_id) for run_id in run_ids]
    turns = sorted((turn for run in runs for turn in _list_turns(db, run)), key=_rank)
    tags = sorted({turn.locale for turn in turns})
    return ReplayReport(
        release=find_parts(db, runs[0])[0].name,
        mode=ReplayMode(runs[0].dialogue or ""),
        live_releases=tuple(sorted({turn.live_release for turn in turns})),
        n_sessions=len({turn.session_id for turn in turns}),
        runs=tuple(_view_run(db, run) for run in runs),
        n_left_out=n_left_out or {},
        n_inaudible=n_inaudible,
        total=_count(turns),
        locales={tag: _count([one for one in turns if one.locale == tag]) for tag in tags},
        turns=tuple(turns),
    )


def _view_run(db: Db, run: Run) -> ReplayRun:
    _, suite = find_parts(db, run)
    return ReplayRun(run.id, suite.name, suite.n_items, run.has_transcripts)


def _list_turns(db: Db, run: Run) -> list[TurnReplay]:
    references = {
        one.external_id: Expected(one.reference.text, one.reference.intent, one.reference.slots)
        for one in list_named_references(db, run.suite_id)
    }
    return [
        view_turn(stored, references.get(external_id_of(stored.turn.id)))
        for stored in list_replayed(db, run.id)
    ]


def is_notable(turn: TurnReplay) -> bool:
    """Returns whether somebody should look at a turn: it is worse or failed, or it changed and
    nobody said what would have been right."""
    return _badness(turn) < _WORTH_NO_LOOK


_WORTH_NO_LOOK = 5


def _badness(turn: TurnReplay) -> int:
    """Returns how early a turn is to be looked at; 0 is at once."""
    change = turn.change
    if change.understood is not None and change.understood.judged is Judged.WORSE:
        return 0
    if change.heard is not None and change.heard.judged is Judged.WORSE:
        return 1
    if turn.error is not None:
        # What failed live, too, is no change that this release has brought.
        return 2 if turn.live_error is None else 4
    if turn.expected is None and change.first is not None:
        return 3
    return _WORTH_NO_LOOK if Judged.STILL_WRONG in change.judgments else _WORTH_NO_LOOK + 1


def _rank(turn: TurnReplay) -> tuple[int, str, int, int]:
    return _badness(turn), turn.locale, turn.session_id, turn.number


def _count(turns: Sequence[TurnReplay]) -> TurnCounts:
    firsts = Counter(turn.change.first for turn in turns)
    return TurnCounts(
        n_turns=len(turns),
        n_corrected=sum(turn.expected is not None for turn in turns),
        n_failed=sum(turn.error is not None for turn in turns),
        n_unchanged=firsts[None],
        heard=_count_step([turn.change.heard for turn in turns]),
        understood=_count_step([turn.change.understood for turn in turns]),
        n_answered_otherwise=sum(turn.change.is_answered_otherwise for turn in turns),
        n_first={step: firsts[step] for step in Step if firsts[step]},
    )


def _count_step(changes: Sequence[StepChange | None]) -> StepCounts:
    known = [one for one in changes if one is not None]
    judged = Counter(one.judged for one in known)
    return StepCounts(
        n=len(known),
        n_changed=sum(one.is_changed for one in known),
        n_better=judged[Judged.BETTER],
        n_worse=judged[Judged.WORSE],
        n_still_right=judged[Judged.STILL_RIGHT],
        n_still_wrong=judged[Judged.STILL_WRONG],
    )
