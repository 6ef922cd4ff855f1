"""What changed in a turn that was replayed: which stage, and whether for the better.

Whether something changed is asked of every turn; whether it is better or worse only of those that
somebody corrected. Spelling that the strict text rules forgive is no change of what was heard.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from vernacular.corpus.utterance import Slot
from vernacular.scoring.error_rates import score_transcripts
from vernacular.scoring.normaliser import normalise
from vernacular.scoring.slot_values import find_value_rules, score_slot_values, slot_values


class Step(StrEnum):
    """What an assistant does with a turn, in this order."""

    HEARD = "heard"
    UNDERSTOOD = "understood"
    ANSWERED = "answered"


class Judged(StrEnum):
    """What a release makes of a turn now, held against what was made of it live."""

    BETTER = "better"
    WORSE = "worse"
    STILL_RIGHT = "still right"
    STILL_WRONG = "still wrong"
    """As wrong as before, if perhaps otherwise."""
    UNCORRECTED = "uncorrected"
    """Nobody said what would have been right."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a release made of a turn; one that failed made nothing of it."""

    text: str | None
    """As heard, or as it was typed; None where nothing was heard. Slots are spans of it."""
    intent: str | None = None
    slots: tuple[Slot, ...] = ()
    reply: str | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """What somebody said would have been right."""

    text: str
    intent: str
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class StepChange:
    """One step of a turn, live and now."""

    is_changed: bool
    judged: Judged


@dataclass(frozen=True, slots=True)
class TurnChange:
    """A turn, live and now."""

    heard: StepChange | None
    """None where it was typed."""
    understood: StepChange | None
    """None where the release only hears."""
    is_answered_otherwise: bool
    """Whether the reply is another."""

    @property
    def first(self) -> Step | None:
        """The first step that changed, which what follows may be due to; None if none did."""
        if self.heard is not None and self.heard.is_changed:
            return Step.HEARD
        if self.understood is not None and self.understood.is_changed:
            return Step.UNDERSTOOD
        return Step.ANSWERED if self.is_answered_otherwise else None

    @property
    def judgments(self) -> set[Judged]:
        """What is said of any of its steps."""
        return {one.judged for one in (self.heard, self.understood) if one is not None}


def compare_turn(
    locale: str,
    live: Outcome,
    now: Outcome,
    expected: Expected | None,
    *,
    by_voice: bool,
    understands: bool = True,
) -> TurnChange:
    """Returns what changed in a turn.

    Args:
        locale: its locale.
        live: what the person saw.
        now: what the release makes of it that it is replayed on.
        expected: the correction, where there is one.
        by_voice: whether it was spoken.
        understands: whether that release does more than hear.
    """
    return TurnChange(
        heard=_compare_heard(locale, live, now, expected) if by_voice else None,
        understood=_compare_understood(locale, live, now, expected) if understands else None,
        is_answered_otherwise=understands and live.reply != now.reply,
    )


def _compare_heard(
    locale: str, live: Outcome, now: Outcome, expected: Expected | None
) -> StepChange:
    texts = [None if one.text is None else normalise(one.text, locale) for one in (live, now)]
    is_changed = texts[0] != texts[1]
    if expected is None:
        return StepChange(is_changed, Judged.UNCORRECTED)
    scores = score_transcripts(locale, [expected.text] * 2, [live.text, now.text])
    edits = scores.substitutions + scores.deletions + scores.insertions
    return StepChange(is_changed, _judge((int(edits[0]),), (int(edits[1]),)))


def _compare_understood(
    locale: str, live: Outcome, now: Outcome, expected: Expected | None
) -> StepChange:
    rules = find_value_rules(locale)

    def n_apart(one: Outcome | Expected, other: Outcome) -> int:
        """Returns how many slots only one of both has, by label and value."""
        first, second = (slot_values(side.text or "", side.slots) for side in (one, other))
        _, n_added, n_missing = score_slot_values(first, second, rules)
        return n_added + n_missing

    is_changed = live.intent != now.intent or n_apart(live, now) > 0
    if expected is None:
        return StepChange(is_changed, Judged.UNCORRECTED)
    # A right intent outweighs any slot: without it the slots are asked for in vain.
    errors = [(int(one.intent != expected.intent), n_apart(expected, one)) for one in (live, now)]
    return StepChange(is_changed, _judge(*errors))


def _judge(live: tuple[int, ...], now: tuple[int, ...]) -> Judged:
    """Returns what became of some errors, the gravest kind counted first."""
    if live == now:
        return Judged.STILL_WRONG if any(now) else Judged.STILL_RIGHT
    return Judged.BETTER if now < live else Judged.WORSE
