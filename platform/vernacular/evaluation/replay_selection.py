"""What a replay is about: whole sessions, and suites of those of their turns that were corrected.

A suite has clips in all of its items or in none, so that typed and spoken turns are frozen apart.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from vernacular.clips.advice import INAUDIBLE, advise
from vernacular.corpus.typed_input import check_locale
from vernacular.errors import NotFound
from vernacular.evaluation.session_days import check_days
from vernacular.evaluation.session_suites import select_turns
from vernacular.evaluation.suites import Selection, freeze
from vernacular.store.clips import list_clips
from vernacular.store.database import Db
from vernacular.store.live_turns import LiveTurn, list_live_turns
from vernacular.store.releases import find_release
from vernacular.store.replays import list_open_replays, was_asked_before
from vernacular.store.suites import find_suite
from vernacular.store.tables import Suite

KINDS = (False, True)
"""Whether turns are spoken: the typed ones come first."""
CLIPS_PER_QUERY = 500
"""Clips named in one query; databases bound the parameters of a statement."""
HASH_LENGTH = 8
"""Hexadecimal digits of each hash in the name of a suite."""


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
    corrected: tuple[Selection, Selection] | None
    """The items made of the typed turns, and of the spoken ones; None where a replay that was
    stopped has frozen them."""
    key: str
    """Names its suites: a hash of the turns and one of their corrections."""
    inaudible: tuple[int, ...]
    """Ids of turns of the same sessions that are left out, since there is nothing to hear."""

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

    Recordings that are silent, too short or broken are left out, unless they were answered all the
    same: every release would fail at them, and the dialogue knows nothing of them.

    Args:
        db: the store.
        locales: only in these.
        since: only those that began then or later.
        until: only those that began before then.
        release: only those with this one.

    Raises:
        InvalidInput: one of ``locales`` is no language tag, or ``since`` is not before ``until``.
        NotFound: there is no such release, no such session, or none in one of ``locales``.
    """
    check_days(since, until)
    tags = None if locales is None else {check_locale(tag) for tag in locales}
    if release is not None:
        find_release(db, release)
    found = list_live_turns(db, locales=tags, since=since, until=until, release=release)
    answered = {turn.session_id for turn in found if turn.is_answered}
    found = [turn for turn in found if turn.session_id in answered]
    if not found:
        raise NotFound(
            "no session to be replayed fits: hold one on the page of live sessions"
            " (vernacular serve ui), or name other locales, days or releases"
        )
    held_in = {turn.locale for turn in found}
    if missing := sorted((tags or set()) - held_in):
        raise NotFound(
            f"no session to be replayed is in {', '.join(missing)}; there are some in"
            f" {', '.join(sorted(held_in))}"
        )
    inaudible = _find_inaudible(db, found)
    turns = tuple(turn for turn in found if turn.id not in inaudible)
    typed, spoken = (_select_corrected(db, turns, by_voice=one) for one in KINDS)
    corrections = hashlib.sha256(f"{typed.content_hash} {spoken.content_hash}".encode())
    *_, last = _hash_beginnings(_as_they_came(turns))
    key = f"{last}-{corrections.hexdigest()[:HASH_LENGTH]}"
    return ReplaySelection(turns, (typed, spoken), key, tuple(sorted(inaudible)))


def _find_inaudible(db: Db, turns: Sequence[LiveTurn]) -> set[int]:
    """Returns the ids of the turns in which nothing can be heard and that nothing answered."""
    asked = {turn.id: turn.clip for turn in turns if turn.clip and not turn.is_answered}
    hashes = sorted(set(asked.values()))
    inaudible: set[str] = set()
    for at in range(0, len(hashes), CLIPS_PER_QUERY):
        known = list_clips(db, hashes[at : at + CLIPS_PER_QUERY])
        inaudible |= {name for name, clip in known.items() if INAUDIBLE.intersection(advise(clip))}
    return {id for id, clip in asked.items() if clip in inaudible}


def as_stopped(
    db: Db, release_name: str, selection: ReplaySelection, mode: ReplayMode
) -> ReplaySelection:
    """Returns what a replay of these sessions was begun with that was stopped since; the selection
    itself where there is none.

    People go on talking and correcting while a replay stands still. What they said later is left
    out, and what was right is what its suites froze, so that it can be finished as one thing.

    Raises:
        NotFound: there is no such release.
    """
    release = find_release(db, release_name)
    came = _as_they_came(selection.turns)
    n_turns = {found: n for n, found in enumerate(_hash_beginnings(came), start=1)}
    for suite, started_at in list_open_replays(db, release.id, mode.value):
        key = suite.removeprefix(f"{_stem(mode)}-").rpartition("-")[0]
        if key == selection.key:
            return selection
        n = n_turns.get(key.partition("-")[0])
        if n is None:
            continue
        later = next((turn for turn in came[n:] if turn.is_answered), None)
        if later is not None and was_asked_before(db, later.id, started_at):
            # That replay was of fewer sessions from the start: in one locale, or until some day.
            continue
        begun = {turn.id for turn in came[:n]}
        turns = tuple(turn for turn in selection.turns if turn.id in begun)
        inaudible = tuple(id for id in selection.inaudible if id < max(begun))
        return ReplaySelection(turns, None, key, inaudible)
    return selection


def _as_they_came(turns: Sequence[LiveTurn]) -> list[LiveTurn]:
    """Returns turns in the order in which they became part of what can be replayed: those of a
    session once its first one is answered. What comes later stands behind all others."""
    came: list[LiveTurn] = []
    waiting: defaultdict[int, list[LiveTurn]] = defaultdict(list)
    answered = set()
    for turn in sorted(turns, key=lambda turn: turn.id):
        waiting[turn.session_id].append(turn)
        if turn.is_answered:
            answered.add(turn.session_id)
        if turn.session_id in answered:
            came += waiting.pop(turn.session_id)
    return came


def _hash_beginnings(turns: Sequence[LiveTurn]) -> Iterator[str]:
    """Yields a hash of the first turn, of the first two, and so on to all of them."""
    digest = hashlib.sha256()
    for turn in turns:
        # What was not answered is passed over by the dialogue, and may be answered by now.
        digest.update(f"{turn.id} {turn.is_answered}\n".encode())
        yield digest.hexdigest()[:HASH_LENGTH]


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
    name = f"{_stem(mode)}-{selection.key}-{'voice' if by_voice else 'text'}"
    if selection.corrected is None:
        return find_suite(db, name)
    suite, _ = freeze(db, name, selection.corrected[by_voice])
    return suite


def _stem(mode: ReplayMode) -> str:
    return "replay" if mode is ReplayMode.FORCED else f"replay-{mode}"
