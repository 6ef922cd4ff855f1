"""Understanding by a joint intent and slot encoder, batched by length."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import AutoTokenizer

from vernacular.assistants.contract import Footprint
from vernacular.assistants.engines.buckets import PIECES_PER_PASS, in_buckets
from vernacular.assistants.engines.joint_encoder import OUTSIDE, JointEncoder
from vernacular.assistants.engines.loading import load_companion, load_model, model_footprint
from vernacular.assistants.stage_specs import JointEncoderStage
from vernacular.assistants.stages import Typed, Understanding
from vernacular.assistants.weights import Weights, find_weights
from vernacular.corpus.locales import find_locale
from vernacular.corpus.utterance import Slot
from vernacular.corpus.words import split_words
from vernacular.errors import ModelUnavailable, VernacularError


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
        lengths = [len(ids) for ids in encoded["input_ids"]]
        return in_buckets(
            range(len(requests)),
            lengths,
            self._max_batch,
            lambda chosen: self._forward(requests, encoded, chosen),
            max_padding=PIECES_PER_PASS if self._model.device.type == "cpu" else math.inf,
        )

    @torch.inference_mode()
    def _forward(self, requests: Sequence[Typed], encoded: Any, chosen: list[int]) -> Any:
        rows = [self._lay_out(requests[i], encoded, i) for i in chosen]
        n_ids = max(len(ids) for ids, _, _, _ in rows)
        n_words = max(1, *(len(words) for _, words, _, _ in rows))
        size = (len(rows), n_ids)
        input_ids = np.full(size, self._tokenizer.pad_token_id or 0, np.int64)
        attention = np.zeros(size, np.int64)
        first = np.zeros((len(rows), n_words), np.int64)
        last = np.zeros((len(rows), n_words), np.int64)
        for row, (ids, words, firsts, lasts) in enumerate(rows):
            input_ids[row, : len(ids)] = ids
            attention[row, : len(ids)] = 1
            first[row, : len(words)] = firsts
            last[row, : len(words)] = lasts
        locale_ids = [self._locale_rows.get(requests[i].locale, 0) for i in chosen]
        device = self._model.device
        output = self._model(
            *(torch.from_numpy(grid).to(device) for grid in (input_ids, attention, first, last)),
            locale_ids=torch.tensor(locale_ids, device=device),
        )
        confidence, intent = output.intent_logits.float().softmax(-1).max(-1)
        labels = output.slot_logits.argmax(-1).tolist()
        intents, slots = self._model.config.intent_labels, self._model.config.slot_labels
        return [
            Understanding(
                intents[which], sure, _merge(words, [slots[label] for label in row[: len(words)]])
            )
            for which, sure, (_, words, _, _), row in zip(
                intent.tolist(), confidence.tolist(), rows, labels, strict=True
            )
        ]

    def _lay_out(
        self, request: Typed, encoded: Any, index: int
    ) -> tuple[list[int], list[tuple[int, int]], list[int], list[int]]:
        """Returns piece ids, word spans, and the first and last piece position of each word.

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
        return [start, *pieces], words, firsts, lasts

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
