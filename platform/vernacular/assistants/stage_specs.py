"""What a manifest may say of each stage: the engine, its weights or server, its limits."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, HttpUrl, model_validator

from vernacular.checked_yaml import Strict, spelt

Dtype = Literal["float32", "float16", "bfloat16"]
Device = Annotated[str, spelt(r"cpu|cuda(:\d+)?|mps", "cpu, cuda, cuda:N or mps")]
EspeakVoice = Annotated[str, spelt(r"[A-Za-z0-9+_-]{1,60}", "a voice such as sw or en-gb+f3")]
Label = Annotated[str, spelt(r"\S{1,80}", "a name of up to 80 characters without spaces")]
LanguageTag = Annotated[str, spelt(r"[A-Za-z0-9-]{2,35}", "a tag such as sw or sw-KE")]
VariableName = Annotated[
    str, spelt(r"[A-Z_][A-Z0-9_]{0,99}", "the name of a variable such as KIOSK_KEY, in capitals")
]
WeightsName = Annotated[str, Field(min_length=1, max_length=500)]
"""A folder, relative to the manifest, or with a ``revision`` a hub id such as ``team/name``."""


class Engine(Strict):
    """Where and how a local model runs."""

    revision: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    """The hub revision, which makes ``weights`` a hub id; a commit hash makes it repeatable."""
    device: Device = "cpu"
    dtype: Dtype = "float32"
    max_batch: Annotated[int, Field(ge=1, le=4096)] = 128
    """Items in one forward pass."""


class ModelStage(Engine):
    """A stage of one checkpoint."""

    weights: WeightsName


_SECRET = re.compile("key|token|secret|passw|auth|sig")
"""In the name of a part of an address: what it gives is nobody's business."""


def _refuse_secrets(url: HttpUrl) -> HttpUrl:
    """Refuses an address that may hold a key: manifests are stored, listed and shown."""
    names = {name.lower() for name, _ in url.query_params()}
    if url.username or url.password or url.fragment or any(map(_SECRET.search, names)):
        raise ValueError(
            "must hold no user name, password or key: name the variable of the environment that"
            " holds the key as 'key_variable'"
        )
    return url


ServerUrl = Annotated[HttpUrl, AfterValidator(_refuse_secrets)]


class RemoteStage(Strict):
    """A stage that somebody else's server answers for."""

    url: ServerUrl
    """Of an OpenAI-compatible server, up to and with its ``/v1``."""
    model: Annotated[str, Field(min_length=1, max_length=200)]
    key_variable: VariableName | None = None
    """The environment variable that holds the key; keys never stand in a manifest."""
    timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 30.0
    n_retries: Annotated[int, Field(ge=0, le=10)] = 2
    n_parallel: Annotated[int, Field(ge=1, le=64)] = 4


# Hearing


class CtcStage(ModelStage):
    """Any CTC speech model of transformers: wav2vec2, MMS, Parakeet, ..."""

    engine: Literal["ctc"]
    max_batch: Annotated[int, Field(ge=1, le=4096)] = 32
    chunk_seconds: Annotated[float, Field(ge=5, le=120)] = 30.0
    """Longer clips are heard in pieces of this length that overlap."""
    languages: dict[LanguageTag, str] = Field(default_factory=dict)
    """The model's own name of a locale's language, where it has adapters and a name of its own."""


class Seq2SeqStage(ModelStage):
    """Any speech model of transformers that writes token by token: Whisper and its like."""

    engine: Literal["seq2seq"]
    max_batch: Annotated[int, Field(ge=1, le=4096)] = 16
    languages: dict[LanguageTag, str] = Field(default_factory=dict)
    """The model's own name of a locale's language, where it has a name of its own."""
    max_new_tokens: Annotated[int, Field(ge=1, le=4096)] = 200


class RemoteTranscriptionStage(RemoteStage):
    """``/v1/audio/transcriptions`` of an OpenAI-compatible server."""

    engine: Literal["openai"]
    languages: dict[LanguageTag, str] = Field(default_factory=dict)
    """The server's own name of a locale's language, where it has a name of its own."""


# Understanding


class JointEncoderStage(ModelStage):
    """Understanding by a joint intent and slot encoder (a transformers checkpoint)."""

    engine: Literal["joint-encoder"]


