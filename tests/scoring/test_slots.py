"""Slot labels, spans and span counts, against MASSIVE's definition and seqeval."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from seqeval.metrics import f1_score
from seqeval.metrics.sequence_labeling import get_entities

from vernacular.scoring.intervals import RatioSums
from vernacular.scoring.slots import OUTSIDE, label_words, merge_runs, score_slots


@dataclass(frozen=True)
class Slot:
    label: str
    start: int
    end: int


#        wake  me    at      five      am
WORDS = [(0, 4), (5, 7), (8, 10), (11, 15), (16, 18)]


def to_bio(labels: list[str]) -> list[str]:
    tags = []
    for i, label in enumerate(labels):
        before = labels[i - 1] if i else OUTSIDE
        inside = "I-" if label == before else "B-"
        tags.append("O" if label == OUTSIDE else inside + label)
    return tags


def test_a_word_takes_the_label_of_the_slot_over_it() -> None:
    slots = [Slot("time", 11, 18), Slot("person", 5, 7)]
    assert label_words(WORDS, slots) == ["Other", "person", "Other", "time", "time"]


def test_a_slot_labels_a_word_that_it_covers_in_part() -> None:
    assert label_words([(0, 7)], [Slot("date", 0, 5)]) == ["date"]


def test_a_word_shared_by_two_slots_goes_to_the_longer_part() -> None:
    assert label_words([(0, 7)], [Slot("date", 0, 3), Slot("time", 3, 7)]) == ["time"]
    assert label_words([(0, 6)], [Slot("date", 0, 3), Slot("time", 3, 6)]) == ["date"]


def test_a_slot_that_only_touches_a_word_does_not_label_it() -> None:
    assert label_words(WORDS, [Slot("date", 4, 5)]) == ["Other"] * 5


def test_without_slots_every_word_is_outside() -> None:
    assert label_words(WORDS, []) == ["Other"] * 5
    assert label_words([], [Slot("date", 0, 4)]) == []


def test_equal_neighbours_form_one_span() -> None:
    labels = ["city", "city", "Other", "city", "country", "Other"]
    assert merge_runs(labels) == [("city", 0, 2), ("city", 3, 4), ("country", 4, 5)]


# Situations of MASSIVE's own metric test: recombination, padding, truncation, repeated labels,
# a span too long, one too short, a missed slot. Words and labels are ours.
@pytest.mark.parametrize(
    ("reference", "hypothesis", "expected", "f1"),
    [
        ("date time", "date time", (2, 0, 0), 1.0),
        ("date date time", "date date city", (1, 1, 1), 0.5),
        ("date date time Other time", "date date time Other", (2, 0, 1), 0.8),
        ("date date time", "date date city city", (1, 1, 1), 0.5),
        (
            "date date Other date date city time",
            "date date Other date date time city",
            (2, 2, 2),
            0.5,
        ),
        ("date date Other time time", "date date date time time", (1, 1, 1), 0.5),
        ("date date Other time time", "date Other Other time time", (1, 1, 1), 0.5),
        ("date Other time", "Other Other time", (1, 0, 1), 2 / 3),
    ],
)
def test_span_counts_follow_massive(
    reference: str, hypothesis: str, expected: tuple[int, int, int], f1: float
) -> None:
    tp, fp, fn = score_slots(reference.split(), hypothesis.split())
    assert (tp, fp, fn) == expected
    assert 2 * tp / (2 * tp + fp + fn) == pytest.approx(f1)


def test_two_neighbouring_slots_of_one_type_count_as_one() -> None:
    words = [(0, 4), (5, 8)]
    labels = label_words(words, [Slot("person", 0, 4), Slot("person", 5, 8)])
    assert score_slots(labels, labels) == (1, 0, 0)


labels_of_words = st.lists(st.sampled_from(["Other", "date", "time", "city"]), max_size=9)
utterances = st.lists(
    labels_of_words.flatmap(
        lambda reference: st.tuples(
            st.just(reference),
            st.lists(
                st.sampled_from(["Other", "date", "time", "city"]),
                min_size=len(reference),
                max_size=len(reference),
            ),
        )
    ),
    min_size=1,
    max_size=8,
)


@given(utterances)
def test_corpus_sums_equal_seqeval(corpus: list[tuple[list[str], list[str]]]) -> None:
    scores = [score_slots(reference, hypothesis) for reference, hypothesis in corpus]
    tp, fp, fn = (sum(column) for column in zip(*scores, strict=True))
    references = [to_bio(reference) for reference, _ in corpus]
    hypotheses = [to_bio(hypothesis) for _, hypothesis in corpus]
    assert tp + fn == sum(len(get_entities(tags)) for tags in references)
    assert tp + fp == sum(len(get_entities(tags)) for tags in hypotheses)
    ours = RatioSums(len(corpus), 2 * tp, 2 * tp + fp + fn).ratio
    theirs = f1_score(references, hypotheses, zero_division=0)
    assert (0.0 if ours is None else ours) == pytest.approx(theirs)


@given(labels_of_words, labels_of_words)
def test_the_hypothesis_is_cut_or_filled_to_the_reference(
    reference: list[str], hypothesis: list[str]
) -> None:
    n = len(reference)
    fitted = (hypothesis + [OUTSIDE] * n)[:n]
    assert score_slots(reference, hypothesis) == score_slots(reference, fitted)
