"""What was understood of an utterance, in one line of plain text."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vernacular.corpus.utterance import Slot
from vernacular.reports.flips import FlipView
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
    """Returns what was expected: ``alarm_set [time: five am]``.

    Args:
        flip: the utterance.
        wrap: what is done to everything that somebody said.
    """
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


def is_as_expected(flip: FlipView, answer: JudgedAnswer) -> bool:
    """Returns whether a release heard, understood and marked exactly what was expected."""
    is_heard = answer.transcript is None or answer.transcript == flip.text
    if answer.intent is None:
        is_understood = answer.transcript is not None
    else:
        is_same_intent = answer.intent == flip.expected_intent
        is_understood = is_same_intent and set(answer.slots) == set(flip.expected_slots)
    return answer.status is ResultStatus.ANSWERED and is_heard and is_understood


def _line(text: str, intent: str | None, slots: Sequence[Slot], wrap: Wrap) -> str:
    values = ", ".join(f"{slot.label}: {wrap(text[slot.start : slot.end])}" for slot in slots)
    return f"{intent or 'no intent'} [{values}]" if values else intent or "no intent"