class ClassifiersStage(Engine):
    """A classifier of whole texts for the intent and one of tokens for the slots."""

    engine: Literal["classifiers"]
    intents: WeightsName
    slots: WeightsName | None = None
    """None: no slots are found."""
    slots_revision: str | None = None


class InContext(Strict):
    """What understanding by a language model needs beside the model."""

    intents: tuple[Label, ...] = ()
    """The intents to choose from; those of the examples when empty."""
    slots: tuple[Label, ...] = ()
    """The slot labels to choose from; those of the examples when empty."""
    examples: str | None = None
    """A JSONL file beside the manifest, made by ``vernacular corpus examples``; None: zero-shot."""
    n_shots: Annotated[int, Field(ge=0, le=64)] = 8
    """Examples put before each request."""

    @model_validator(mode="after")
    def _knows_intents(self) -> InContext:
        if not self.intents and self.examples is None:
            raise ValueError("needs 'intents' to choose from, or 'examples' that name them")
        return self


class CausalModelStage(ModelStage, InContext):
    """In-context understanding by a local language model, its answers constrained to the labels."""

    engine: Literal["in-context"]
    max_batch: Annotated[int, Field(ge=1, le=4096)] = 8


class RemoteUnderstandingStage(RemoteStage, InContext):
    """In-context understanding by chat completions of an OpenAI-compatible server."""

    engine: Literal["openai"]


# Replying


class TemplateReplyStage(Strict):
    """Replies from the short templates per language that come with Vernacular."""

    engine: Literal["templates"]


class ChatReplyStage(ModelStage):
    """Replies by a local chat model."""

    engine: Literal["chat"]
    max_batch: Annotated[int, Field(ge=1, le=4096)] = 8
    instructions: Annotated[str, Field(max_length=4000)] = ""
    """Said to the model before each request, beside what Vernacular tells it."""
    max_new_tokens: Annotated[int, Field(ge=1, le=4096)] = 120


class RemoteReplyStage(RemoteStage):
    """Replies by chat completions of an OpenAI-compatible server."""

    engine: Literal["openai"]
    instructions: Annotated[str, Field(max_length=4000)] = ""
    max_new_tokens: Annotated[int, Field(ge=1, le=4096)] = 120


# Speaking


class VitsStage(Engine):
    """Speech by VITS models (MMS-TTS and its like), of which each speaks one language."""

    engine: Literal["vits"]
    voices: Annotated[dict[LanguageTag, WeightsName], Field(min_length=1)]
    """Weights by locale or language; the nearest tag speaks."""
    max_batch: Annotated[int, Field(ge=1, le=4096)] = 8


class EspeakStage(Strict):
    """Speech by espeak-ng, where it is installed."""

    engine: Literal["espeak"]
    voices: dict[LanguageTag, EspeakVoice] = Field(default_factory=dict)
    """The voice of a locale, where not the one of its own name is wanted."""
    words_per_minute: Annotated[int, Field(ge=80, le=450)] = 160


# A team's own assistant


class HttpService(Strict):
    """A whole assistant behind a small JSON contract (docs/http-assistant.md)."""

    engine: Literal["http"]
    url: ServerUrl
    key_variable: VariableName | None = None
    """The environment variable that holds the bearer token."""
    timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 20.0
    n_retries: Annotated[int, Field(ge=0, le=10)] = 2
    n_parallel: Annotated[int, Field(ge=1, le=64)] = 4
    max_batch: Annotated[int, Field(ge=1, le=256)] = 8
    """Requests in one call."""
    hears: bool = False
    """Whether it takes speech."""
    speaks: bool = False
    """Whether it can return speech."""


Hearing = Annotated[
    CtcStage | Seq2SeqStage | RemoteTranscriptionStage, Field(discriminator="engine")
]
Understands = Annotated[
    JointEncoderStage | ClassifiersStage | CausalModelStage | RemoteUnderstandingStage,
    Field(discriminator="engine"),
]
Replying = Annotated[
    TemplateReplyStage | ChatReplyStage | RemoteReplyStage, Field(discriminator="engine")
]
Speaking = Annotated[VitsStage | EspeakStage, Field(discriminator="engine")]
