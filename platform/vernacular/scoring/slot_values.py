"""Slots over heard text: which values arrived, wherever in the text they stand.

What was heard has other words than what was said, so spans cannot be compared. Label and normalised
value are instead, each pair as often as it occurs, after SLURP (Bastianelli et al. 2020, "SLURP: A
Spoken Language Understanding Resource Package", EMNLP); unlike in its SLU-F1, a value that is only
nearly right is wrong. The metric is ``slot_value_f1``, never to be mixed with the F1 of spans.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from vernacular.corpus.locales import find_locale
from vernacular.scoring.normaliser import STRICT, find_normaliser
from vernacular.scoring.slots import Slotlike

SlotValue = tuple[str, str]
"""Label and value as it stands in the text."""


def slot_values(text: str, slots: Iterable[Slotlike]) -> list[SlotValue]:
    """Returns label and value of each slot, in the order of ``slots``.

    Args:
        text: the text that the spans were given for: the reference for reference slots, what was
            heard for hypothesis slots.
        slots: half-open code-point spans.
    """
    return [(slot.label, text[slot.start : slot.end]) for slot in slots]


def find_value_rules(locale: str, normaliser: str = STRICT) -> Callable[[str], str]:
    """Returns the function that makes two spellings of one value equal.

    It is the normaliser; where the gate counts characters, spaces are taken out too, since nobody
    can hear them there.

    Raises:
        InvalidInput: no such locale or normaliser.
    """
    normalise = find_normaliser(locale, normaliser)
    if find_locale(locale).unit == "word":
        return normalise
    return lambda value: normalise(value).replace(" ", "")


def score_slot_values(
    reference: Iterable[SlotValue],
    hypothesis: Iterable[SlotValue],
    normalise: Callable[[str], str],
) -> tuple[int, int, int]:
    """Returns the true positive, false positive and false negative values of one utterance.

    A value under another label is wrong on both sides; a value given twice but expected once is
    wrong once. A failed result has no values, so that all are missed.

    Args:
        reference: the values that are expected.
        hypothesis: the values that were understood from what was heard.
        normalise: makes two spellings of one value equal, see ``find_value_rules``.
    """
    expected = Counter((label, normalise(value)) for label, value in reference)
    found = Counter((label, normalise(value)) for label, value in hypothesis)
    tp = (expected & found).total()
    return tp, found.total() - tp, expected.total() - tp
