"""Utterances that lie side by side in a grid are understood as each would be alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import AutoTokenizer, DistilBertConfig

from tests.assistants.tiny_checkpoint import (
    INTENTS,
    SLOT_LABELS,
    TEXTS,
    Family,
    write_checkpoint,
)
from vernacular.assistants.engines.understanding.joint_encoder import (
    JointEncoder,
    JointEncoderConfig,
)
from vernacular.assistants.engines.understanding.joint_nlu import JointNlu
from vernacular.assistants.engines.understanding.packing import ENOUGH, MAX_ROW_LENGTH, pack
from vernacular.assistants.stage_specs import JointEncoderStage
from vernacular.assistants.stages import Typed, Understanding

LOCALES = ("en-US", "sw-KE", "he-IL", "zh-CN", "ar-SA", "xx-XX")
REQUESTS = [
    Typed(text, locale)
    for text in (*TEXTS, "", "a", " ".join(TEXTS), "wake me up " * 12)
    for locale in LOCALES
]


@given(st.lists(st.lists(st.integers(5, 99), min_size=1, max_size=80), min_size=1, max_size=30))
def test_every_sequence_lies_whole_in_one_row_and_in_nobody_s_way(
    sequences: list[list[int]],
) -> None:
    packed = pack(sequences)
    n_rows, length = packed.tokens.shape
    n_tokens = sum(map(len, sequences))
    longest = max(map(len, sequences))
    assert longest <= length <= max(longest, min(MAX_ROW_LENGTH, n_tokens))
    for number, (start, sequence) in enumerate(zip(packed.starts, sequences, strict=True), start=1):
        row, column = divmod(int(start), length)
        stop = column + len(sequence)
        assert packed.tokens[row, column:stop].tolist() == sequence
        assert packed.positions[row, column:stop].tolist() == list(range(len(sequence)))
        assert (packed.owners[row, column:stop] == number).all()
    assert (packed.owners > 0).sum() == n_tokens
    # First fit leaves no two rows half empty.
    assert n_rows <= max(1, 2 * n_tokens / length + 1)


@given(st.lists(st.integers(4, 30), min_size=6, max_size=30))
def test_the_grid_is_hardly_larger_than_what_it_holds(sizes: list[int]) -> None:
    # Utterances of ordinary lengths; what cannot be laid better wastes a row's end at most.
    grid = pack([[7] * size for size in sizes]).tokens
    assert grid.size <= max(ENOUGH * sum(sizes), sum(sizes) + MAX_ROW_LENGTH)


def load(folder: Path) -> JointNlu:
    return JointNlu.load(
        JointEncoderStage(engine="joint-encoder", weights=folder.name), folder.parent
    )


def understand_padded(nlu: JointNlu) -> list[Understanding]:
    nlu._run = nlu._run_padded
    return [nlu.understand_batch([one])[0] for one in REQUESTS]  # type: ignore[misc]


@pytest.mark.parametrize("family", ["bert", "xlm-roberta"])
@pytest.mark.parametrize("locales", [(), LOCALES[:4]], ids=["no locales", "locales"])
@pytest.mark.parametrize("word_pooling", ["first", "first_last"])
def test_side_by_side_is_understood_as_alone(
    tmp_path: Path, family: Family, locales: tuple[str, ...], word_pooling: str
) -> None:
    nlu = load(
        write_checkpoint(
            tmp_path / "weights",
            family,
            locales=locales,
            word_pooling=word_pooling,
            num_hidden_layers=2,
        )
    )
    assert nlu._model.packs
    packed = nlu.understand_batch(REQUESTS)
    alone = understand_padded(nlu)
    assert [one.intent for one in packed] == [one.intent for one in alone]  # type: ignore[union-attr]
    assert [one.slots for one in packed] == [one.slots for one in alone]  # type: ignore[union-attr]
    assert len({one.intent for one in alone}) > 1
    assert any(one.slots for one in alone)
    sure = [[one.intent_confidence for one in some] for some in (packed, alone)]  # type: ignore[union-attr]
    assert np.allclose(*np.array(sure, float), atol=1e-5)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_understood_side_by_side_too(tmp_path: Path, dtype: torch.dtype) -> None:
    nlu = load(write_checkpoint(tmp_path / "weights", "xlm-roberta"))
    nlu._model.to(dtype)
    packed = nlu.understand_batch(REQUESTS)
    alone = understand_padded(nlu)
    sure = [[one.intent_confidence for one in some] for some in (packed, alone)]  # type: ignore[union-attr]
    assert np.allclose(*np.array(sure, float), atol=0.05)


def test_a_family_that_numbers_positions_otherwise_is_padded(tmp_path: Path) -> None:
    weights = write_checkpoint(tmp_path / "weights", "bert")
    encoder = DistilBertConfig(
        dim=16,
        n_layers=1,
        n_heads=2,
        hidden_dim=32,
        vocab_size=len(AutoTokenizer.from_pretrained(weights)),
    )
    config = JointEncoderConfig(
        encoder=encoder, intent_labels=list(INTENTS), slot_labels=list(SLOT_LABELS)
    )
    JointEncoder(config).save_pretrained(weights)
    nlu = load(weights)
    assert not nlu._model.packs
    understood = nlu.understand_batch(REQUESTS)
    assert [one.intent for one in understood] == [one.intent for one in understand_padded(nlu)]  # type: ignore[union-attr]
