"""Turns clips into what a speech model reads. Extractor and tokeniser are loaded on their own,
because not every checkpoint has a processor that holds both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoFeatureExtractor, AutoTokenizer

from vernacular.assistants.engines.loading import load_companion, load_model
from vernacular.assistants.stage_specs import Engine
from vernacular.assistants.weights import Weights
from vernacular.clips.audio import SAMPLE_RATE_HZ
from vernacular.errors import ModelUnavailable

MIN_SAMPLES = SAMPLE_RATE_HZ // 2
"""Shorter clips get silence behind them: strided convolutions fail on a few frames."""
AUDIO_PER_ITEM = 5 * SAMPLE_RATE_HZ
"""A batch holds no more audio than ``max_batch`` clips of this length (5 s), which is a long
request. Pieces of long clips would otherwise take six times the memory that the manifest's author
tried the model with."""

# Half precision alone differs by some percent between batches; a family that lets padding leak into
# its clips differs by as much as the logits vary.
_TOLERANCE = {torch.float32: 0.02, torch.float16: 0.2, torch.bfloat16: 0.2}

Samples = NDArray[np.float32]


class SpeechFeatures:
    """What a model's clips have to become before it reads them."""

    def __init__(self, extractor: Any, model: Any) -> None:
        self._extractor = extractor
        self._model = model
        # Whisper reads windows of one length only and has the extractor fill them up.
        self._padding = "max_length" if hasattr(extractor, "n_samples") else "longest"
        self.longest: int | None = getattr(extractor, "n_samples", None)
        """Samples that the model can read at once; None where it sets no limit."""

    @classmethod
    def load(cls, weights: Weights, stage: Engine, model: Any) -> SpeechFeatures:
        """Loads the extractor that lies beside a model's weights.

        Raises:
            ModelUnavailable: there is none, or it reads another sample rate.
        """
        extractor = load_companion(AutoFeatureExtractor.from_pretrained, weights, stage)
        if extractor.sampling_rate != SAMPLE_RATE_HZ:
            raise ModelUnavailable(
                f"{weights.name!r} reads speech at {extractor.sampling_rate:,} Hz, and clips are"
                f" heard at {SAMPLE_RATE_HZ:,} Hz"
            )
        return cls(extractor, model)

    def extract(self, rows: Sequence[Samples]) -> dict[str, torch.Tensor]:
        """Returns what the model is given for a batch of clips, each ``(n,)``: features and mask,
        on its device and in its precision."""
        features = self._extractor(
            [pad_short(row) for row in rows],
            sampling_rate=SAMPLE_RATE_HZ,
            padding=self._padding,
            # Some extractors have a mask to give and leave it out unless they are asked.
            return_attention_mask=True,
            return_tensors="pt",
        )
        device, dtype = self._model.device, self._model.dtype
        return {
            name: value.to(device, dtype) if value.is_floating_point() else value.to(device)
            for name, value in features.items()
        }


def load_speech_model(load: Callable[..., Any], weights: Weights, stage: Engine) -> Any:
    """Returns a speech model as ``load_model`` does.

    wav2vec 2.0 and its kin have a vector that hides frames in training; published checkpoints lack
    it and do not need it.

    Raises:
        ModelUnavailable: as ``load_model``.
    """

    def load_without_mask(source: str, **options: Any) -> Any:
        model, report = load(source, **options)
        lacking = [key for key in report["missing_keys"] if not key.endswith("masked_spec_embed")]
        return model, {**report, "missing_keys": lacking}

    return load_model(load_without_mask, weights, stage)


def load_speech_tokenizer(weights: Weights, stage: Engine, model: Any) -> Any:
    """Returns the tokeniser that spells what a model writes.

    Raises:
        ModelUnavailable: it is not there, or another model's.
    """
    tokenizer = load_companion(AutoTokenizer.from_pretrained, weights, stage)
    n_tokens = model.config.get_text_config(decoder=True).vocab_size
    # The library makes up a nearly empty one where its file is missing; some models on the other
    # hand have a few more outputs than tokens, which makes their matrices even.
    if len(tokenizer) < n_tokens // 2:
        raise ModelUnavailable(
            f"{weights.name!r} writes {n_tokens:,} tokens, and its tokeniser knows"
            f" {len(tokenizer):,}: put the files of its tokeniser beside its weights"
        )
    return tokenizer


def pad_short(samples: Samples) -> Samples:
    """Returns the samples with silence behind them where they are fewer than ``MIN_SAMPLES``."""
    return np.pad(samples, (0, max(0, MIN_SAMPLES - samples.size)))


def make_noise(n_samples: int) -> Samples:
    """Returns white noise at a tenth of full scale, always the same, to try a model on."""
    return np.random.default_rng(0).normal(0, 0.1, n_samples).astype(np.float32)


def is_same(alone: torch.Tensor, in_batch: torch.Tensor) -> bool:
    """Returns whether a clip's logits ``(steps, vocabulary)`` are the same with a longer neighbour.

    In some families they are not: group norms take their statistics over the padding too (wav2vec
    2.0 base, Moonshine), and unmasked convolutions read it (wav2vec 2.0 conformer, data2vec).
    """
    n_steps = min(len(alone), len(in_batch))
    difference = (alone[:n_steps] - in_batch[:n_steps]).abs().max()
    return bool(difference <= _TOLERANCE[alone.dtype] * alone.std())
