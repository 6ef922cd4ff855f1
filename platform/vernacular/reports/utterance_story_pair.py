"""Two answers to one utterance side by side: stage by stage, and where they first part ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from vernacular.comparison.metrics import HEARING
from vernacular.corpus.utterance import Slot
from vernacular.errors import NotFound
from vernacular.reports.utterance_story import UtteranceStory
from vernacular.reports.utterance_story_answers import Check, ReleaseAnswer, is_understood
from vernacular.scoring.metric_keys import INTENT_ACCURACY
from vernacular.scoring.slot_values import find_value_rules, score_slot_values, slot_values
from vernacular.scoring.transcript_alignment import align

STAGES: Final = ("asr", "nlu", "reply", "tts")
"""The order in which they run; a fallback's answer is part of the understanding."""

_HEARD: Final = frozenset(metric.key for metric in HEARING)

WhoIsRight = Literal["baseline", "release", "both", "neither"]


@dataclass(frozen=True, slots=True)
class StageAnswer:
    """What one stage of a release made of the utterance; None: not known."""

    output: str | None
    """The transcript, the intent or the reply."""
    slots: tuple[Slot, ...]
    """Of the understanding: spans of ``ReleaseAnswer.text``."""
    confidence: float | None
    latency_ms: float | None
    version: str | None
    is_right: bool | None


@dataclass(frozen=True, slots=True)
class StagePair:
    """One stage of both releases; None where a release has no such stage or nothing was kept."""

    stage: str
    baseline: StageAnswer | None
    release: StageAnswer | None
    is_same: bool | None
    """Whether both came to the same; None where that cannot be told."""


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Two answers, and where they first part ways."""

    baseline: ReleaseAnswer
    release: ReleaseAnswer
    stages: tuple[StagePair, ...]
    """In the order they run, without those that neither has."""
    first_difference: str | None
    """The first stage that came to something else; None where none is known to."""
    right: WhoIsRight | None
    """Who is right there; None where that is not known."""


def list_choices(found: UtteranceStory) -> dict[str, ReleaseAnswer]:
    """Returns the answers that can be put side by side, by their names, newest first.

    Of several by one release it is the newest to this very item, and a finished run goes before
    one that is still open.
    """
    own = [one for one in found.answers if (one.suite, one.item) == (found.suite, found.item)]
    finished = [one for one in own if one.answered_at is not None]
    listed = [*finished, *own, *found.answers]
    if found.turn is not None:
        listed += [*found.turn.replays, found.turn.answer]
    choices: dict[str, ReleaseAnswer] = {}
    for one in listed:
        choices.setdefault(one.name, one)
    return choices


def side_by_side(found: UtteranceStory, baseline: str, release: str) -> SideBySide:
    """Returns two answers of a story stage by stage.

    Args:
        found: the story.
        baseline: name of one answer, see ``ReleaseAnswer.name``.
        release: that of the other.

    Raises:
        NotFound: one of them has not answered this utterance.
    """
    choices = list_choices(found)
    for name in (baseline, release):
        if name not in choices:
            raise NotFound(
                f"{name!r} has not answered item {found.item} of suite {found.suite};"
                f" there is {', '.join(choices) or 'no answer'}"
            )
    first, second = choices[baseline], choices[release]
    pairs = tuple(_pairs(first, second, found.locale))
    parting = next((one for one in pairs if one.is_same is False), None)
    return SideBySide(
        first,
        second,
        pairs,
        parting.stage if parting else None,
        _right(parting, first, second) if parting else None,
    )


def _pairs(first: ReleaseAnswer, second: ReleaseAnswer, locale: str) -> list[StagePair]:
    pairs = []
    for stage in STAGES:
        one, other = _stage(first, stage), _stage(second, stage)
        if one is not None or other is not None:
            is_same = _is_same(stage, (first, one), (second, other), locale)
            pairs.append(StagePair(stage, one, other, is_same))
    return pairs


def _right(parting: StagePair, one: ReleaseAnswer, other: ReleaseAnswer) -> WhoIsRight | None:
    if parting.baseline is None or parting.release is None:
        return None
    first, second = parting.baseline.is_right, parting.release.is_right
    if parting.stage == "nlu" and parting.baseline.output != parting.release.output:
        # What differs is what is judged: wrong slots do not make a right intent wrong.
        first, second = _has_right_intent(one), _has_right_intent(other)
    if first is None or second is None:
        return None
    if first == second:
        return "both" if first else "neither"
    return "baseline" if first else "release"


def _stage(one: ReleaseAnswer, stage: str) -> StageAnswer | None:
    """Returns what is known of one stage of an answer; None where nothing is."""
    names = ("nlu", "fallback") if stage == "nlu" else (stage,)
    traced = [entry for entry in one.trace if entry.stage in names]
    took_ms = [latency_ms for name, latency_ms in one.answer.stages if name in names]
    output, slots, confidence, is_right = _said(one, stage)
    if not traced and not took_ms and output is None and is_right is None:
        return None
    return StageAnswer(
        output=output,
        slots=slots,
        confidence=confidence,
        latency_ms=sum(took_ms) if took_ms else None,
        version=" + ".join(dict.fromkeys(entry.version for entry in traced)) or None,
        is_right=is_right,
    )


def _said(
    one: ReleaseAnswer, stage: str
) -> tuple[str | None, tuple[Slot, ...], float | None, bool | None]:
    """Returns output, slots, confidence and whether it is right."""
    answer = one.answer
    if stage == "asr":
        # A release that was given the text heard nothing, and so nothing wrong.
        is_right = None if one.alignment is None else _are_right(one.checks, is_hearing=True)
        return answer.transcript, (), answer.transcript_confidence, is_right
    if stage == "nlu":
        is_right = _are_right(one.checks, is_hearing=False)
        return answer.intent, answer.slots, answer.intent_confidence, is_right
    return (one.reply if stage == "reply" else None), (), None, None


def _has_right_intent(one: ReleaseAnswer) -> bool | None:
    return is_understood([check for check in one.checks if check.metric == INTENT_ACCURACY])


def _are_right(checks: Sequence[Check], *, is_hearing: bool) -> bool | None:
    return is_understood([one for one in checks if (one.metric in _HEARD) == is_hearing])


def _is_same(
    stage: str,
    first: tuple[ReleaseAnswer, StageAnswer | None],
    second: tuple[ReleaseAnswer, StageAnswer | None],
    locale: str,
) -> bool | None:
    (one, said), (other, said_too) = first, second
    if said is None or said_too is None or stage == "tts":
        return None
    if said.output is None or said_too.output is None:
        return _is_same_silence(said, said_too)
    if stage == "asr":
        counts = align(said.output, said_too.output, locale).counts
        return not counts.substitutions + counts.deletions + counts.insertions
    if stage == "nlu":
        return said.output == said_too.output and _have_same_slots(one, other, locale)
    return said.output.strip() == said_too.output.strip()


def _is_same_silence(said: StageAnswer, said_too: StageAnswer) -> bool | None:
    """A stage that was judged and said nothing differs from one that said something."""
    if said.is_right is None or said_too.is_right is None:
        return None
    return said.output == said_too.output


def _have_same_slots(one: ReleaseAnswer, other: ReleaseAnswer, locale: str) -> bool:
    if one.alignment is None and other.alignment is None:
        return one.answer.slots == other.answer.slots
    _, fp, fn = score_slot_values(
        slot_values(one.text, one.answer.slots),
        slot_values(other.text, other.answer.slots),
        find_value_rules(locale),
    )
    return fp + fn == 0
