"""What became of what a person corrected live: which later releases get it right."""

from __future__ import annotations

import enum
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from vernacular.live.wrong_parts import Part, Understood, find_wrong_parts
from vernacular.store.database import Db
from vernacular.store.fixed_corrections import (
    Attempt,
    CorrectedRow,
    list_attempts,
    list_corrected,
    list_release_names,
)
from vernacular.store.tables.sessions import TurnStatus

MAX_TURNS = 200
"""So many corrected turns are looked into, the newest ones: a page waits for it."""


class Outcome(enum.StrEnum):
    """What a later release makes of a turn that was wrong."""

    FIXED = "fixed"
    STILL_WRONG = "still_wrong"
    NOT_TRIED = "not_tried"
    """It was never asked, or not in a way that tells: a mishearing is not put right by a text."""


@dataclass(frozen=True, slots=True)
class LaterRelease:
    """One release that came after the mistake, and what it makes of the turn."""

    release: str
    outcome: Outcome
    text: str | None
    """As it heard it, or as it was given; None where it was not tried or gave no answer."""
    intent: str | None
    """None where it was not tried, gave no answer, or understood nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongTurn:
    """A turn that a release got wrong, as its newest correction says."""

    session_id: int
    turn_id: int
    locale: str
    release: str
    """Which got it wrong."""
    corrected_at: datetime
    is_spoken: bool
    said: str
    heard: str | None
    """What the release took it for; None where no answer came."""
    meant: str
    """The intent that was right."""
    taken_for: str | None
    """The intent the release found."""
    wrong: tuple[Part, ...]
    later: tuple[LaterRelease, ...]
    """The releases of the same assistant that were added after, the newest first."""

    @property
    def newest_tried(self) -> LaterRelease | None:
        """The newest release that was asked again; None where none was."""
        return next((one for one in self.later if one.outcome is not Outcome.NOT_TRIED), None)

    @property
    def outcome(self) -> Outcome:
        """How it stands now."""
        return Outcome.NOT_TRIED if self.newest_tried is None else self.newest_tried.outcome


@dataclass(frozen=True, slots=True)
class ReleaseTally:
    """What one release made of all that was wrong in the ones before it."""

    release: str
    n_fixed: int
    n_still_wrong: int
    n_not_tried: int


@dataclass(frozen=True, slots=True)
class FixedCorrections:
    """What became of a person's corrections."""

    turns: tuple[WrongTurn, ...]
    """The one corrected last first."""
    tallies: tuple[ReleaseTally, ...]
    """One per release that came after a mistake, the newest first."""

    def count(self, outcome: Outcome) -> int:
        """Returns how many turns stand so now."""
        return sum(one.outcome is outcome for one in self.turns)


def find_fixed_corrections(db: Db, person_id: int) -> FixedCorrections:
    """Returns what became of the turns that a person corrected and a release had got wrong.

    A later release was tried by a run over a suite that holds the turn, or by a replay of its
    session. It is held against the newest correction, and has fixed the turn if everything it was
    asked for is right: what it heard, the intent and the slots.
    """
    wrong = [
        (row, parts)
        for row in list_corrected(db, person_id, MAX_TURNS)
        if (parts := _wrong_parts_then(row))
    ]
    attempts = _best_attempts(list_attempts(db, ((row.locale, row.turn.id) for row, _ in wrong)))
    releases = list_release_names(db)
    turns = tuple(_view(row, parts, releases, attempts[row.turn.id]) for row, parts in wrong)
    tallies = (_tally(name, turns) for _, name, _ in releases)
    return FixedCorrections(turns, tuple(one for one in tallies if one is not None))


def _tally(release: str, turns: Sequence[WrongTurn]) -> ReleaseTally | None:
    """Returns what a release made of the turns, or None where it came after none of them."""
    found = Counter(
        later.outcome for turn in turns for later in turn.later if later.release == release
    )
    if not found:
        return None
    return ReleaseTally(
        release, found[Outcome.FIXED], found[Outcome.STILL_WRONG], found[Outcome.NOT_TRIED]
    )


def _wrong_parts_then(row: CorrectedRow) -> tuple[Part, ...]:
    turn = row.turn
    is_answered = turn.status is TurnStatus.ANSWERED
    found = Understood(turn.text, turn.intent, turn.slots or ()) if is_answered else None
    return find_wrong_parts(row.locale, found, _expected(row), is_spoken=turn.clip is not None)


def _expected(row: CorrectedRow) -> Understood:
    return Understood(row.correction.text, row.correction.intent, row.correction.slots)


def _best_attempts(attempts: Iterable[Attempt]) -> defaultdict[int, dict[int, list[Attempt]]]:
    """Returns the attempts of each release at each turn, the one that tells most last.

    A release never changes, so its newest run is no truer than an older one; but in a replay the
    turn had its conversation around it.
    """
    found: defaultdict[int, dict[int, list[Attempt]]] = defaultdict(dict)
    for one in sorted(attempts, key=lambda one: (one.is_replay, one.run_id)):
        found[one.turn_id].setdefault(one.release_id, []).append(one)
    return found


def _view(
    row: CorrectedRow,
    wrong: tuple[Part, ...],
    releases: Sequence[tuple[int, str, str]],
    attempts: dict[int, list[Attempt]],
) -> WrongTurn:
    turn, correction = row.turn, row.correction
    found_in, assistant = next(
        (name, of_assistant)
        for release_id, name, of_assistant in releases
        if release_id == row.release_id
    )
    is_answered = turn.status is TurnStatus.ANSWERED
    return WrongTurn(
        session_id=turn.session_id,
        turn_id=turn.id,
        locale=row.locale,
        release=found_in,
        corrected_at=correction.created_at,
        is_spoken=turn.clip is not None,
        said=correction.text,
        heard=turn.text if is_answered else None,
        meant=correction.intent,
        taken_for=turn.intent,
        wrong=wrong,
        later=tuple(
            _judge(name, row, wrong, attempts.get(release_id, ()))
            for release_id, name, of_assistant in releases
            if release_id > row.release_id and of_assistant == assistant
        ),
    )


def _judge(
    release: str, row: CorrectedRow, wrong: tuple[Part, ...], attempts: Sequence[Attempt]
) -> LaterRelease:
    for attempt in reversed(attempts):
        asked_for = _asked_for(attempt)
        if not asked_for.issuperset(wrong):
            continue
        found = None
        if not attempt.is_failed:
            found = Understood(attempt.text, attempt.intent, attempt.slots)
        parts = find_wrong_parts(
            row.locale, found, _expected(row), is_spoken=row.turn.clip is not None
        )
        outcome = Outcome.STILL_WRONG if asked_for.intersection(parts) else Outcome.FIXED
        return LaterRelease(
            release, outcome, found.text if found else None, found.intent if found else None
        )
    return LaterRelease(release, Outcome.NOT_TRIED, None, None)


def _asked_for(attempt: Attempt) -> set[Part]:
    parts: set[Part] = set()
    if attempt.was_heard:
        parts.add("hearing")
    if attempt.was_understood:
        parts.update(("intent", "slots"))
    return parts
