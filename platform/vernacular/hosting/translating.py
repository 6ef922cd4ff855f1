"""Turns requests, answers and recordings into what travels, and back.

What has audio in it takes milliseconds to seconds: a server does that outside its event loop.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

from vernacular.assistants.contract import Answer, Dialogue, Footprint, Request, StageTrace
from vernacular.clips.audio import Audio
from vernacular.clips.decode import decode_audio
from vernacular.clips.encode import to_flac
from vernacular.corpus.utterance import Slot
from vernacular.errors import InvalidInput
from vernacular.hosting.recordings import Spoken
from vernacular.hosting.wire import (
    WireAnswer,
    WireDialogue,
    WireFootprint,
    WireRequest,
    WireSlot,
    WireStage,
)


def to_wire_request(request: Request) -> WireRequest:
    """Returns the request as it travels.

    Raises:
        pydantic.ValidationError: it is one that no host takes, such as an empty text.
    """
    return WireRequest(
        text=request.text,
        locale=request.locale,
        wants_reply=request.wants_reply,
        audio=None if request.audio is None else to_base64(request.audio),
        wants_speech=request.wants_speech,
        dialogue=to_wire_dialogue(request.dialogue),
    )


def from_wire_request(wire: WireRequest) -> Request | Spoken:
    """Returns the request that travelled, a recording as it came."""
    request = Request(
        text=wire.text,
        locale=wire.locale,
        wants_reply=wire.wants_reply,
        wants_speech=wire.wants_speech,
        dialogue=from_wire_dialogue(wire.dialogue),
    )
    audio = wire.audio
    return request if audio is None else Spoken(request, lambda: from_base64(audio))


def to_wire(answer: Answer) -> WireAnswer:
    """Returns the answer as it travels."""
    # Nothing here needs to be checked: what the stages return is typed.
    return WireAnswer.model_construct(
        intent=answer.intent,
        intent_confidence=answer.intent_confidence,
        slots=[
            WireSlot.model_construct(label=one.label, start=one.start, end=one.end)
            for one in answer.slots
        ],
        reply=answer.reply,
        stages=[
            WireStage.model_construct(
                stage=one.stage,
                version=one.version,
                latency_ms=one.latency_ms,
                confidence=one.confidence,
                output=one.output,
            )
            for one in answer.stages
        ],
        latency_ms=answer.latency_ms,
        error=answer.error,
        transcript=answer.transcript,
        transcript_confidence=answer.transcript_confidence,
        speech=None if answer.speech is None else to_base64(answer.speech),
        dialogue=to_wire_dialogue(answer.dialogue),
    )


def from_wire(wire: WireAnswer) -> Answer:
    """Returns the answer that travelled.

    Raises:
        InvalidInput: its speech is no recording.
    """
    return Answer(
        intent=wire.intent,
        intent_confidence=wire.intent_confidence,
        slots=tuple(Slot(one.label, one.start, one.end) for one in wire.slots),
        reply=wire.reply,
        stages=tuple(
            StageTrace(one.stage, one.version, one.latency_ms, one.confidence, one.output)
            for one in wire.stages
        ),
        latency_ms=wire.latency_ms,
        error=wire.error,
        transcript=wire.transcript,
        transcript_confidence=wire.transcript_confidence,
        speech=None if wire.speech is None else from_base64(wire.speech),
        dialogue=from_wire_dialogue(wire.dialogue),
    )


def to_wire_dialogue(dialogue: Dialogue | None) -> WireDialogue | None:
    """Returns what is established as it travels."""
    if dialogue is None:
        return None
    return WireDialogue.model_construct(
        intent=dialogue.intent, values=list(dialogue.values), asked_back=dialogue.asked_back
    )


def from_wire_dialogue(wire: WireDialogue | None) -> Dialogue | None:
    """Returns what is established, as it travelled."""
    return None if wire is None else Dialogue(wire.intent, tuple(wire.values), wire.asked_back)


def to_wire_footprint(footprint: Footprint) -> WireFootprint:
    """Returns the footprint as it travels."""
    return WireFootprint(
        n_parameters=footprint.n_parameters,
        weights_bytes=footprint.weights_bytes,
        device=footprint.device,
        peak_memory_bytes=footprint.peak_memory_bytes,
    )


def from_wire_footprint(wire: WireFootprint) -> Footprint:
    """Returns the footprint that travelled."""
    return Footprint(wire.n_parameters, wire.weights_bytes, wire.device, wire.peak_memory_bytes)


def to_base64(audio: Audio) -> str:
    """Returns a recording as a FLAC file in base64: half of what WAV would take, and as good."""
    return base64.b64encode(to_flac(audio)).decode("ascii")


def from_base64(text: str) -> Audio:
    """Returns the recording whose file, in whatever container, ``text`` is in base64.

    Raises:
        InvalidInput: it is no base64, or no recording that can be read.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidInput(f"is not base64: {error}", field="audio") from error
    try:
        return decode_audio(data).audio
    except InvalidInput as error:
        raise InvalidInput(error.reason, field="audio") from error


def has_speech(answers: Sequence[Answer]) -> bool:
    """Returns whether an answer holds speech, so that writing it down takes a while."""
    return any(answer.speech is not None for answer in answers)
