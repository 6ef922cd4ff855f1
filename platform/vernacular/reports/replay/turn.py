"""One turn as it was live beside what a replay made of it."""

from __future__ import annotations

from dataclasses import dataclass

from vernacular.assistants.contract import StageTrace
from vernacular.comparison.replayed import Expected, Outcome, TurnChange, compare_turn
from vernacular.evaluation.replay_selection import ReplayMode
from vernacular.store.database import Db
from vernacular.store.replays import StoredReplay, find_newest_correction, list_replays_of
from vernacular.store.tables.sessions import TurnStatus


@dataclass(frozen=True, slots=True)
class TurnReplay:
    """A turn, live and now."""

    run_id: int
    release: str
    """That it was replayed on."""
    mode: ReplayMode
    turn_id: int
    session_id: int
    number: int
    """Of the turn in its session, from 1."""
    locale: str
    is_spoken: bool
    live_release: str
    """That the person talked with."""
    expected: Expected | None
    """What would have been right; None where nobody corrected it."""
    live: Outcome
    live_error: str | None
    now: Outcome
    error: str | None
    """Why it has no answer now."""
    trace: tuple[StageTrace, ...]
    """What each stage did now."""
    change: TurnChange


def find_replays(db: Db, turn_id: int) -> list[TurnReplay]:
    """Returns what every replay made of a turn, the newest first, held against its newest
    correction.

    The caller knows that whoever asks may see the turn.
    """
    replays = list_replays_of(db, turn_id)
    newest = find_newest_correction(db, turn_id) if replays else None
    expected = None if newest is None else Expected(newest.text, newest.intent, newest.slots)
    return [view_turn(one, expected) for one in replays]


def view_turn(stored: StoredReplay, expected: Expected | None) -> TurnReplay:
    """Returns the turn of a replay, held against what would have been right."""
    turn, now, run = stored.turn, stored.now, stored.run
    is_spoken = turn.clip is not None
    is_answered = turn.status is TurnStatus.ANSWERED
    live_outcome = Outcome(
        turn.text if is_answered or not is_spoken else None,
        turn.intent,
        turn.slots or (),
        turn.reply,
    )
    outcome = Outcome(
        now.text if now.error is None or not is_spoken else None,
        now.intent,
        now.slots or (),
        now.reply,
    )
    change = compare_turn(
        stored.locale,
        live_outcome,
        outcome,
        expected,
        by_voice=is_spoken,
        understands=run.has_intents,
    )
    return TurnReplay(
        run_id=run.id,
        release=stored.release,
        mode=ReplayMode(run.dialogue or ""),
        turn_id=turn.id,
        session_id=turn.session_id,
        number=turn.number,
        locale=stored.locale,
        is_spoken=is_spoken,
        live_release=stored.live_release,
        expected=expected,
        live=live_outcome,
        live_error=None if is_answered else turn.error or "it was cut off before an answer came",
        now=outcome,
        error=now.error,
        trace=tuple(StageTrace(**stage) for stage in now.trace or ()),
        change=change,
    )
