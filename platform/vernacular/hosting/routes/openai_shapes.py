"""The JSON of OpenAI's chat completions and transcriptions, as far as a release can fill it.

Field names are OpenAI's (platform.openai.com/docs/api-reference); what else its clients send, such
as a temperature, means nothing to a release and is ignored.
"""

from __future__ import annotations

import json
import time
from types import NoneType
from typing import Annotated, Any, Literal
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Discriminator, Field
from pydantic import Tag as PydanticTag

from vernacular.assistants.contract import MAX_TEXT, Request
from vernacular.errors import InvalidInput
from vernacular.hosting.recordings import Spoken
from vernacular.hosting.translating import from_base64, from_wire_dialogue
from vernacular.hosting.wire import ReleaseName, Tag, WireAnswer, WireDialogue

_MAX_PARTS = 1_000


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore")


class TextPart(_Lenient):
    """A part of a message that was typed."""

    type: Literal["text"]
    text: str


class InputAudio(_Lenient):
    """A recording: its file in base64."""

    data: str


class AudioPart(_Lenient):
    """A part of a message that was spoken."""

    type: Literal["input_audio"]
    input_audio: InputAudio


Part = Annotated[TextPart | AudioPart, Field(discriminator="type")]


def _kind_of(content: object) -> str:
    return {str: "text", NoneType: "nothing"}.get(type(content), "parts")


# Told apart by their kind, so that an error speaks of the one that was meant.
Content = Annotated[
    Annotated[str, PydanticTag("text")]
    | Annotated[None, PydanticTag("nothing")]
    | Annotated[list[Part], Field(max_length=_MAX_PARTS, fail_fast=True), PydanticTag("parts")],
    Discriminator(_kind_of),
]


class Message(_Lenient):
    """One message of a conversation."""

    role: str
    content: Content = None


class ChatBody(_Lenient):
    """What a client of chat completions posts."""

    model: ReleaseName
    messages: Annotated[list[Message], Field(min_length=1, max_length=1000)]
    stream: bool = False
    locale: Tag | None = None
    """Ours: the locale of the request."""
    language: Tag | None = None
    """Ours: the same, as OpenAI calls it for transcriptions."""
    dialogue: WireDialogue | None = None
    """Ours: what came back as ``vernacular.dialogue`` for the turn before."""

    def read_request(self, locale: str) -> Request | Spoken:
        """Returns what the user said last, a recording as it came.

        Raises:
            InvalidInput: it is missing, too long, or several things at once.
        """
        spoken = [message for message in self.messages if message.role == "user"]
        content = spoken[-1].content if spoken else None
        parts = [TextPart(type="text", text=content)] if isinstance(content, str) else content or []
        dialogue = from_wire_dialogue(self.dialogue)
        clips = [one.input_audio.data for one in parts if isinstance(one, AudioPart)]
        text = "\n".join(one.text for one in parts if isinstance(one, TextPart))
        if len(clips) == 1 and not text.strip():
            spoken_request = Request(None, locale, dialogue=dialogue)
            return Spoken(spoken_request, lambda: from_base64(clips[0]))
        if clips or not text.strip():
            raise InvalidInput(
                "the last user message is one text or one recording", field="messages"
            )
        if len(text) > MAX_TEXT:
            raise InvalidInput(
                f"the last user message has {len(text):,} characters, up to {MAX_TEXT:,} are read",
                field="messages",
            )
        return Request(text, locale, dialogue=dialogue)


def make_completion(model: str, answer: WireAnswer) -> dict[str, Any]:
    """Returns a chat completion with the reply, and all that was understood as ``vernacular``."""
    message = {"role": "assistant", "content": answer.reply or ""}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return {
        **_head("chat.completion", model),
        "choices": [choice],
        "vernacular": answer.model_dump(mode="json"),
    }


def make_chunks(model: str, answer: WireAnswer) -> list[bytes]:
    """Returns the same as server-sent events; a reply is known as a whole, so it is one of them."""
    head = _head("chat.completion.chunk", model)

    def chunk(delta: dict[str, str], finish_reason: str | None, **more: object) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
        content = json.dumps({**head, "choices": [choice], **more}, ensure_ascii=False)
        return f"data: {content}\n\n".encode()

    return [
        chunk({"role": "assistant", "content": ""}, None),
        chunk({"content": answer.reply or ""}, None),
        chunk({}, "stop", vernacular=answer.model_dump(mode="json")),
        b"data: [DONE]\n\n",
    ]


def _head(kind: str, model: str) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{uuid4().hex}",
        "object": kind,
        "created": int(time.time()),
        "model": model,
    }
