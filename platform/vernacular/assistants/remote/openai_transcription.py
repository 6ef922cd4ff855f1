"""Hearing by ``/audio/transcriptions`` of an OpenAI-compatible server."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from vernacular.assistants.contract import MAX_TEXT, Footprint
from vernacular.assistants.remote.answers import read_shape
from vernacular.assistants.remote.calls import RemoteServer
from vernacular.assistants.stage_specs import RemoteTranscriptionStage
from vernacular.assistants.stages import Heard, Transcript
from vernacular.clips.encode import to_wav
from vernacular.corpus.language_texts import find_language
from vernacular.corpus.locales import find_locale
from vernacular.errors import InvalidInput, VernacularError

_OTHER_NAMES = {"nb": "no", "nn": "no", "fil": "tl"}
"""Whisper, which most of these servers run, calls some languages otherwise than BCP 47 does."""


class _Segment(BaseModel):
    start: float = 0.0
    end: float = 0.0
    avg_logprob: float | None = None
    """The mean over the segment's tokens of the natural logarithm of their probability."""


class _Transcription(BaseModel):
    text: Annotated[str, Field(max_length=MAX_TEXT)]
    segments: list[_Segment] | None = None


class RemoteRecogniser:
    """The hearing stage of a release that asks a server."""

    def __init__(self, server: RemoteServer, spec: RemoteTranscriptionStage) -> None:
        self.version = f"openai:{spec.model}"
        self._server = server
        self._model = spec.model
        self._languages = spec.languages
        # Says how sure it is, which plain ``json`` does not.
        self._format: Literal["verbose_json", "json"] = "verbose_json"

    @classmethod
    def load(cls, spec: RemoteTranscriptionStage, root: Path) -> RemoteRecogniser:  # noqa: ARG003
        """Returns the stage; whether the server answers shows when it is asked.

        Raises:
            ModelUnavailable: the key's environment variable is missing.
        """
        return cls(RemoteServer(spec), spec)

    def transcribe_batch(self, clips: Sequence[Heard]) -> list[Transcript | VernacularError]:
        """Returns what was heard in each clip, in order.

        Raises:
            ModelUnavailable: the server refuses everything, or fails time and again.
        """
        return self._server.ask_all(clips, self._transcribe)

    async def _transcribe(self, clip: Heard) -> Transcript:
        # WAV, because some of these servers read nothing else.
        files = {"file": ("clip.wav", to_wav(clip.audio), "audio/wav")}
        fields = {
            "model": self._model,
            "language": self._language(clip.locale),
            "temperature": "0",
            "response_format": self._format,
        }
        try:
            received = await self._server.post("audio/transcriptions", data=fields, files=files)
        except InvalidInput as error:
            is_refused = "response_format" in error.reason or "verbose_json" in error.reason
            if fields["response_format"] == "json" or not is_refused:
                raise
            self._format = "json"
            return await self._transcribe(clip)
        found = read_shape(self._server, received.data, _Transcription)
        return Transcript(found.text.strip(), _confidence(found.segments or []))

    def _language(self, tag: str) -> str:
        named = find_language(self._languages, [tag])
        if named is not None:
            return self._languages[named]
        language = find_locale(tag).language
        return _OTHER_NAMES.get(language, language)

    def footprint(self) -> Footprint:
        """Returns that nobody here knows what the server weighs."""
        return Footprint()

    def close(self) -> None:
        """Closes the connections."""
        self._server.close()


def _confidence(segments: Sequence[_Segment]) -> float | None:
    """Returns the geometric mean of the tokens' probabilities; None where the server says none.

    Segments are weighed by their durations, since the numbers of their tokens are not told.
    """
    weights = [max(0.0, one.end - one.start) for one in segments]
    logs = [one.avg_logprob for one in segments if one.avg_logprob is not None]
    if not segments or len(logs) != len(segments):
        return None
    if not sum(weights):
        weights = [1.0] * len(segments)
    mean = sum(weight * log for weight, log in zip(weights, logs, strict=True)) / sum(weights)
    return min(1.0, math.exp(min(0.0, mean))) if math.isfinite(mean) else None
