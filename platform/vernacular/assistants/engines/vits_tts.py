"""Speech by VITS models (MMS-TTS and its like), of which each speaks one language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import VitsModel, VitsTokenizer
from transformers.utils.import_utils import is_phonemizer_available, is_uroman_available

from vernacular.assistants.contract import Footprint
from vernacular.assistants.engines.buckets import in_buckets
from vernacular.assistants.engines.loading import load_companion, load_model, model_footprint
from vernacular.assistants.stage_specs import VitsStage
from vernacular.assistants.stages import Reply
from vernacular.assistants.voices import check_speakable, find_voice
from vernacular.assistants.weights import Weights, find_weights
from vernacular.clips.audio import Audio
from vernacular.clips.resampling import resample
from vernacular.corpus.locales import find_locale
from vernacular.errors import InvalidInput, ModelUnavailable, VernacularError

_SEED = 0


@dataclass(frozen=True, slots=True)
class _Voice:
    model: Any
    tokenizer: Any
    weights: Weights


class VitsSpeaker:
    """The loaded voices of a release."""

    def __init__(self, voices: dict[str, _Voice], max_batch: int) -> None:
        names = dict.fromkeys(voice.weights.name for voice in voices.values())
        self.version = f"vits:{','.join(names)}"
        self._voices = voices
        self._max_batch = max_batch

    @classmethod
    def load(cls, spec: VitsStage, root: Path) -> VitsSpeaker:
        """Loads every voice at once: one that is missing shows before the first tester talks.

        Weights that several tags name are loaded once.

        Raises:
            ModelUnavailable: there are no such weights, they are not of this kind, or they need a
                package that is not installed.
            InvalidInput: a voice is for no language tag.
        """
        by_name: dict[str, _Voice] = {}
        for name in spec.voices.values():
            if name not in by_name:
                by_name[name] = _load_voice(find_weights(root, name, spec.revision), spec)
        voices = {find_locale(tag).tag: by_name[name] for tag, name in spec.voices.items()}
        return cls(voices, spec.max_batch)

    def speak_batch(self, replies: Sequence[Reply]) -> list[Audio | VernacularError]:
        """Returns each reply as speech, in order; the same batch gives the same speech again."""
        results: list[Audio | VernacularError | None] = [None] * len(replies)
        encoded: dict[int, list[int]] = {}
        by_voice: dict[str, list[int]] = {}
        for place, reply in enumerate(replies):
            try:
                tag = self._find_voice(reply)
                encoded[place] = _encode(self._voices[tag], reply)
            except InvalidInput as error:
                results[place] = error
            else:
                by_voice.setdefault(tag, []).append(place)
        for tag, places in by_voice.items():
            spoken = self._speak(self._voices[tag], [encoded[place] for place in places])
            for place, one in zip(places, spoken, strict=True):
                results[place] = one
        return [one for one in results if one is not None]

    def _find_voice(self, reply: Reply) -> str:
        check_speakable(reply.text)
        tag = find_voice(self._voices, reply.locale)
        if tag is None:
            raise InvalidInput(
                f"no voice speaks {reply.locale}, only {', '.join(sorted(self._voices))}: name one"
                " under 'voices' in the manifest",
                field="locale",
            )
        return tag

    def _speak(self, voice: _Voice, encoded: Sequence[list[int]]) -> list[Audio | VernacularError]:
        found = in_buckets(
            encoded,
            [len(ids) for ids in encoded],
            self._max_batch,
            lambda batch: _synthesise(voice, batch),
        )
        rate_hz = voice.model.config.sampling_rate
        return [
            one if isinstance(one, VernacularError) else _to_audio(one, rate_hz, voice)
            for one in found
        ]

    def footprint(self) -> Footprint:
        """Returns what all voices weigh together."""
        voices = {id(voice): voice for voice in self._voices.values()}.values()
        each = [model_footprint(voice.model, voice.weights) for voice in voices]
        return Footprint(
            n_parameters=sum(one.n_parameters or 0 for one in each),
            weights_bytes=sum(one.weights_bytes or 0 for one in each),
            device=each[0].device,
            peak_memory_bytes=max(one.peak_memory_bytes or 0 for one in each),
        )

    def close(self) -> None:
        """Lets go of the weights."""
        self._voices = {}


def _load_voice(weights: Weights, spec: VitsStage) -> _Voice:
    tokenizer = load_companion(VitsTokenizer.from_pretrained, weights, spec)
    # Without them the tokeniser drops what it cannot read, and the voice would be silent.
    if tokenizer.is_uroman and not is_uroman_available():
        raise ModelUnavailable(
            f"the voice {weights.name!r} reads text in Latin letters only, which the package uroman"
            " makes of others: pip install uroman"
        )
    if tokenizer.phonemize and not is_phonemizer_available():
        raise ModelUnavailable(
            f"the voice {weights.name!r} reads phonemes, which the package phonemizer makes of"
            " text: pip install phonemizer, and install espeak-ng"
        )
    return _Voice(load_model(VitsModel.from_pretrained, weights, spec), tokenizer, weights)


def _encode(voice: _Voice, reply: Reply) -> list[int]:
    ids: list[int] = voice.tokenizer(reply.text)["input_ids"]
    # Between and around the letters stands a blank, and of a text without letters only that.
    if len(ids) < 2:
        raise InvalidInput(
            f"the voice {voice.weights.name!r} knows no character of this reply", field="text"
        )
    return ids


@torch.inference_mode()
def _synthesise(voice: _Voice, batch: Sequence[list[int]]) -> list[NDArray[np.float32]]:
    model = voice.model
    size = (len(batch), max(len(ids) for ids in batch))
    input_ids = np.full(size, voice.tokenizer.pad_token_id or 0, np.int64)
    attention = np.zeros(size, np.int64)
    for row, ids in enumerate(batch):
        input_ids[row, : len(ids)] = ids
        attention[row, : len(ids)] = 1
    # The model draws rhythm and timbre at random; a release should speak the same way twice.
    with torch.random.fork_rng(devices=[model.device] if model.device.type == "cuda" else []):
        torch.manual_seed(_SEED)
        output = model(
            input_ids=torch.from_numpy(input_ids).to(model.device),
            attention_mask=torch.from_numpy(attention).to(model.device),
        )
    waves = output.waveform.float().cpu().numpy()
    lengths = output.sequence_lengths.tolist()
    return [wave[:length] for wave, length in zip(waves, lengths, strict=True)]


def _to_audio(wave: NDArray[np.float32], rate_hz: int, voice: _Voice) -> Audio | VernacularError:
    if not np.isfinite(wave).all():
        return ModelUnavailable(
            f"the voice {voice.weights.name!r} gave numbers that are no sound: try dtype float32"
        )
    return resample(wave, rate_hz)
