"""What was understood of an utterance, in one line of plain text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from vernacular.corpus.utterance import Slot
from vernacular.reports.comparison.flips import FlipView
from vernacular.scoring.normaliser import find_normaliser
from vernacular.store.judged_items import JudgedAnswer
from vernacular.store.tables.runs import ResultStatus

FIRST_STRONG, POP = "\u2068", "\u2069"
_OPENING = frozenset("\u2066\u2067\u2068")

Wrap = Callable[[str], str]


def isolate(text: str) -> str:
    """Returns a text that cannot turn the words around it, whatever its direction (UAX 9).

    Isolates within it are balanced: one too many at its end would end ours, one too few keep it
    open.
    """
    n_open, kept = 0, []
    for character in text:
        if character in _OPENING:
            n_open += 1
        elif character == POP:
            if n_open == 0:
                continue
            n_open -= 1
        kept.append(character)
    return f"{FIRST_STRONG}{''.join(kept)}{POP * n_open}{POP}"


def expected_line(flip: FlipView, wrap: Wrap = isolate) -> str:
    """Returns what was expected: ``alarm_set [time: five am]``, or only to be heard ``as said``.

    Args:
        flip: the utterance.
        wrap: what is done to everything that somebody said.
    """
    if not flip.expected_intent:
        return "as said"
    return _line(flip.text, flip.expected_intent, flip.expected_slots, wrap)


def answer_line(flip: FlipView, answer: JudgedAnswer, wrap: Wrap = isolate) -> str:
    """Returns what a release answered, with what it heard where it had to listen."""
    if answer.status is not ResultStatus.ANSWERED:
        return f"failed: {wrap(answer.error)}" if answer.error else "failed"
    if answer.transcript is None:
        return _line(flip.text, answer.intent, answer.slots, wrap)
    heard = f"heard {wrap(answer.transcript)}"
    if answer.intent is None:
        return heard
    return f"{heard}: {_line(answer.transcript, answer.intent, answer.slots, wrap)}"


def is_heard(flip: FlipView, answer: JudgedAnswer) -> bool:
    """Returns whether a release that had to listen heard what was said, by the scores' own rules:
    case and punctuation are no errors. True of one that did not have to."""
    if answer.transcript is None:
        return True
    normalise = find_normaliser(flip.locale)
    return normalise(answer.transcript) == normalise(flip.text)


def is_as_expected(flip: FlipView, answer: JudgedAnswer) -> bool:
    """Returns whether a release heard, understood and marked exactly what was expected."""
    if answer.intent is None:
        is_understood = answer.transcript is not None
    else:
        is_same_intent = answer.intent == flip.expected_intent
        is_understood = is_same_intent and _has_slots(flip, answer)
    return answer.status is ResultStatus.ANSWERED and is_heard(flip, answer) and is_understood


def _has_slots(flip: FlipView, answer: JudgedAnswer) -> bool:
    """Returns whether the slots are those expected; in what was heard, by their values."""
    if answer.transcript is None or answer.transcript == flip.text:
        return set(answer.slots) == set(flip.expected_slots)
    normalise = find_normaliser(flip.locale)
    found, expected = (
        Counter((slot.label, normalise(text[slot.start : slot.end])) for slot in slots)
        for text, slots in (
            (answer.transcript, answer.slots),
            (flip.text, flip.expected_slots),
        )
    )
    return found == expected


def _line(text: str, intent: str | None, slots: Sequence[Slot], wrap: Wrap) -> str:
    values = ", ".join(f"{slot.label}: {wrap(text[slot.start : slot.end])}" for slot in slots)
    return f"{intent or 'no intent'} [{values}]" if values else intent or "no intent"
