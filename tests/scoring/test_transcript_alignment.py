"""The alignment a person sees: jiwer's, whole, and in the unit of the locale's gate."""

from __future__ import annotations

import jiwer
import pytest

from tests.scoring.heard_pairs import heard_pairs
from vernacular.scoring.edit_counts import EditCounts
from vernacular.scoring.error_rates import count_edits
from vernacular.scoring.normaliser import LENIENT, STRICT, normalise
from vernacular.scoring.transcript_alignment import AlignedChunk, TranscriptAlignment, align


def test_every_kind_of_chunk_holds_its_units() -> None:
    alignment = align("Turn on the big lamp, please", "turn of the lamp please right now!", "en-US")
    assert alignment.chunks == (
        AlignedChunk("equal", ("turn",), ("turn",)),
        AlignedChunk("substitute", ("on",), ("of",)),
        AlignedChunk("equal", ("the",), ("the",)),
        AlignedChunk("delete", ("big",), ()),
        AlignedChunk("equal", ("lamp", "please"), ("lamp", "please")),
        AlignedChunk("insert", (), ("right", "now")),
    )
    assert alignment.counts == EditCounts(6, substitutions=1, deletions=1, insertions=2)


def test_a_locale_without_dependable_spaces_aligns_characters() -> None:
    alignment = align("明日の 六時", "明日の七時", "ja-JP")
    assert alignment.unit == "character"
    assert alignment.chunks == (
        AlignedChunk("equal", ("明", "日", "の"), ("明", "日", "の")),
        AlignedChunk("substitute", ("六",), ("七",)),
        AlignedChunk("equal", ("時",), ("時",)),
    )


def test_the_rules_that_were_applied_are_named() -> None:
    strict = align("ёлка", "елка", "ru-RU")
    lenient = align("ёлка", "елка", "ru-RU", LENIENT)
    assert (strict.normaliser, strict.counts.edits) == (STRICT, 1)
    assert (lenient.normaliser, lenient.counts.edits) == (LENIENT, 0)


def test_the_tag_is_given_in_its_usual_casing() -> None:
    assert align("a", "a", "EN-us").locale == "en-US"


def test_nothing_said_and_nothing_heard_has_no_chunks() -> None:
    assert align("", "!", "en-US").chunks == ()


@pytest.mark.parametrize("locale", ["en-US", "ko-KR", "th-TH"])
def test_the_chunks_put_together_are_both_texts_and_their_counts(locale: str) -> None:
    for reference, hypothesis in heard_pairs(200, seed=11):
        alignment = align(reference, hypothesis, locale)
        said, heard = normalise(reference, locale), normalise(hypothesis, locale)
        if alignment.unit == "character":
            said, heard = said.replace(" ", ""), heard.replace(" ", "")
        assert together(alignment, "reference") == said
        assert together(alignment, "hypothesis") == heard
        assert n_units(alignment, "substitute") == alignment.counts.substitutions
        assert n_units(alignment, "delete") == alignment.counts.deletions
        assert n_units(alignment, "insert") == alignment.counts.insertions
        assert n_units(alignment, "equal") == alignment.counts.hits
        # What the drill-down shows is what the corpus adds up.
        assert alignment.counts == count_edits(said, heard, alignment.unit)


def test_substituted_units_stand_one_to_one() -> None:
    for reference, hypothesis in heard_pairs(200, seed=12):
        for chunk in align(reference, hypothesis, "en-US").chunks:
            if chunk.kind in {"equal", "substitute"}:
                assert len(chunk.reference) == len(chunk.hypothesis) > 0
            assert (chunk.reference == chunk.hypothesis) is (chunk.kind == "equal")


def test_the_alignment_is_jiwers() -> None:
    reference, hypothesis = "the cat sat on the mat", "the cat sat mat on"
    theirs = jiwer.process_words(reference, hypothesis)
    ours = align(reference, hypothesis, "en-US")
    assert [chunk.kind for chunk in ours.chunks] == [c.type for c in theirs.alignments[0]]
    assert ours.counts.rate == theirs.wer


def together(alignment: TranscriptAlignment, side: str) -> str:
    return alignment.separator.join(
        unit for chunk in alignment.chunks for unit in getattr(chunk, side)
    )


def n_units(alignment: TranscriptAlignment, kind: str) -> int:
    return sum(
        max(len(chunk.reference), len(chunk.hypothesis))
        for chunk in alignment.chunks
        if chunk.kind == kind
    )
