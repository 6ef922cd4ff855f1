"""Understanding by a joint intent and slot encoder, batched by length."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from transformers import AutoTokenizer
from transformers.utils import logging as transformers_logging

from vernacular.assistants.contract import Request
from vernacular.assistants.engines.joint_encoder import OUTSIDE, JointEncoder
from vernacular.assistants.manifest import JointEncoderStage
from vernacular.assistants.pipeline import Understanding
from vernacular.corpus.locales import find_locale
from vernacular.corpus.utterance import Slot
from vernacular.corpus.words import split_words
from vernacular.errors import ModelUnavailable

transformers_logging.disable_progress_bar()

# What loading a checkpoint that is broken, of another kind or for another device is known to raise.
UNLOADABLE = (
    OSError,
    ValueError,
    KeyError,
    AttributeError,
    RuntimeError,
    AssertionError,
    SafetensorError,
)


class JointNlu:
    """A loaded joint checkpoint."""

    def __init__(self, model: JointEncoder, tokenizer: Any, version: str, max_batch: int) -> None:
        self.version = version
        self._model = model.eval()
        self._tokenizer = tokenizer
        self._max_batch = max_batch
        config = model.config
        self._locale_rows = {tag: row for row, tag in enumerate(config.locales, start=1)}
        # A checkpoint may say nothing of its length (0 or a huge number); its positions decide.
        positions = getattr(config.encoder, "max_position_embeddings", 514) - 2
        self._max_pieces = max(1, min(positions, 512))

    @classmethod
    def load(cls, stage: JointEncoderStage, root: Path, threads: int = 1) -> JointNlu:
        """Loads a checkpoint from a folder below ``root`` or, by its id, from the hub.

        Raises:
            ModelUnavailable: there are no such weights, or they are not of this kind.
        """
        torch.set_num_threads(threads)
        folder = root / stage.weights
        # Anything but "team/name" is no hub id, and asking the hub for it takes half a minute.
        if not folder.is_dir() and stage.weights.count("/") != 1:
            raise ModelUnavailable(
                f"there is no folder {folder}: put the weights there, or name them in the manifest"
                " as they are called (a folder beside it, or a hub id like team/name)"
            )
        source = str(folder) if folder.is_dir() else stage.weights
        revision = stage.revision or "main"
        try:
            loaded: Any = JointEncoder.from_pretrained(
                source,
                revision=revision,
                dtype=getattr(torch, stage.dtype),
                output_loading_info=True,
            )
            model, report = loaded
            if report["missing_keys"]:
                # The library fills what a file lacks with random numbers and only logs it.
                raise ValueError(
                    f"it lacks {len(report['missing_keys'])} tensors of a joint encoder, among them"
                    f" {min(report['missing_keys'])}"
                )
            tokenizer = AutoTokenizer.from_pretrained(source, revision=revision)
            model = model.to(stage.device)
        except UNLOADABLE as error:
            first = str(error).strip().splitlines()[0] if str(error).strip() else repr(error)
            raise ModelUnavailable(
                f"the weights {stage.weights!r} (in {root}, or on the hub) cannot be loaded"
                f" for {stage.device}: {first}"
            ) from error
        if not tokenizer.is_fast:
            raise ModelUnavailable(f"{stage.weights!r} has no fast tokeniser, which gives offsets")
        return cls(model, tokenizer, f"{stage.engine}:{stage.weights}", stage.max_batch)

    def understand_batch(self, requests: Sequence[Request]) -> list[Understanding]:
        """Returns what was understood of each request, in order.

        Requests of like length are put through the network together, so that little is padded.
        """
        texts = [request.text for request in requests]
        encoded = self._tokenizer(
            texts,
            add_special_tokens=False,
            return_offsets_mapping=True,
            return_attention_mask=False,
        )
        lengths = [len(ids) for ids in encoded["input_ids"]]
        order = sorted(range(len(requests)), key=lengths.__getitem__)
        answers: list[Understanding | None] = [None] * len(requests)
        for at in range(0, len(order), self._max_batch):
            chosen = order[at : at + self._max_batch]
            for index, answer in zip(chosen, self._forward(requests, encoded, chosen), strict=True):
                answers[index] = answer
        return [answer for answer in answers if answer is not None]

    @torch.inference_mode()
    def _forward(self, requests: Sequence[Request], encoded: Any, chosen: list[int]) -> Any:
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
        self, request: Request, encoded: Any, index: int
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
