"""Writes joint checkpoints of a few kilobytes: real encoder families with random weights.

They understand nothing, but they load, batch and answer as real ones do, and equal arguments write
equal weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from transformers import BertConfig, PreTrainedTokenizerFast, XLMRobertaConfig

from vernacular.assistants.engines.understanding.joint_encoder import (
    OUTSIDE,
    JointEncoder,
    JointEncoderConfig,
)

Family = Literal["bert", "xlm-roberta"]

INTENTS = ("alarm_set", "general_greet", "iot_hue_lightoff", "weather_query")
SLOT_LABELS = (OUTSIDE, "date", "house_place", "time")
TEXTS = (
    "wake me up at five am",
    "turn off the light in the kitchen",
    "niamshe saa tatu asubuhi",
    "מה מזג האוויר מחר",
    "明天早上五点叫醒我",
    "كيف الطقس غدا",
)
"""What the tokeniser knows the letters of; those of other texts are unknown to it."""

SHAPE = {
    "hidden_size": 16,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 32,
}


def write_checkpoint(
    folder: Path,
    family: Family = "bert",
    *,
    intents: Sequence[str] = INTENTS,
    slot_labels: Sequence[str] = SLOT_LABELS,
    locales: Sequence[str] = (),
    word_pooling: str = "first_last",
    seed: int = 4,
    **shape: int,
) -> Path:
    """Writes a checkpoint with its tokeniser into ``folder`` and returns the folder.

    Args:
        family: the encoder: BERT with word pieces, or XLM-R with a unigram tokeniser.
        intents: what the checkpoint may answer.
        slot_labels: labels of words, ``Other`` among them.
        locales: what it has an embedding for; none for a checkpoint without locale embedding.
        word_pooling: ``first`` or ``first_last``.
        seed: of the weights.
        shape: sizes of the encoder that differ from ``SHAPE``.
    """
    tokenizer = _bert_tokenizer() if family == "bert" else _xlmr_tokenizer()
    sizes: dict[str, Any] = {**SHAPE, **shape, "vocab_size": len(tokenizer)}
    encoder = BertConfig(**sizes) if family == "bert" else XLMRobertaConfig(**sizes)
    config = JointEncoderConfig(
        encoder=encoder,
        intent_labels=list(intents),
        slot_labels=list(slot_labels),
        locales=list(locales),
        word_pooling=word_pooling,
    )
    model = JointEncoder(config)
    random = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, weights in model.named_parameters():
            # With the usual small weights every text would get one and the same answer.
            if "LayerNorm" not in name:
                weights.normal_(std=0.6, generator=random)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def write_manifest(folder: Path, release: str = "tiny-1", **nlu: object) -> Path:
    """Writes the manifest of a release whose weights lie in ``folder / "weights"``.

    ``nlu`` are further fields of its understanding stage.
    """
    stage = {"engine": "joint-encoder", "weights": "weights", **nlu}
    lines = [f"    {name}: {value}" for name, value in stage.items()]
    path = folder / f"{release}.yaml"
    head = [f"release: {release}", "assistant: tiny", "stages:", "  nlu:"]
    path.write_text("\n".join([*head, *lines]) + "\n", encoding="utf-8")
    return path


# The trainers of the library number equally frequent pieces in another order each time, and with
# random weights another numbering is another network: the pieces are therefore listed here.
def _bert_tokenizer() -> PreTrainedTokenizerFast:
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    letters = sorted(set("".join(TEXTS)) - {" "})
    pieces = special + letters + [f"##{letter}" for letter in letters] + _beginnings("")
    vocab = {piece: number for number, piece in enumerate(dict.fromkeys(pieces))}
    tokenizer = Tokenizer(models.WordPiece(vocab, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False, strip_accents=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
    )


def _xlmr_tokenizer() -> PreTrainedTokenizerFast:
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    letters = sorted(set("".join(TEXTS)) - {" "})
    pieces = [(piece, 0.0) for piece in special]
    pieces += [(letter, -5.0) for letter in ["▁", *letters]]
    pieces += [(beginning, -3.0) for beginning in _beginnings("▁")]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=special.index("<unk>")))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        pad_token="<pad>",
        eos_token="</s>",
        unk_token="<unk>",
    )


def _beginnings(marker: str) -> list[str]:
    """Returns the first two letters of every word, as pieces that begin a word."""
    return sorted({marker + word[:2] for text in TEXTS for word in text.split() if len(word) > 1})
