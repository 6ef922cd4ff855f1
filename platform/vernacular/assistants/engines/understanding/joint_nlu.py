"""Understanding by a joint intent and slot encoder, batched without padding where it can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import AutoTokenizer

from vernacular.assistants.contract import Footprint
from vernacular.assistants.engines.buckets import in_buckets
from vernacular.assistants.engines.loading import load_companion, load_model, model_footprint
from vernacular.assistants.engines.understanding.joint_encoder import OUTSIDE, JointEncoder
from vernacular.assistants.engines.understanding.packing import pack
from vernacular.assistants.stage_specs import JointEncoderStage
from vernacular.assistants.stages import Typed, Understanding
from vernacular.assistants.weights import Weights, find_weights
from vernacular.corpus.locales import find_locale
from vernacular.corpus.utterance import Slot
from vernacular.corpus.words import split_words
from vernacular.errors import ModelUnavailable, VernacularError

PIECES_PER_PASS = 1024
"""On a CPU, where more at once does not fit into its caches."""
PIECES_PER_PASS_ON_GPU = 32_768


@dataclass(frozen=True, slots=True)
class _LaidOut:
    """One request as the network reads it."""

    pieces: list[int]
    words: list[tuple[int, int]]
    """Spans in the text."""
    firsts: list[int]
    """Of each word, where its first piece is among the pieces."""
    lasts: list[int]
    locale_row: int


class JointNlu:
    """A loaded joint checkpoint."""

    def __init__(self, model: JointEncoder, tokenizer: Any, weights: Weights, max_batch: int):
        self.version = f"joint-encoder:{weights.name}"
        self._model = model
        self._weights = weights
        self._tokenizer = tokenizer
        self._max_batch = max_batch
        config = model.config
        self._locale_rows = {tag: row for row, tag in enumerate(config.locales, start=1)}
        # A checkpoint may say nothing of its length (0 or a huge number); its positions decide.
        positions = getattr(config.encoder, "max_position_embeddings", 514) - 2
        self._max_pieces = max(1, min(positions, 512))
        self._run = self._run_packed if model.packs else self._run_padded

    @classmethod
    def load(cls, stage: JointEncoderStage, root: Path) -> JointNlu:
        """Loads a checkpoint from a folder below ``root`` or, by its id, from the hub.

        Raises:
            ModelUnavailable: there are no such weights, or they are not of this kind.
        """
        weights = find_weights(root, stage.weights, stage.revision)
        model = load_model(JointEncoder.from_pretrained, weights, stage)
        tokenizer = load_companion(AutoTokenizer.from_pretrained, weights, stage)
        if not tokenizer.is_fast:
            raise ModelUnavailable(f"{stage.weights!r} has no fast tokeniser, which gives offsets")
        return cls(model, tokenizer, weights, stage.max_batch)

    def understand_batch(self, requests: Sequence[Typed]) -> list[Understanding | VernacularError]:
        """Returns what was understood of each request, in order."""
        encoded = self._tokenizer(
            [request.text for request in requests],
            add_special_tokens=False,
            return_offsets_mapping=True,
            return_attention_mask=False,
        )
        on_cpu = self._model.device.type == "cpu"
        return in_buckets(
            range(len(requests)),
            [min(len(ids) + 1, self._max_pieces) for ids in encoded["input_ids"]],
            self._max_batch,
            lambda chosen: self._forward(requests, encoded, chosen),
            max_padded=PIECES_PER_PASS if on_cpu else PIECES_PER_PASS_ON_GPU,
            pads=not self._model.packs,
        )

    @torch.inference_mode()
    def _forward(
        self, requests: Sequence[Typed], encoded: Any, chosen: list[int]
    ) -> list[Understanding]:
        batch = [self._lay_out(requests[i], encoded, i) for i in chosen]
        intent_logits, labels = self._run(batch)
        confidence, intent = intent_logits.float().softmax(-1).max(-1)
        intents, slots = self._model.config.intent_labels, self._model.config.slot_labels
        return [
            Understanding(intents[which], sure, _merge(one.words, [slots[label] for label in row]))
            for which, sure, one, row in zip(
                intent.tolist(), confidence.tolist(), batch, labels, strict=True
            )
        ]

    def _run_packed(self, batch: list[_LaidOut]) -> tuple[torch.Tensor, list[list[int]]]:
        """Returns intent logits (batch, intents) and, of each request, its words' labels."""
        packed = pack([one.pieces for one in batch])
        starts = packed.starts.tolist()
        firsts = [start + i for start, one in zip(starts, batch, strict=True) for i in one.firsts]
        lasts = [start + i for start, one in zip(starts, batch, strict=True) for i in one.lasts]
        grids = (packed.tokens, packed.positions, packed.owners, packed.starts)
        lists = (firsts, lasts, [one.locale_row for one in batch])
        device = self._model.device
        intent_logits, slot_logits = self._model.forward_packed(
            *(torch.from_numpy(grid).to(device) for grid in grids),
            *(torch.tensor(numbers, dtype=torch.int64, device=device) for numbers in lists),
        )
        labels = iter(slot_logits.argmax(-1).tolist())
        return intent_logits, [[next(labels) for _ in one.words] for one in batch]

    def _run_padded(self, batch: list[_LaidOut]) -> tuple[torch.Tensor, list[list[int]]]:
        """Returns the same from a batch in which all are padded to the longest."""
        n_ids = max(len(one.pieces) for one in batch)
        n_words = max(1, *(len(one.words) for one in batch))
        size = (len(batch), n_ids)
        input_ids = np.full(size, self._tokenizer.pad_token_id or 0, np.int64)
        attention = np.zeros(size, np.int64)
        first = np.zeros((len(batch), n_words), np.int64)
        last = np.zeros((len(batch), n_words), np.int64)
        for row, one in enumerate(batch):
            input_ids[row, : len(one.pieces)] = one.pieces
            attention[row, : len(one.pieces)] = 1
            first[row, : len(one.words)] = one.firsts
            last[row, : len(one.words)] = one.lasts
        device = self._model.device
        output = self._model(
            *(torch.from_numpy(grid).to(device) for grid in (input_ids, attention, first, last)),
            locale_ids=torch.tensor([one.locale_row for one in batch], device=device),
        )
        rows = output.slot_logits.argmax(-1).tolist()
        labels = [row[: len(one.words)] for one, row in zip(batch, rows, strict=True)]
        return output.intent_logits, labels

    def _lay_out(self, request: Typed, encoded: Any, index: int) -> _LaidOut:
        """Returns a request as the network reads it.

        Words beyond the network's reach have no piece and stay outside every slot.
        """
        keep = self._max_pieces - 1
        pieces = encoded["input_ids"][index][:keep]
        offsets = encoded["offset_mapping"][index][:keep]
        start = self._tokenizer.bos_token_id
        if start is None:
            start = self._tokenizer.cls_token_id or 0
        words, firsts, lasts, at = [], [], [], 0
        for begin, end in split_words(request.text, find_locale(request.locale).slot_unit):
            if not offsets or begin >= offsets[-1][1]:
                break
            while at < len(offsets) - 1 and offsets[at][1] <= begin:
                at += 1
            stop = at
            while stop < len(offsets) - 1 and offsets[stop + 1][0] < end:
                stop += 1
            words.append((begin, end))
            firsts.append(at + 1)
            lasts.append(stop + 1)
        locale_row = self._locale_rows.get(request.locale, 0)
        return _LaidOut([start, *pieces], words, firsts, lasts, locale_row)

    def footprint(self) -> Footprint:
        """Returns what the checkpoint weighs."""
        return model_footprint(self._model, self._weights)

    def close(self) -> None:
        """Lets go of the weights."""
        del self._model


def _merge(words: list[tuple[int, int]], labels: list[str]) -> tuple[Slot, ...]:
    """Returns one slot per run of words with the same label, as MASSIVE scores them."""
    slots: list[Slot] = []
    previous = OUTSIDE
    for (begin, end), label in zip(words, labels, strict=True):
        if label != OUTSIDE:
            if label == previous:
                slots[-1] = Slot(label, slots[-1].start, end)
            else:
                slots.append(Slot(label, begin, end))
        previous = label
    return tuple(slots)
