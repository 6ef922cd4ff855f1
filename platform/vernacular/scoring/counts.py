"""Counts over many utterances that can be added up, with the metrics as properties of the sums.

A rate never travels alone: what is stored, merged and compared are whole numbers, and a metric is
read from their sum, never a mean of smaller metrics.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass

INTENT_ACCURACY = "intent_acc"
"""Share of utterances whose intent is right."""
SLOT_F1 = "slot_micro_f1"
"""Micro-averaged F1 of slot spans, over the spans of all utterances together."""
EXACT_MATCH = "ex_match_acc"
"""Share of utterances whose intent and every slot are right."""
WER = "wer"
"""Word errors per word of the reference; may exceed 1."""
CER = "cer"
"""Character errors per character of the reference; may exceed 1."""
SLOT_VALUE_F1 = "slot_value_f1"
"""Micro-averaged F1 of (type, normalised value), where the assistant heard the utterance."""


@dataclass(frozen=True, slots=True)
class UnderstandingCounts:
    """What a set of utterances adds up to; ``+`` merges two sets that share no utterance.

    A failed utterance is among the ``n`` and counted as wrong; ``n_failed`` says how many.
    """

    n: int = 0
    n_correct_intent: int = 0
    n_exact: int = 0
    tp: int = 0
    fp: int = 0
    fn: int = 0
    n_failed: int = 0

    def __add__(self, other: UnderstandingCounts) -> UnderstandingCounts:
        mine, theirs = astuple(self), astuple(other)
        return UnderstandingCounts(*(a + b for a, b in zip(mine, theirs, strict=True)))

    @property
    def intent_accuracy(self) -> float | None:
        """A fraction of the utterances; None without any."""
        return self.n_correct_intent / self.n if self.n else None

    @property
    def slot_f1(self) -> float | None:
        """2 TP / (2 TP + FP + FN); None where neither side has a slot, never 0."""
        n_spans = 2 * self.tp + self.fp + self.fn
        return 2 * self.tp / n_spans if n_spans else None

    @property
    def exact_match(self) -> float | None:
        """A fraction of the utterances; None without any."""
        return self.n_exact / self.n if self.n else None
