"""Writes causal checkpoints of a few kilobytes: real decoder families with random weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers
from transformers import (
    AutoModelForCausalLM,
    GPT2Config,
    LlamaConfig,
    PreTrainedTokenizerFast,
    Qwen2Config,
)

from tests.assistants.tiny_checkpoint import INTENTS, TEXTS
from vernacular.assistants.in_context.examples import Example
from vernacular.assistants.in_context.labels import Labels
from vernacular.assistants.in_context.prompt import write_messages, write_plainly
from vernacular.assistants.stages import Typed
from vernacular.corpus.utterance import Slot

Family = Literal["llama", "gpt2", "qwen2"]
Pieces = Literal["bytes", "letters"]

CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
TEMPLATE_WITHOUT_SYSTEM = (
    "{% if messages[0].role == 'system' %}{{ raise_exception('no system here') }}{% endif %}"
    + CHAT_TEMPLATE
)

LABELS = Labels(INTENTS, ("date", "house_place", "time"))


def write_language_model(
    folder: Path,
    family: Family = "llama",
    *,
    pieces: Pieces = "bytes",
    chat_template: str | None = CHAT_TEMPLATE,
    seed: int = 4,
    context: int = 4096,
    std: float = 0.4,
    hidden: int = 16,
) -> Path:
    """Writes a causal checkpoint with its tokeniser into ``folder`` and returns the folder.

    Args:
        family: the decoder.
        pieces: ``bytes`` as in GPT-2, Llama 3 and Qwen, with a space kept at the word after it; or
            ``letters``, with a space put before everything, as SentencePiece does in Llama 2.
        chat_template: None for a model that was never taught to chat.
        seed: of the weights.
        context: tokens it can read.
        std: of the weights; with the usual small ones all texts would get one answer.
        hidden: size of its states.
    """
    tokenizer = _byte_tokenizer() if pieces == "bytes" else _letter_tokenizer()
    tokenizer.chat_template = chat_template
    sizes: dict[str, Any] = {
        "vocab_size": len(tokenizer),
        "hidden_size": hidden,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "max_position_embeddings": context,
        "bos_token_id": None,
        "eos_token_id": tokenizer.eos_token_id,
    }
    if family == "gpt2":
        config: Any = GPT2Config(**sizes)
    else:
        kind = LlamaConfig if family == "llama" else Qwen2Config
        config = kind(**sizes, intermediate_size=2 * hidden, num_key_value_heads=1)
    model = AutoModelForCausalLM.from_config(config)
    random = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, weights in model.named_parameters():
            if "norm" not in name and "ln_" not in name:
                weights.normal_(std=std, generator=random)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def write_in_context_manifest(folder: Path, **fields: object) -> Path:
    """Writes the manifest of a release whose language model lies in ``folder / "weights"``."""
    stage = {
        "engine": "in-context",
        "weights": "weights",
        "intents": list(LABELS.intents),
        "slots": list(LABELS.slots),
        **fields,
    }
    lines = [f"    {name}: {value}" for name, value in stage.items()]
    path = folder / "tiny.yaml"
    head = ["release: tiny-1", "assistant: tiny", "stages:", "  nlu:"]
    path.write_text("\n".join([*head, *lines]) + "\n", encoding="utf-8")
    return path


# Listed and not trained, as in tiny_checkpoint: trainers number pieces differently each time.
def _byte_tokenizer() -> PreTrainedTokenizerFast:
    """Bytes, and the words of prompts whole."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    split = pre_tokenizers.ByteLevel(add_prefix_space=False)
    shown = [Example("en-US", text, "alarm_set", (Slot("time", 0, 4),)) for text in TEXTS]
    prompt = write_plainly(write_messages(LABELS, shown, Typed("", "en-US")))
    words = sorted({word for word, _ in split.pre_tokenize_str(prompt)})
    special = ["<|im_start|>", "<|im_end|>"]
    vocab = {
        piece: number for number, piece in enumerate(dict.fromkeys([*special, *alphabet, *words]))
    }
    tokenizer = Tokenizer(models.BPE(vocab, [], ignore_merges=True))
    tokenizer.pre_tokenizer = split
    tokenizer.decoder = decoders.ByteLevel()
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token="<|im_end|>",
        additional_special_tokens=["<|im_start|>"],
    )


def _letter_tokenizer() -> PreTrainedTokenizerFast:
    """Printable ASCII and the letters of the texts; bytes for all others."""
    special = ["<unk>", "<s>", "</s>"]
    letters = sorted({"▁", *map(chr, range(33, 127)), *"".join(TEXTS)} - {" "})
    fallback = [f"<0x{number:02X}>" for number in range(256)]
    vocab = {piece: number for number, piece in enumerate([*special, *fallback, *letters])}
    tokenizer = Tokenizer(models.BPE(vocab, [], unk_token="<unk>", byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", unk_token="<unk>"
    )
