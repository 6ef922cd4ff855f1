"""Slot labels of words, the spans they form, and how many spans a hypothesis got right.

The definition is MASSIVE's (FitzGerald et al. 2022, ``eval_preds``), so that our slot F1 can stand
beside published ones: every word has one label, neighbouring words with the same label form one
span, and a span counts only if its label and both its ends are right. Two neighbouring slots of
one type therefore merge, which is a limit of that definition and not ours to repair.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

OUTSIDE = "Other"
"""The label of a word that belongs to no slot (MASSIVE's name for it)."""


class Slotlike(Protocol):
    """A labelled half-open span of code points; any class with these three will do."""

    @property
    def label(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def label_words(words: Sequence[tuple[int, int]], slots: Sequence[Slotlike]) -> list[str]:
    """Returns one label per word: that of the slot which overlaps it, else ``Other``.

    A word that two slots reach into takes the slot that covers more of it, the earlier in ``slots``
    if both cover as much. A slot that touches no word labels nothing.

    Args:
        words: half-open code-point spans, left to right, not overlapping.
        slots: spans over the same text, in any order.
    """
    labels = [OUTSIDE] * len(words)
    if not slots:
        return labels
    covered = [0] * len(words)
    for slot in slots:
        label, start, end = slot.label, slot.start, slot.end
        for i, (word_start, word_end) in enumerate(words):
            if word_start >= end:
                break
            if word_end <= start:
                continue
            overlap = min(word_end, end) - max(word_start, start)
            if overlap > covered[i]:
                covered[i] = overlap
                labels[i] = label
    return labels


def merge_runs(labels: Sequence[str]) -> list[tuple[str, int, int]]:
    """Returns the spans ``(label, first word, word after the last)`` that equal neighbours form."""
    spans = []
    i, n = 0, len(labels)
    while i < n:
        label = labels[i]
        start = i
        i += 1
        while i < n and labels[i] == label:
            i += 1
        if label != OUTSIDE:
            spans.append((label, start, i))
    return spans


def score_slots(
    reference_labels: Sequence[str], hypothesis_labels: Sequence[str]
) -> tuple[int, int, int]:
    """Returns the true positive, false positive and false negative spans of one utterance.

    A hypothesis that is too long is cut to the reference's words, one that is too short is filled
    up with ``Other``, as MASSIVE does.
    """
    n = len(reference_labels)
    hypothesis = list(hypothesis_labels[:n])
    hypothesis += [OUTSIDE] * (n - len(hypothesis))
    reference = merge_runs(reference_labels)
    if hypothesis == list(reference_labels):
        return len(reference), 0, 0
    found = merge_runs(hypothesis)
    tp = len(set(reference).intersection(found))
    return tp, len(found) - tp, len(reference) - tp
