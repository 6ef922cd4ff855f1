"""What of a turn was not as its person says it should have been."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from vernacular.corpus.utterance import Slot
from vernacular.scoring.slot_values import find_value_rules, score_slot_values, slot_values

Part = Literal["hearing", "intent", "slots"]


@dataclass(frozen=True, slots=True)
class Understood:
    """What was made of a request, or should have been."""

    text: str
    """As heard, or as typed; slots are spans of it."""
    intent: str | None
    slots: Sequence[Slot]


def find_wrong_parts(
    locale: str, found: Understood | None, expected: Understood, *, is_spoken: bool
) -> tuple[Part, ...]:
    """Returns the parts that are wrong, what comes first in a turn first; none if all is right.

    Texts are equal that the normaliser makes equal. Slots are compared as labels with values, since
    what was heard need not have the words of what was said.

    Args:
        locale: the locale of both.
        found: what was made of it; None where no answer came, so that all is wrong.
        expected: what should have been.
        is_spoken: whether it had to be heard; what was typed cannot be misheard.
    """
    wrong: list[Part] = []
    rules = find_value_rules(locale)
    if is_spoken and (found is None or rules(found.text) != rules(expected.text)):
        wrong.append("hearing")
    if found is None or found.intent != expected.intent:
        wrong.append("intent")
    if found is None or _has_other_slots(found, expected, locale):
        wrong.append("slots")
    return tuple(wrong)


def _has_other_slots(found: Understood, expected: Understood, locale: str) -> bool:
    if found.text == expected.text and tuple(found.slots) == tuple(expected.slots):
        return False
    _, n_unexpected, n_missing = score_slot_values(
        slot_values(expected.text, expected.slots),
        slot_values(found.text, found.slots),
        find_value_rules(locale),
    )
    return n_unexpected + n_missing > 0
