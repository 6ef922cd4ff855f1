"""Labels of pieces become slots of whole words, in every scheme that checkpoints use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from seqeval.metrics.sequence_labeling import get_entities

from vernacular.assistants.engines.understanding.span_labels import SpanLabels
from vernacular.corpus.utterance import Slot

WORDS = [(0, 1), (2, 3), (4, 5), (6, 7), (8, 9)]


def join(*labels: str, pieces: list[tuple[int, int]] | None = None) -> list[str]:
    """``label start-end`` of the slots of five words, of which each is a piece unless told."""
    known = sorted(set(labels))
    found = SpanLabels(known).join(WORDS, pieces or WORDS, [known.index(label) for label in labels])
    return [f"{one.label} {one.start}-{one.end}" for one in found]


@pytest.mark.parametrize(
    ("labels", "slots"),
    [
        ("O B-time I-time O B-date", ["time 2-5", "date 8-9"]),
        ("B-time B-time I-time O O", ["time 0-1", "time 2-5"]),
        ("O I-time I-time I-date O", ["time 2-5", "date 6-7"]),
        ("B-time I-time E-time S-time O", ["time 0-5", "time 6-7"]),
        ("B-time E-time I-time O S-date", ["time 0-3", "time 4-5", "date 8-9"]),
        ("B-time L-time U-time U-time O", ["time 0-3", "time 4-5", "time 6-7"]),
        ("B-time M-time E-time O O", ["time 0-5"]),
        ("Other time time Other date", ["time 2-5", "date 8-9"]),
        ("O time date date O", ["time 2-3", "date 4-7"]),
        ("O O O O O", []),
    ],
)
def test_each_scheme_is_read(labels: str, slots: list[str]) -> None:
    assert join(*labels.split()) == slots


def test_a_hyphen_alone_makes_no_scheme() -> None:
    """Where one label has no such prefix, all are names."""
    assert join("O", "B-side", "A-side", "O", "O") == ["B-side 2-3", "A-side 4-5"]


@given(st.lists(st.sampled_from(["O", "B-a", "I-a", "B-b", "I-b"]), min_size=5, max_size=5))
def test_labels_are_read_as_by_seqeval(labels: list[str]) -> None:
    """Which follows conlleval."""
    scheme = ["O", "B-a", "I-a", "B-b", "I-b"]
    found = SpanLabels(scheme).join(WORDS, WORDS, [scheme.index(label) for label in labels])
    assert found == tuple(
        Slot(name, WORDS[first][0], WORDS[last][1]) for name, first, last in get_entities(labels)
    )


def test_a_word_has_the_label_of_its_first_piece() -> None:
    """Whatever the others say; what the tokeniser adds is empty and belongs to no word."""
    labels = SpanLabels(["O", "time"])
    pieces = [(0, 0), (0, 2), (2, 4), (4, 6), (6, 9), (0, 0)]
    assert labels.join([(0, 4), (5, 9)], pieces, [1, 1, 0, 0, 1, 1]) == (Slot("time", 0, 4),)


def test_a_piece_of_several_words_labels_them_all_as_one_slot() -> None:
    """As in Chinese, where slots are given to characters and pieces are longer."""
    labels = SpanLabels(["O", "S-time", "B-time", "I-time", "E-time"])
    words = [(0, 1), (1, 2), (2, 3), (3, 4)]
    assert labels.join(words, [(0, 2), (2, 4)], [1, 1]) == (Slot("time", 0, 2), Slot("time", 2, 4))
    assert labels.join(words, [(0, 2), (2, 4)], [2, 4]) == (Slot("time", 0, 4),)


def test_words_that_no_piece_reaches_are_outside() -> None:
    labels = SpanLabels(["O", "time"])
    assert labels.join(WORDS, WORDS[:2], [1, 1]) == (Slot("time", 0, 3),)
    assert labels.join(WORDS, [], []) == ()
    assert labels.join([], WORDS, [1, 1, 1, 1, 1]) == ()
