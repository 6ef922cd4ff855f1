"""Understanding by two classifiers of the hub: one of whole texts, one of tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import (
    AutoModelForSequenceClassification,
    AutoModelForTokenClassification,
    AutoTokenizer,
)

from vernacular.assistants.contract import Footprint
from vernacular.assistants.engines.buckets import in_buckets
from vernacular.assistants.engines.loading import load_companion, load_model, model_footprint
from vernacular.assistants.engines.understanding.span_labels import SpanLabels
from vernacular.assistants.stage_specs import ClassifiersStage
from vernacular.assistants.stages import Typed, Understanding
from vernacular.assistants.weights import Weights, find_weights
from vernacular.corpus.locales import find_locale
from vernacular.corpus.utterance import Slot
from vernacular.corpus.words import split_words
from vernacular.errors import InvalidInput, ModelUnavailable, VernacularError

LONGEST_TEXT = 8192
"""Pieces read of a text where the model itself names no bound."""


class ClassifiersNlu:
    """A loaded pair of classifiers, or the one of intents alone.

    A text that is longer than a model reads is cut for that model: what lies beyond counts for no
    intent and holds no slot.
    """

    def __init__(self, intents: _Classifier, slots: _Classifier | None) -> None:
        names = [one.weights.name for one in (intents, slots) if one is not None]
        self.version = f"classifiers:{'+'.join(names)}"
        self._intents = intents
        self._slots = slots
        self._span_labels = None if slots is None else SpanLabels(slots.labels)

    @classmethod
    def load(cls, stage: ClassifiersStage, root: Path) -> ClassifiersNlu:
        """Loads both checkpoints from folders below ``root`` or, by their ids, from the hub.

        Raises:
            ModelUnavailable: there are no such weights, or they are not of this kind.
        """
        weights = find_weights(root, stage.intents, stage.revision)
        kind: Any = AutoModelForSequenceClassification
        intents = _Classifier.load(kind, weights, stage)
        if stage.slots is None:
            return cls(intents, None)
        weights = find_weights(root, stage.slots, stage.slots_revision)
        kind = AutoModelForTokenClassification
        return cls(intents, _Classifier.load(kind, weights, stage, needs_offsets=True))

    def understand_batch(self, requests: Sequence[Typed]) -> list[Understanding | VernacularError]:
        """Returns what was understood of each request, in order."""
        intents = self._intents.classify(requests)
        slots = self._slots.classify(requests) if self._slots else [None] * len(requests)
        return [
            self._understand(request, whole, parts)
            for request, whole, parts in zip(requests, intents, slots, strict=True)
        ]

    def _understand(
        self,
        request: Typed,
        whole: _Read | VernacularError | None,
        parts: _Read | VernacularError | None,
    ) -> Understanding | VernacularError:
        if isinstance(whole, VernacularError):
            return whole
        if isinstance(parts, VernacularError):
            return parts
        if whole is None:
            return Understanding(None, None, ())
        found: tuple[Slot, ...] = ()
        if parts is not None and self._span_labels is not None:
            try:
                words = split_words(request.text, find_locale(request.locale).slot_unit)
            except InvalidInput as error:
                return error
            found = self._span_labels.join(words, parts.pieces, parts.logits.argmax(-1).tolist())
        sure, best = whole.logits.softmax(-1).max(-1)
        return Understanding(self._intents.labels[int(best)], float(sure), found)

    def footprint(self) -> Footprint:
        """Returns what both checkpoints weigh together."""
        one = self._intents.footprint()
        if self._slots is None:
            return one
        other = self._slots.footprint()
        return Footprint(
            n_parameters=(one.n_parameters or 0) + (other.n_parameters or 0),
            weights_bytes=(one.weights_bytes or 0) + (other.weights_bytes or 0),
            device=one.device,
            peak_memory_bytes=other.peak_memory_bytes,
        )

    def close(self) -> None:
        """Lets go of the weights."""
        del self._intents, self._slots


@dataclass(frozen=True, slots=True)
class _Read:
    """What a network says of one text."""

    pieces: Sequence[tuple[int, int]]
    """Where each piece stands in the text, where the tokeniser is a fast one."""
    logits: torch.Tensor
    """(labels,) of the text, or (pieces, labels) with padding after the last piece."""


class _Classifier:
    """One checkpoint with its tokeniser."""

    def __init__(self, model: Any, tokenizer: Any, weights: Weights, max_batch: int) -> None:
        self.weights = weights
        self.labels = [model.config.id2label[i] for i in range(model.config.num_labels)]
        self._model = model
        self._tokenizer = tokenizer
        self._max_batch = max_batch
        config = model.config
        if tokenizer.pad_token is None:
            # Causal classifiers have no such token, but find the end of a text by it.
            tokenizer.pad_token = tokenizer.eos_token or tokenizer.unk_token
        if config.pad_token_id is None:
            config.pad_token_id = tokenizer.pad_token_id
        # Two positions of the RoBERTa family are never used; others lose nothing that matters.
        positions = getattr(config, "max_position_embeddings", LONGEST_TEXT + 2) - 2
        self._max_pieces = max(1, min(positions, tokenizer.model_max_length, LONGEST_TEXT))

    @classmethod
    def load(
        cls, kind: Any, weights: Weights, stage: ClassifiersStage, *, needs_offsets: bool = False
    ) -> _Classifier:
        model = load_model(kind.from_pretrained, weights, stage)
        tokenizer = load_companion(AutoTokenizer.from_pretrained, weights, stage)
        if needs_offsets and not tokenizer.is_fast:
            raise ModelUnavailable(
                f"{weights.name!r} has no fast tokeniser, which says where its pieces stand"
            )
        classifier = cls(model, tokenizer, weights, stage.max_batch)
        if all(label == f"LABEL_{i}" for i, label in enumerate(classifier.labels)):
            raise ModelUnavailable(
                f"{weights.name!r} does not name its labels: write them to 'id2label' of its"
                " config.json"
            )
        return classifier

    def classify(self, requests: Sequence[Typed]) -> list[_Read | VernacularError | None]:
        """Returns what the network says of each text, in order; None where it cannot read any."""
        encoded = self._tokenizer(
            [request.text for request in requests],
            truncation=True,
            max_length=self._max_pieces,
            return_offsets_mapping=self._tokenizer.is_fast,
        )
        pieces = encoded.pop("offset_mapping", encoded["input_ids"])

        @torch.inference_mode()
        def forward(chosen: list[int]) -> list[_Read]:
            padded = self._tokenizer.pad(
                {name: [rows[i] for i in chosen] for name, rows in encoded.items()},
                padding_side="right",
                return_tensors="pt",
            )
            logits = self._model(**padded.to(self._model.device)).logits.float().cpu()
            return [_Read(pieces[i], row) for i, row in zip(chosen, logits, strict=True)]

        # Of a lone control character some tokenisers leave no piece.
        readable = [i for i, one in enumerate(pieces) if one]
        lengths = [len(pieces[i]) for i in readable]
        results: list[_Read | VernacularError | None] = [None] * len(requests)
        for i, read in zip(
            readable, in_buckets(readable, lengths, self._max_batch, forward), strict=True
        ):
            results[i] = read
        return results

    def footprint(self) -> Footprint:
        return model_footprint(self._model, self.weights)
