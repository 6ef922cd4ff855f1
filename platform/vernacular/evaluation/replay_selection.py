"""What a replay is about: whole sessions, and suites of those of their turns that were corrected.

A suite has clips in all of its items or in none, so that typed and spoken turns are frozen apart.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from vernacular.errors import NotFound
from vernacular.evaluation.session_suites import select_turns
from vernacular.evaluation.suites import Selection, freeze
from vernacular.store.database import Db
from vernacular.store.live_turns import LiveTurn, list_live_turns
from vernacular.store.releases import find_release
from vernacular.store.tables import Suite

KINDS = (False, True)
"""Whether turns are spoken: the typed ones come first."""


class ReplayMode(StrEnum):
    """What a turn that is replayed is asked with."""

    FORCED = "forced"
    """The dialogue as it stood before the turn when it was live: no error has an earlier cause."""
    FREE = "free"
    """The dialogue that the answers of the replay itself have led to."""


@dataclass(frozen=True, slots=True)
class ReplaySelection:
    """The turns of the sessions that are to be replayed."""

    turns: tuple[LiveTurn, ...]
    """Of whole sessions, ordered by locale, session and number."""
    corrected: tuple[Selection, Selection]
    """The items made of the typed turns, and of the spoken ones."""
    digest: str
    """SHA-256 over what a replay depends on; equal for equal selections."""

    def list_sessions(self) -> list[list[LiveTurn]]:
        """Returns the turns by session."""
        return [list(turns) for _, turns in groupby(self.turns, lambda turn: turn.session_id)]

    def count(self, *, by_voice: bool) -> int:
        """Returns how many turns were spoken, or typed."""
        return sum(is_spoken(turn) == by_voice for turn in self.turns)


def is_spoken(turn: LiveTurn) -> bool:
    """Returns whether a turn was spoken, so that it has to be heard."""
    return turn.clip is not None


def select_sessions(
    db: Db,
    *,
    locales: Collection[str] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    release: str | None = None,
) -> ReplaySelection:
    """Returns the sessions in which at least one turn was answered.

    Args:
        db: the store.
        locales: only in these.
        since: only those that began then or later.
        until: only those that began before then.
        release: only those with this one.

    Raises:
        NotFound: there is no such release, or no such session.
    """
    if release is not None:
        find_release(db, release)
    found = list_live_turns(db, locales=locales, since=since, until=until, release=release)
    answered = {turn.session_id for turn in found if turn.is_answered}
    turns = tuple(turn for turn in found if turn.session_id in answered)
    if not turns:
        raise NotFound(
            "no session to be replayed fits: hold one on the page of live sessions"
            " (vernacular serve ui), or name other locales, days or releases"
        )
    typed, spoken = (_select_corrected(db, turns, by_voice=one) for one in KINDS)
    digest = hashlib.sha256()
    for turn in turns:
        # What was not answered is passed over by the dialogue, and may be answered by now.
        digest.update(f"{turn.id} {turn.is_answered}\n".encode())
    digest.update(f"{typed.content_hash} {spoken.content_hash}".encode())
    return ReplaySelection(turns, (typed, spoken), digest.hexdigest())


def _select_corrected(db: Db, turns: Sequence[LiveTurn], *, by_voice: bool) -> Selection:
    """Returns the corrected turns of one kind as items; there may be none."""
    fitting = [turn for turn in turns if turn.is_corrected and is_spoken(turn) == by_voice]
    if not fitting:
        return Selection((), hashlib.sha256().hexdigest())
    return select_turns(db, fitting, by_voice=by_voice)


def freeze_replayed(
    db: Db, selection: ReplaySelection, mode: ReplayMode, *, by_voice: bool
) -> Suite:
    """Returns the suite of the corrected turns of one kind.

    Its name follows from the selection, so that replays of the same sessions on two releases can be
    compared; free replays have suites of their own, since their turns depend on one another.
    """
    stem = "replay" if mode is ReplayMode.FORCED else f"replay-{mode}"
    name = f"{stem}-{selection.digest[:8]}-{'voice' if by_voice else 'text'}"
    suite, _ = freeze(db, name, selection.corrected[by_voice])
    return suite
