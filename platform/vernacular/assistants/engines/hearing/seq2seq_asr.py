"""Hearing by a model that writes token by token: Whisper, Moonshine, Speech2Text, Seamless, ..."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoModelForSpeechSeq2Seq, LogitsProcessorList

from vernacular.assistants.contract import Footprint
from vernacular.assistants.engines.buckets import in_buckets
from vernacular.assistants.engines.hearing.chunking import cut_at_pauses
from vernacular.assistants.engines.hearing.generated_tokens import ChosenTokens
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
from vernacular.assistants.stage_specs import Seq2SeqStage
from vernacular.assistants.stages import Heard, Transcript
from vernacular.assistants.weights import Weights, find_weights
from vernacular.clips.audio import SAMPLE_RATE_HZ
from vernacular.corpus.locales import find_locale
from vernacular.errors import ModelUnavailable, VernacularError

LONGEST_SECONDS = 30
"""Of one piece. Whisper reads no more at once, and no family was trained on much more."""

_PROMPT_TOKENS = 4
"""What Whisper begins with: start, language, task, no timestamps. Its positions are numbered."""

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Written:
    """What was written down of one piece."""

    text: str
    log_probabilities: list[float]


class Seq2SeqRecogniser:
    """A loaded checkpoint that generates its transcripts.

    It generates greedily, whatever number of beams the checkpoint proposes: somebody waits for a
    live turn, and the scores of all beams would have to be kept to say how sure the text is.
    """

    def __init__(
        self,
        model: Any,
        tokenizer: Any,
        features: SpeechFeatures,
        weights: Weights,
        stage: Seq2SeqStage,
    ) -> None:
        self.version = f"seq2seq:{weights.name}"
        self._model = model
        self._tokenizer = tokenizer
        self._features = features
        self._weights = weights
        self._languages = SpokenLanguages(_list_languages(model), stage.languages, weights.name)
        longest = LONGEST_SECONDS * SAMPLE_RATE_HZ
        self._longest = min(longest, features.longest or longest)
        self._limits = _limit(model, stage.max_new_tokens)
        self._max_batch = stage.max_batch if self._is_batchable() else 1
        # Where all clips fill the same window, the manifest's author has tried just that.
        self._max_padded = math.inf if features.longest else self._max_batch * AUDIO_PER_ITEM

    @classmethod
    def load(cls, stage: Seq2SeqStage, root: Path) -> Seq2SeqRecogniser:
        """Loads a checkpoint from a folder below ``root`` or, by its id, from the hub.

        Raises:
            ModelUnavailable: there are no such weights, or they are not of this kind.
        """
        weights = find_weights(root, stage.weights, stage.revision)
        model = load_speech_model(AutoModelForSpeechSeq2Seq.from_pretrained, weights, stage)
        if not model.config.is_encoder_decoder:
            raise ModelUnavailable(
                f"{weights.name!r} ({model.config.model_type}) is a language model that listens and"
                " wants a prompt; serve it behind an OpenAI-compatible server and use the engine"
                " 'openai'"
            )
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
            heard = self._transcribe([clips[place] for place in places], language)
            results |= zip(places, heard, strict=True)
        return [results[place] for place in range(len(clips))]

    def _transcribe(
        self, clips: list[Heard], language: str | None
    ) -> list[Transcript | VernacularError]:
        """Returns what was heard in clips of one language."""
        cut = [cut_at_pauses(clip.audio.samples, self._longest) for clip in clips]
        pieces = [piece for one in cut for piece in one]
        written = iter(
            in_buckets(
                pieces,
                [piece.size for piece in pieces],
                self._max_batch,
                lambda rows: self._generate(rows, language),
                max_padded=self._max_padded,
            )
        )
        return [
            _join([next(written) for _ in one], clip.locale)
            for clip, one in zip(clips, cut, strict=True)
        ]

    @torch.inference_mode()
    def _generate(self, rows: list[Samples], language: str | None) -> list[_Written]:
        chosen = ChosenTokens()
        self._model.generate(
            **self._features.extract(rows),
            **({} if language is None else self._name_language(language)),
            **self._limits,
            logits_processor=LogitsProcessorList([chosen]),
            num_beams=1,
            do_sample=False,
        )
        ends = self._model.generation_config.eos_token_id
        special = set(self._tokenizer.all_special_ids)
        return [
            _Written(
                " ".join(self._tokenizer.decode(ids, skip_special_tokens=True).split()),
                [one for token, one in zip(ids, sure, strict=True) if token not in special],
            )
            for ids, sure in chosen.read(ends if isinstance(ends, list) else [ends])
        ]

    def _name_language(self, language: str) -> dict[str, str]:
        """Returns what ``generate`` is told of the language."""
        if self._model.config.model_type != "whisper":
            return {"tgt_lang": language}
        options = {"language": f"<|{language}|>"}
        if hasattr(self._model.generation_config, "task_to_id"):
            # A checkpoint may propose to translate into English.
            options["task"] = "transcribe"
        return options

    @torch.inference_mode()
    def _is_batchable(self) -> bool:
        """Returns whether a clip is heard the same whatever stands beside it in the batch."""
        if self._features.longest is not None:
            # Every clip is filled up to the same window, alone or not.
            return True
        start = self._model.generation_config.decoder_start_token_id
        short, long = make_noise(SAMPLE_RATE_HZ), make_noise(2 * SAMPLE_RATE_HZ)
        alone, together = (
            self._model(
                **self._features.extract(rows),
                decoder_input_ids=torch.full((len(rows), 2), start, device=self._model.device),
            ).logits[0]
            for rows in ([short], [short, long])
        )
        return is_same(alone, together)

    def footprint(self) -> Footprint:
        """Returns what the checkpoint weighs."""
        return model_footprint(self._model, self._weights)

    def close(self) -> None:
        """Lets go of the weights."""
        del self._model, self._features


def _limit(model: Any, max_new_tokens: int) -> dict[str, Any]:
    """Returns what ``generate`` is told of the length of a transcript."""
    # The library warns at every call of what the checkpoint proposes beside ours.
    model.generation_config.max_length = None
    if model.config.model_type != "whisper":
        return {"max_new_tokens": max_new_tokens}
    positions = model.config.max_target_positions - _PROMPT_TOKENS
    # Whisper counts what it is told first on top of ``max_length``. Timestamps, which a checkpoint
    # may propose, would have it read one piece in several passes.
    return {"max_length": min(max_new_tokens, positions), "return_timestamps": False}


def _list_languages(model: Any) -> list[str]:
    """Returns the languages that a model has to be told, by its own names."""
    told = model.generation_config
    if model.config.model_type == "whisper" and getattr(told, "is_multilingual", True):
        return [name.strip("<|>") for name in getattr(told, "lang_to_id", {})]
    return list(getattr(told, "text_decoder_lang_to_code_id", {}))


def _join(pieces: list[_Written | VernacularError], locale: str) -> Transcript | VernacularError:
    """Returns the transcript of a clip from those of its pieces, or the first error among them.

    Its confidence is the geometric mean of the tokens' probabilities over all pieces; None where
    nothing was heard, because there is no token to be sure of.
    """
    texts, log_probabilities = [], []
    for piece in pieces:
        if isinstance(piece, VernacularError):
            return piece
        texts.append(piece.text)
        log_probabilities += piece.log_probabilities
    # Pieces end in pauses, where a space belongs in every script that has any.
    between = "" if find_locale(locale).slot_unit == "character" else " "
    text = between.join(one for one in texts if one)
    if not text or not log_probabilities:
        return Transcript(text)
    return Transcript(text, math.exp(sum(log_probabilities) / len(log_probabilities)))
