"""The JSON of the model host: how requests and answers travel."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from vernacular.assistants.contract import MAX_TEXT

MAX_REQUESTS = 256

TIMEOUT_HEADER = "X-Vernacular-Timeout-Seconds"
"""How long the client waits for its answers. What waits longer is not worked on any more."""

Tag = Annotated[str, Field(min_length=2, max_length=35)]
ReleaseName = Annotated[str, Field(min_length=1, max_length=120)]


class _Wire(BaseModel):
    model_config = ConfigDict(extra="forbid")


class WireDialogue(_Wire):
    """What the turns so far have established; a client sends back what it got last."""

    intent: str | None = None
    values: Annotated[list[tuple[str, str]], Field(max_length=200)] = []
    asked_back: bool = False


class WireRequest(_Wire):
    """One utterance, either as text or as a recording."""

    text: Annotated[str, Field(min_length=1, max_length=MAX_TEXT)] | None = None
    locale: Tag
    wants_reply: bool = True
    audio: Annotated[str, Field(min_length=1)] | None = None
    """The file of the recording (WAV, FLAC, Ogg, MP3, ...) in base64."""
    wants_speech: bool = False
    dialogue: WireDialogue | None = None

    @model_validator(mode="after")
    def _is_typed_or_spoken(self) -> WireRequest:
        if (self.text is None) == (self.audio is None):
            raise ValueError("give either 'text' or 'audio'")
        return self


class PredictBody(_Wire):
    """What a client posts: utterances for one loaded release."""

    release: ReleaseName
    requests: Annotated[list[WireRequest], Field(min_length=1, max_length=MAX_REQUESTS)]


class WireSlot(_Wire):
    """A slot; ``start`` and ``end`` are half-open code-point offsets into the text as sent, or into
    the transcript where speech was sent."""

    label: str
    start: int
    end: int


class WireStage(_Wire):
    """What one stage took, and made of it."""

    stage: str
    version: str
    latency_ms: float
    confidence: float | None = None
    output: str | None = None


class WireAnswer(_Wire):
    """One answer."""

    intent: str | None = None
    intent_confidence: float | None = None
    slots: list[WireSlot] = []
    reply: str | None = None
    stages: list[WireStage] = []
    latency_ms: float | None = None
    error: str | None = None
    transcript: str | None = None
    transcript_confidence: float | None = None
    speech: str | None = None
    """The spoken reply as a FLAC file in base64, mono at 16 kHz."""
    dialogue: WireDialogue | None = None


class PredictAnswer(_Wire):
    """One answer per request, in order."""

    answers: list[WireAnswer]


class WireFootprint(_Wire):
    """What a release weighs; null where nobody knows."""

    n_parameters: int | None = None
    weights_bytes: int | None = None
    device: str | None = None
    peak_memory_bytes: int | None = None


class WireRelease(_Wire):
    """Where one release of a host stands."""

    name: str
    state: Literal["loading", "ready", "failed"]
    reason: str | None = None
    """Why it could not be loaded."""
    n_waiting: int = 0
    """Utterances that wait for it."""
    hears: bool | None = None
    """Whether it takes speech; null where its manifest is not known."""
    speaks: bool | None = None
    """Whether it can return speech."""
    footprint: WireFootprint = WireFootprint()


class HostedReleases(_Wire):
    """The releases of a host."""

    releases: list[WireRelease]


class LoadBody(_Wire):
    """Which release to load."""

    name: ReleaseName
