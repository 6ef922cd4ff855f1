"""The JSON of the model host: how requests and answers travel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from vernacular.assistants.contract import Answer, Request, StageTrace
from vernacular.corpus.utterance import Slot

MAX_TEXT = 10_000
MAX_REQUESTS = 256


class _Wire(BaseModel):
    model_config = ConfigDict(extra="forbid")


class WireRequest(_Wire):
    """One utterance."""

    text: Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]
    locale: Annotated[str, Field(min_length=2, max_length=35)]
    wants_reply: bool = True


class PredictBody(_Wire):
    """What a client posts: utterances for one loaded release."""

    release: Annotated[str, Field(min_length=1, max_length=120)]
    requests: Annotated[list[WireRequest], Field(min_length=1, max_length=MAX_REQUESTS)]


class WireSlot(_Wire):
    """A slot; ``start`` and ``end`` are half-open code-point offsets into the text as sent."""

    label: str
    start: int
    end: int


class WireStage(_Wire):
    """What one stage took."""

    stage: str
    version: str
    latency_ms: float


class WireAnswer(_Wire):
    """One answer."""

    intent: str | None = None
    intent_confidence: float | None = None
    slots: list[WireSlot] = []
    reply: str | None = None
    stages: list[WireStage] = []
    latency_ms: float | None = None
    error: str | None = None


class PredictAnswer(_Wire):
    """One answer per request, in order."""

    answers: list[WireAnswer]


class LoadedReleases(_Wire):
    """The names of the releases that a host answers for."""

    releases: list[str]


def to_body(release: str, requests: Sequence[Request]) -> PredictBody:
    """Returns what a client posts for ``requests``."""
    rows = [
        WireRequest(text=one.text, locale=one.locale, wants_reply=one.wants_reply)
        for one in requests
    ]
    return PredictBody(release=release, requests=rows)


def from_body(body: PredictBody) -> list[Request]:
    """Returns the requests of a posted body."""
    return [Request(one.text, one.locale, one.wants_reply) for one in body.requests]


def to_wire(answer: Answer) -> WireAnswer:
    """Returns the answer as it travels."""
    return WireAnswer(
        intent=answer.intent,
        intent_confidence=answer.intent_confidence,
        slots=[WireSlot(label=s.label, start=s.start, end=s.end) for s in answer.slots],
        reply=answer.reply,
        stages=[
            WireStage(stage=s.stage, version=s.version, latency_ms=s.latency_ms)
            for s in answer.stages
        ],
        latency_ms=answer.latency_ms,
        error=answer.error,
    )


def from_wire(wire: WireAnswer) -> Answer:
    """Returns the answer that travelled."""
    return Answer(
        intent=wire.intent,
        intent_confidence=wire.intent_confidence,
        slots=tuple(Slot(s.label, s.start, s.end) for s in wire.slots),
        reply=wire.reply,
        stages=tuple(StageTrace(s.stage, s.version, s.latency_ms) for s in wire.stages),
        latency_ms=wire.latency_ms,
        error=wire.error,
    )
