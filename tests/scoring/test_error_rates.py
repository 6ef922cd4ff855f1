"""Units and error counts of transcripts, locale by locale, against worked examples and jiwer."""

from __future__ import annotations

from typing import NamedTuple

import jiwer
import numpy as np
import pytest

from tests.scoring.heard_pairs import SENTENCES, heard_pairs
from vernacular.corpus.locales import find_locale
from vernacular.errors import InvalidInput
from vernacular.scoring.edit_counts import EditCounts
from vernacular.scoring.error_rates import (
    TranscriptScores,
    count_edits,
    score_transcripts,
    split_units,
)
from vernacular.scoring.normaliser import STRICT, normalise


class Row(NamedTuple):
    n_words: int
    word_edits: int
    n_chars: int
    char_edits: int
    substitutions: int
    deletions: int
    insertions: int


def test_words_are_what_stands_between_spaces() -> None:
    assert split_units("bật đèn lên", "word") == ["bật", "đèn", "lên"]
    assert split_units("", "word") == []


def test_characters_are_code_points_without_spaces() -> None:
    assert split_units("불 켜", "character") == ["불", "켜"]
    assert split_units("น้ำ", "character") == ["น", "้", "ำ"]
    assert split_units("👍🏽", "character") == ["👍", "🏽"]


def test_spaces_are_characters_where_asked_for() -> None:
    assert split_units("a bc", "character", with_spaces=True) == ["a", " ", "b", "c"]


def test_errors_are_levenshtein_and_not_those_of_sclite() -> None:
    # NIST sclite 2.10 aligns this pair at costs 4, 3, 3 and reports 2C 0S 3D 3I, 6 errors.
    counts = count_edits("a b c d e", "d e x y z", "word")
    assert counts.edits == 5
    assert counts.rate == 1.0


def test_the_corpus_rate_is_a_sum_and_no_mean() -> None:
    first = count_edits("turn on the light", "turn on the light", "word")
    second = count_edits("stop", "go now", "word")
    assert (first + second).rate == 0.4
    peer = jiwer.wer(["turn on the light", "stop"], ["turn on the light", "go now"])
    assert (first + second).rate == peer


@pytest.mark.parametrize(("reference", "hypothesis"), list(heard_pairs(60, seed=3)))
def test_one_pair_is_counted_as_jiwer_counts_it(reference: str, hypothesis: str) -> None:
    words = jiwer.process_words(reference, hypothesis)
    assert count_edits(reference, hypothesis, "word") == counts_of(words)
    characters = jiwer.process_characters(reference, hypothesis)
    ours = count_edits(reference, hypothesis, "character", with_spaces=True)
    assert ours == counts_of(characters)


def test_a_locale_of_words_is_scored_in_words_and_characters_with_spaces() -> None:
    scores = score_transcripts(
        "en-US", ["Turn on the light.", "stop"], ["turn on a night", "stop it"]
    )
    assert rows(scores) == [
        # the -> a and light -> night; t, h, e -> a and l -> n.
        Row(4, 2, 17, 4, 2, 0, 0),
        Row(1, 1, 4, 3, 0, 0, 1),
    ]


def test_korean_is_gated_by_characters_and_shown_in_words() -> None:
    # Spaced otherwise, then one syllable wrong.
    scores = score_transcripts("ko-KR", ["불 꺼 줘", "불 꺼 줘"], ["불 꺼줘", "불 켜 줘"])
    assert rows(scores) == [
        Row(3, 2, 3, 0, 0, 0, 0),
        Row(3, 1, 3, 1, 1, 0, 0),
    ]


@pytest.mark.parametrize(
    ("locale", "reference", "hypothesis", "n_chars", "char_edits"),
    [
        ("ja-JP", "明日の朝 六時。", "明日の 朝七時", 6, 1),
        ("zh-CN", "请开灯", "请 关灯", 3, 1),
        ("th-TH", "เปิด ไฟ", "เปิดไฟ้", 6, 1),
        ("my-MM", "မီး ဖွင့်", "မီးဖွင့်", 8, 0),
        ("km-KH", "បើក ភ្លើង", "បើកភ្លើ", 8, 1),
    ],
)
def test_a_locale_without_dependable_spaces_has_no_words(
    locale: str, reference: str, hypothesis: str, n_chars: int, char_edits: int
) -> None:
    [row] = rows(score_transcripts(locale, [reference], [hypothesis]))
    assert (row.n_words, row.word_edits) == (0, 0)
    assert (row.n_chars, row.char_edits) == (n_chars, char_edits)


def test_a_failed_result_deletes_all_of_the_reference() -> None:
    failed, silent = rows(score_transcripts("en-US", ["go on", "go on"], [None, ""]))
    assert failed == silent
    assert failed == Row(2, 2, 5, 5, 0, 2, 0)


def test_what_the_normaliser_takes_away_is_no_error() -> None:
    scores = score_transcripts("es-ES", ["¿Qué hora es?"], ["qué  hora es"])
    assert (scores.n_words[0], scores.word_edits[0], scores.char_edits[0]) == (3, 0, 0)


def test_the_split_is_that_of_the_unit_of_the_gate() -> None:
    pairs = list(heard_pairs(400, seed=5))
    said, heard = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    for locale in ("en-US", "ko-KR", "ja-JP"):
        scores = score_transcripts(locale, said, heard)
        split = scores.substitutions + scores.deletions + scores.insertions
        in_words = find_locale(locale).unit == "word"
        assert (split == (scores.word_edits if in_words else scores.char_edits)).all()
        assert (scores.word_edits != scores.char_edits).any()


def test_rates_of_a_locale_equal_jiwer_on_normalised_texts() -> None:
    said = [sentence.upper() for sentence in SENTENCES]
    heard = [*SENTENCES[1:], SENTENCES[0]]
    scores = score_transcripts("en-US", said, heard)
    both = [[normalise(text, "en-US", STRICT) for text in side] for side in (said, heard)]
    assert scores.word_edits.sum() / scores.n_words.sum() == jiwer.wer(*both)
    assert scores.char_edits.sum() / scores.n_chars.sum() == jiwer.cer(*both)


def test_without_transcripts_there_are_no_scores() -> None:
    for column in vars(score_transcripts("th-TH", [], [])).values():
        assert column.shape == (0,)
        assert column.dtype == np.int32


def test_more_references_than_hypotheses_are_refused() -> None:
    with pytest.raises(InvalidInput, match="2 references"):
        score_transcripts("en-US", ["a", "b"], ["a"])


def counts_of(result: jiwer.WordOutput | jiwer.CharacterOutput) -> EditCounts:
    return EditCounts(
        result.hits + result.substitutions + result.deletions,
        result.substitutions,
        result.deletions,
        result.insertions,
    )


def rows(scores: TranscriptScores) -> list[Row]:
    columns = (column.tolist() for column in vars(scores).values())
    return [Row(*row) for row in zip(*columns, strict=True)]
