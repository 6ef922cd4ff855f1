"""The JSON that a team's own assistant is asked in and answers in (docs/http-assistant.md)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vernacular.assistants.contract import MAX_TEXT, Answer, Dialogue, Request, StageTrace
from vernacular.assistants.remote.answers import first_fault
from vernacular.assistants.usable import refuse_unusable
from vernacular.clips.audio import Audio
from vernacular.clips.decode import decode_audio
from vernacular.clips.encode import to_flac
from vernacular.corpus.utterance import Slot
from vernacular.errors import InvalidInput

VERSION = 1
MAX_REPLY = 4_000
MAX_SPEECH_SECONDS = 300.0
_MAX_SPEECH = 32 * 2**20

_Name = Annotated[str, Field(pattern=r"^\S{1,80}$")]
_Share = Annotated[float, Field(ge=0, le=1)]
_Milliseconds = Annotated[float, Field(ge=0, le=3_600_000)]
_Text = Annotated[str, Field(max_length=MAX_TEXT)]


class _Wire(BaseModel):
    # A typo must not silently lose a field, nor "0.9" pass for a number.
    model_config = ConfigDict(extra="forbid", strict=True)


class _Dialogue(_Wire):
    intent: _Name | None = None
    values: Annotated[dict[_Name, _Text], Field(max_length=100)] = {}
    asked_back: bool = False


class _Slot(_Wire):
    label: _Name
    start: int
    end: int


class _Stage(_Wire):
    stage: Literal["asr", "nlu", "fallback", "reply", "tts"]
    version: Annotated[str, Field(min_length=1, max_length=200)]
    latency_ms: _Milliseconds
    confidence: _Share | None = None
    output: _Text | None = None


class _Answer(_Wire):
    transcript: _Text | None = None
    transcript_confidence: _Share | None = None
    intent: _Name | None = None
    intent_confidence: _Share | None = None
    slots: Annotated[list[_Slot], Field(max_length=200)] | None = None
    reply: Annotated[str, Field(max_length=MAX_REPLY)] | None = None
    speech: Annotated[str, Field(max_length=_MAX_SPEECH)] | None = None
    stages: Annotated[list[_Stage], Field(max_length=16)] | None = None
    dialogue: _Dialogue | None = None
    error: Annotated[str, Field(min_length=1, max_length=2_000)] | None = None


class Envelope(BaseModel):
    """What a call is answered with; each answer is read by itself, so that one cannot spoil all."""

    model_config = ConfigDict(extra="forbid")

    answers: list[Any]


def to_wire(requests: Sequence[Request]) -> dict[str, Any]:
    """Returns the body of a call."""
    return {"version": VERSION, "requests": [_request(one) for one in requests]}


def from_wire(given: Any, request: Request, latency_ms: float) -> Answer:
    """Returns one answer of a call; ``latency_ms`` is what its request took.

    Raises:
        InvalidInput: it is none of the contract; with its field.
    """
    if not isinstance(given, dict):
        raise InvalidInput("the assistant's answer breaks the contract: it is no JSON object")
    try:
        wire = _Answer.model_validate(given)
    except ValidationError as error:
        raise InvalidInput(
            f"the assistant's answer breaks the contract: {first_fault(error)}"
        ) from error
    if wire.error is not None:
        return Answer(error=wire.error)
    heard = wire.transcript if request.audio is not None else None
    slots = tuple(Slot(one.label, one.start, one.end) for one in wire.slots or ())
    answer = Answer(
        intent=wire.intent,
        intent_confidence=wire.intent_confidence,
        slots=slots,
        reply=wire.reply,
        stages=tuple(
            StageTrace(one.stage, one.version, one.latency_ms, one.confidence, one.output)
            for one in wire.stages or ()
        ),
        latency_ms=latency_ms,
        transcript=heard,
        transcript_confidence=None if heard is None else wire.transcript_confidence,
        speech=_read_speech(wire.speech) if wire.speech and request.wants_speech else None,
        dialogue=None
        if wire.dialogue is None
        else Dialogue(
            wire.dialogue.intent,
            tuple(sorted(wire.dialogue.values.items())),
            wire.dialogue.asked_back,
        ),
    )
    return refuse_unusable(answer, (request.text if request.audio is None else heard) or "")


def _request(request: Request) -> dict[str, Any]:
    before = request.dialogue
    flac = None if request.audio is None else to_flac(request.audio)
    return {
        "text": request.text,
        "audio": None if flac is None else base64.b64encode(flac).decode("ascii"),
        "locale": request.locale,
        "wants_reply": request.wants_reply,
        "wants_speech": request.wants_speech,
        "dialogue": None
        if before is None
        else {
            "intent": before.intent,
            "values": dict(before.values),
            "asked_back": before.asked_back,
        },
    }


def _read_speech(given: str) -> Audio:
    try:
        data = base64.b64decode(given, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidInput(f"is no base64: {error}", field="speech") from error
    try:
        audio = decode_audio(data).audio
    except InvalidInput as error:
        raise InvalidInput(error.reason, field="speech") from error
    if audio.seconds > MAX_SPEECH_SECONDS:
        raise InvalidInput(
            f"lasts {audio.seconds:,.0f} s, at most {MAX_SPEECH_SECONDS:,.0f} s are heard",
            field="speech",
        )
    return audio
