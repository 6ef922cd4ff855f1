"""What an empty reference or hypothesis means, decided once.

jiwer 4.0 returns the number of insertions as the rate of an empty reference. A rate of 3.0 for
three words heard in silence would be an accident of counting, so there is none here.
"""

from __future__ import annotations

import pytest

from vernacular.scoring.edit_counts import EditCounts, error_rate
from vernacular.scoring.error_rates import count_edits, score_transcripts
from vernacular.scoring.transcript_alignment import align

CASES = [
    # reference, hypothesis, edits, n_ref, rate, is_match
    ("", "", 0, 0, None, True),
    ("", "who is there", 3, 0, None, False),
    ("stop the music", "", 3, 3, 1.0, False),
    ("stop", "stop", 0, 1, 0.0, True),
]


@pytest.mark.parametrize(("reference", "hypothesis", "edits", "n_ref", "rate", "is_match"), CASES)
def test_the_table_of_empty_texts(
    reference: str, hypothesis: str, edits: int, n_ref: int, rate: float | None, is_match: bool
) -> None:
    for counts in (
        count_edits(reference, hypothesis, "word"),
        align(reference, hypothesis, "en-US").counts,
    ):
        assert (counts.edits, counts.n_ref) == (edits, n_ref)
        assert counts.rate == rate
        assert counts.is_match is is_match
    scores = score_transcripts("en-US", [reference], [hypothesis])
    assert (scores.word_edits[0], scores.n_words[0]) == (edits, n_ref)


@pytest.mark.parametrize(("reference", "hypothesis", "edits", "n_ref", "rate", "is_match"), CASES)
def test_the_table_holds_for_characters(
    reference: str, hypothesis: str, edits: int, n_ref: int, rate: float | None, is_match: bool
) -> None:
    counts = count_edits(reference.replace(" ", ""), hypothesis.replace(" ", ""), "character")
    assert counts.rate == rate
    assert counts.is_match is is_match


def test_without_a_reference_unit_there_is_no_rate() -> None:
    assert error_rate(0, 0) is None
    assert error_rate(3, 0) is None


def test_a_corpus_of_silence_has_no_rate() -> None:
    corpus = EditCounts(insertions=2) + EditCounts()
    assert corpus.edits == 2
    assert corpus.rate is None


def test_insertions_into_silence_count_in_the_corpus() -> None:
    corpus = count_edits("", "go now", "word") + count_edits("turn it off now", "off", "word")
    assert (corpus.edits, corpus.n_ref) == (5, 4)
    assert corpus.rate == 1.25


def test_a_text_of_punctuation_alone_is_empty() -> None:
    scores = score_transcripts("es-ES", ["¿?"], ["..."])
    assert (scores.n_words[0], scores.word_edits[0]) == (0, 0)


def test_a_failed_result_on_silence_has_nothing_to_delete() -> None:
    scores = score_transcripts("en-US", [""], [None])
    assert (scores.n_words[0], scores.word_edits[0], scores.n_chars[0], scores.char_edits[0]) == (
        (0, 0, 0, 0)
    )
