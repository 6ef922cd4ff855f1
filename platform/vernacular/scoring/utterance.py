"""Scores what was understood of one utterance; everything after this is addition.

The whole numbers of a score are all that aggregates, intervals and paired tests need, so no text is
read again when two runs are compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vernacular.scoring.slots import Slotlike, label_words, merge_runs, score_slots

SCORER = "vernacular-nlu/1"
"""Names these rules; stored with every score. Scores of two scorers are not comparable."""


@dataclass(frozen=True, slots=True)
class UnderstandingScore:
    """The score of one hypothesis against one reference.

    ``correct_intent`` and ``exact`` are 0 or 1; ``tp``, ``fp`` and ``fn`` count slot spans.
    """

    correct_intent: int
    exact: int
    tp: int
    fp: int
    fn: int


def score_understanding(
    words: Sequence[tuple[int, int]],
    reference_intent: str,
    reference_slots: Sequence[Slotlike],
    hypothesis_intent: str | None,
    hypothesis_slots: Sequence[Slotlike],
) -> UnderstandingScore:
    """Returns the score of an understood text.

    A missing intent is a wrong one. A failed result is scored with no intent and no slots: it is
    wrong, misses every slot, and whoever adds up says apart how many failed.

    Args:
        words: half-open code-point spans of the reference text's words, left to right.
        reference_intent: what is expected.
        reference_slots: spans over the same text.
        hypothesis_intent: what the assistant answered; None if it answered nothing.
        hypothesis_slots: spans over the same text.
    """
    correct = int(hypothesis_intent == reference_intent)
    if not reference_slots and not hypothesis_slots:
        return UnderstandingScore(correct, correct, 0, 0, 0)
    reference = label_words(words, reference_slots)
    if not hypothesis_slots:
        n_missed = len(merge_runs(reference))
        # Slots that touch no word are in no label, so that nothing was missed.
        return UnderstandingScore(correct, correct if n_missed == 0 else 0, 0, 0, n_missed)
    hypothesis = label_words(words, hypothesis_slots)
    exact = correct if reference == hypothesis else 0
    tp, fp, fn = score_slots(reference, hypothesis)
    return UnderstandingScore(correct, exact, tp, fp, fn)
