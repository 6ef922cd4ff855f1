"""Text and confidence of a best path."""

from __future__ import annotations

import numpy as np
import pytest
from transformers import PreTrainedTokenizerBase, Wav2Vec2CTCTokenizer

from tests.assistants.tiny_ears import LATIN, MARKS, write_letters
from vernacular.assistants.engines.hearing.ctc_decoding import Emissions, read_emissions
from vernacular.assistants.stages import Transcript

BLANK = MARKS.index("<pad>")


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Wav2Vec2CTCTokenizer:
    return write_letters(tmp_path_factory.mktemp("letters") / "tokenizer", LATIN)


def read(tokenizer: PreTrainedTokenizerBase, path: str, sure: list[float]) -> Transcript:
    """Reads a best path: ``_`` is the blank, ``?`` the unknown token."""
    names = {"_": "<pad>", "?": "<unk>"}
    ids = [tokenizer.convert_tokens_to_ids(names.get(one, one)) for one in path]
    emissions = Emissions(np.array(ids, np.int64), np.array(sure, np.float32))
    return read_emissions(emissions, tokenizer, {BLANK, MARKS.index("<unk>")})


def test_repeats_are_one_letter_unless_a_blank_parts_them(
    tokenizer: Wav2Vec2CTCTokenizer,
) -> None:
    assert read(tokenizer, "_kaa_a||m_m", [0.5] * 11).text == "kaa mm"


def test_confidence_is_the_geometric_mean_of_each_letter_at_its_surest(
    tokenizer: Wav2Vec2CTCTokenizer,
) -> None:
    found = read(tokenizer, "_kk_a", [0.9, 0.2, 0.8, 0.1, 0.2])
    assert found.confidence == pytest.approx((0.8 * 0.2) ** 0.5)


def test_marks_are_not_written(tokenizer: Wav2Vec2CTCTokenizer) -> None:
    assert read(tokenizer, "?k_?a", [0.5] * 5).text == "ka"


@pytest.mark.parametrize("path", ["", "___", "_|_", "?"])
def test_where_nothing_is_heard_there_is_nothing_to_be_sure_of(
    tokenizer: Wav2Vec2CTCTokenizer, path: str
) -> None:
    assert read(tokenizer, path, [0.9] * len(path)) == Transcript("", None)
