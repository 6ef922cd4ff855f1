"""The worked cases of MASSIVE's own metric test that need more than spans: intents with slots.

``test/test_eval_metrics.py`` of alexa/massive; labels are renamed, its values are kept. Its cases
of slot F1 alone are in ``test_slots.py``.
"""

from __future__ import annotations

import pytest

from vernacular.corpus.utterance import Slot
from vernacular.scoring.slots import merge_runs, score_slots
from vernacular.scoring.utterance import UnderstandingScore, score_understanding


def spans(labels: str) -> tuple[list[tuple[int, int]], list[Slot]]:
    """Returns words of one character with spaces between, and the slots that label them so."""
    names = labels.split()
    words = [(2 * i, 2 * i + 1) for i in range(len(names))]
    runs = merge_runs(names)
    return words, [Slot(label, 2 * first, 2 * after - 1) for label, first, after in runs]


def count(reference: tuple[str, str], hypothesis: tuple[str, str]) -> UnderstandingScore:
    words, expected = spans(reference[1])
    _, found = spans(hypothesis[1])
    return score_understanding(words, reference[0], expected, hypothesis[0], found)


def test_one_of_four_matches_exactly_where_intents_and_slots_err_apart() -> None:
    scores = [
        count(("play", "song song"), ("play", "song artist")),
        count(("stop", "song song artist"), ("stop", "song song artist")),
        count(("skip", "song"), ("like", "song")),
        count(("mute", "song place"), ("mute", "song artist")),
    ]
    assert [one.exact for one in scores] == [0, 1, 0, 0]
    assert [one.correct_intent for one in scores] == [1, 1, 0, 1]


def test_a_span_too_long_is_no_exact_match() -> None:
    only = count(("play", "song song Other"), ("play", "song song song"))
    assert (only.exact, only.correct_intent) == (0, 1)


def test_labels_given_to_pieces_of_words_score_as_those_of_the_words() -> None:
    # MASSIVE lets only the first piece of a word speak, and marks the others -100.
    reference = "song song artist Other date Other artist"
    hypothesis = "song song artist artist date date artist"
    tp, fp, fn = score_slots(reference.split(), hypothesis.split())
    assert 2 * tp / (2 * tp + fp + fn) == pytest.approx(0.5)


def test_a_missed_slot_and_a_found_one_of_two_utterances_give_two_thirds() -> None:
    missed, found = (
        count(("play", "artist"), ("play", "Other")),
        count(("play", "song"), ("play", "song")),
    )
    tp, fp, fn = (getattr(missed, name) + getattr(found, name) for name in ("tp", "fp", "fn"))
    assert 2 * tp / (2 * tp + fp + fn) == pytest.approx(0.67, abs=5e-3)


@pytest.mark.parametrize(
    ("labels", "runs"),
    [
        ("city city Other country Other", [("city", 0, 2), ("country", 3, 4)]),
        ("date date Other Other time", [("date", 0, 2), ("time", 4, 5)]),
    ],
)
def test_equal_neighbours_begin_and_continue_one_span(
    labels: str, runs: list[tuple[str, int, int]]
) -> None:
    assert merge_runs(labels.split()) == runs
