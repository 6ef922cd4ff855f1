"""Hearing by a CTC network of any family: wav2vec 2.0, MMS, Parakeet, LASR, ..."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoModelForCTC

from vernacular.assistants.contract import Footprint
from vernacular.assistants.engines.buckets import in_buckets
from vernacular.assistants.engines.hearing.chunking import cut_overlapping
from vernacular.assistants.engines.hearing.ctc_decoding import (
    Emissions,
    join_emissions,
    read_emissions,
)
from vernacular.assistants.engines.hearing.speech_features import (
    AUDIO_PER_ITEM,
    SpeechFeatures,
    is_same,
    load_speech_model,
    load_speech_tokenizer,
    make_noise,
)
from vernacular.assistants.engines.hearing.speech_language import SpokenLanguages, group_by_language
from vernacular.assistants.engines.loading import model_footprint, named_failure
from vernacular.assistants.stage_specs import CtcStage
from vernacular.assistants.stages import Heard, Transcript
from vernacular.assistants.weights import Weights, find_weights
from vernacular.clips.audio import SAMPLE_RATE_HZ
from vernacular.errors import ModelUnavailable, VernacularError

# Their difference, 20,480 samples, is a whole number of frames of 2.5 to 160 ms in every family.
_SHORT_TRIAL, _LONG_TRIAL = 12_800, 33_280

Samples = NDArray[np.float32]


class CtcRecogniser:
    """A loaded CTC checkpoint; where it has adapters (MMS), one language of it at a time."""

    def __init__(
        self,
        model: Any,
        tokenizer: Any,
        features: SpeechFeatures,
        weights: Weights,
        stage: CtcStage,
    ) -> None:
        self.version = f"ctc:{weights.name}"
        self._model = model
        self._tokenizer = tokenizer
        self._features = features
        self._weights = weights
        self._languages = SpokenLanguages(
            _list_adapters(model, tokenizer), stage.languages, weights.name
        )
        self._language: str | None = None
        pad = model.config.pad_token_id
        self._blank: int = tokenizer.pad_token_id if pad is None else pad
        self._piece = int(stage.chunk_seconds * SAMPLE_RATE_HZ)
        self.samples_per_frame, is_batchable = self._try_out()
        self._max_batch = stage.max_batch if is_batchable else 1

    @classmethod
    def load(cls, stage: CtcStage, root: Path) -> CtcRecogniser:
        """Loads a checkpoint from a folder below ``root`` or, by its id, from the hub.

        Raises:
            ModelUnavailable: there are no such weights, or they are not of this kind.
        """
        weights = find_weights(root, stage.weights, stage.revision)
        model = load_speech_model(AutoModelForCTC.from_pretrained, weights, stage)
        tokenizer = load_speech_tokenizer(weights, stage, model)
        features = SpeechFeatures.load(weights, stage, model)
        with named_failure(weights, stage.device):
            return cls(model, tokenizer, features, weights, stage)

    def transcribe_batch(self, clips: Sequence[Heard]) -> list[Transcript | VernacularError]:
        """Returns what was heard in each clip, in order.

        A clip whose language the model does not have gets the error in its place.
        """
        groups, errors = group_by_language(clips, self._languages)
        results: dict[int, Transcript | VernacularError] = {**errors}
        for language, places in groups.items():
            try:
                self._speak(language)
            except ModelUnavailable as error:
                results |= dict.fromkeys(places, error)
                continue
            heard = self._transcribe([clips[place].audio.samples for place in places])
            results |= zip(places, heard, strict=True)
        return [results[place] for place in range(len(clips))]

    def _transcribe(self, clips: list[Samples]) -> list[Transcript | VernacularError]:
        """Returns what was heard in clips of one language."""
        spans = [
            (clip, start, stop)
            for clip, samples in enumerate(clips)
            for start, stop in cut_overlapping(samples.size, self._piece, self.samples_per_frame)
        ]
        heard = in_buckets(
            [clips[clip][start:stop] for clip, start, stop in spans],
            [stop - start for _, start, stop in spans],
            self._max_batch,
            self._forward,
            max_padded=self._max_batch * AUDIO_PER_ITEM,
        )
        pieces: list[list[Emissions | VernacularError]] = [[] for _ in clips]
        starts: list[list[int]] = [[] for _ in clips]
        for (clip, start, _), emissions in zip(spans, heard, strict=True):
            pieces[clip].append(emissions)
            starts[clip].append(start // self.samples_per_frame)
        return [self._read(*one) for one in zip(pieces, starts, strict=True)]

    def _read(
        self, pieces: list[Emissions | VernacularError], starts: list[int]
    ) -> Transcript | VernacularError:
        heard = []
        for piece in pieces:
            if isinstance(piece, VernacularError):
                return piece
            heard.append(piece)
        unwritten = {self._blank, *self._tokenizer.all_special_ids}
        # Some tokenisers count the sign between words among the special tokens.
        unwritten.discard(getattr(self._tokenizer, "word_delimiter_token_id", None))
        return read_emissions(
            join_emissions(heard, starts, self._blank), self._tokenizer, unwritten
        )

    def _forward(self, rows: list[Samples]) -> list[Emissions]:
        logits, n_frames = self._logits(rows)
        probabilities, ids = (one.cpu().numpy() for one in logits.float().softmax(-1).max(-1))
        return [Emissions(ids[row, :n], probabilities[row, :n]) for row, n in enumerate(n_frames)]

    @torch.inference_mode()
    def _logits(self, rows: Sequence[Samples]) -> tuple[torch.Tensor, list[int]]:
        """Returns logits (clips, frames, tokens) and how many frames of each clip are its own."""
        inputs = self._features.extract(rows)
        logits = self._model(**inputs).logits
        return logits, _count_frames(self._model, inputs.get("attention_mask"), logits)

    def _try_out(self) -> tuple[int, bool]:
        """Returns the samples per frame, and whether a clip is heard the same in any batch."""
        short, long = make_noise(_SHORT_TRIAL), make_noise(_LONG_TRIAL)
        alone, _ = self._logits([short])
        together, (n_short, n_long) = self._logits([short, long])
        samples_per_frame = round((_LONG_TRIAL - _SHORT_TRIAL) / (n_long - n_short))
        return samples_per_frame, is_same(alone[0, :n_short], together[0, :n_short])

    def _speak(self, language: str | None) -> None:
        """Puts in the adapter and the vocabulary of a language.

        Raises:
            ModelUnavailable: the checkpoint lists the language and lacks its adapter, or has one
                of another shape.
        """
        if language == self._language:
            return
        try:
            self._model.load_adapter(language, revision=self._weights.revision)
        except OSError as error:
            remedy = f"put adapter.{language}.safetensors beside its weights"
            if self._weights.revision is not None:
                remedy = str(error).splitlines()[0]
            raise ModelUnavailable(
                f"{self._weights.name!r} lists the language {language!r} and lacks its adapter:"
                f" {remedy}"
            ) from error
        except ValueError as error:
            raise ModelUnavailable(
                f"the adapter of {self._weights.name!r} for {language!r} does not fit:"
                f" {str(error).splitlines()[0]}"
            ) from error
        self._tokenizer.set_target_lang(language)
        self._language = language

    def footprint(self) -> Footprint:
        """Returns what the checkpoint weighs."""
        return model_footprint(self._model, self._weights)

    def close(self) -> None:
        """Lets go of the weights."""
        del self._model, self._features


def _list_adapters(model: Any, tokenizer: Any) -> list[str]:
    """Returns the languages that a checkpoint has adapters for, by its own names."""
    if getattr(model.config, "adapter_attn_dim", None) is None:
        return []
    vocabularies = getattr(tokenizer, "vocab", {})
    return [name for name, one in vocabularies.items() if isinstance(one, dict)]


def _count_frames(model: Any, mask: torch.Tensor | None, logits: torch.Tensor) -> list[int]:
    """Returns how many frames of the logits belong to each clip and not to its padding."""
    n_frames = logits.shape[1]
    if mask is None:
        return [n_frames] * len(logits)
    # The two ways in which families of transformers tell it; neither has a public name.
    if hasattr(model, "_get_output_attention_mask"):
        own = model._get_output_attention_mask(mask, target_length=n_frames)
    else:
        own = model._get_feature_vector_attention_mask(n_frames, mask)
    return own.sum(-1).tolist()
