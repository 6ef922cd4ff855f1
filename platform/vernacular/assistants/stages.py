"""What each stage of a release takes and returns. Free of torch.

Every stage answers a batch and keeps its order. What it cannot do for one item it returns in that
item's place as the error it would have raised, so that one bad clip does not spoil its neighbours;
it raises ``ModelUnavailable`` where it cannot answer at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from vernacular.assistants.contract import Footprint
from vernacular.clips.audio import Audio
from vernacular.corpus.utterance import Slot
from vernacular.errors import VernacularError


@dataclass(frozen=True, slots=True)
class Heard:
    """Speech to write down."""

    audio: Audio
    locale: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was heard; empty where nothing was."""

    text: str
    confidence: float | None = None
    """Between 0 and 1."""


@dataclass(frozen=True, slots=True)
class Typed:
    """Text to understand, typed or written down by the stage before."""

    text: str
    locale: str


@dataclass(frozen=True, slots=True)
class Understanding:
    """What was understood; no intent where nothing was."""

    intent: str | None
    intent_confidence: float | None
    """Between 0 and 1; None where the stage does not say."""
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Understood:
    """A request to reply to, with what was understood of it and of the turns before."""

    text: str
    locale: str
    intent: str | None
    values: tuple[tuple[str, str], ...]
    """(slot label, value), those of earlier turns that still hold among them."""
    asks_back: bool
    """Whether the reply is to be a clarifying question."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply to speak."""

    text: str
    locale: str


class Stage(Protocol):
    """What all stages have."""

    version: str
    """Names engine and weights, so that a trace tells who answered."""

    def footprint(self) -> Footprint:
        """Returns what the stage weighs."""
        ...

    def close(self) -> None:
        """Releases what the stage holds."""
        ...


class Recogniser(Stage, Protocol):
    """``asr``: writes down speech."""

    def transcribe_batch(self, clips: Sequence[Heard]) -> list[Transcript | VernacularError]: ...


class Understander(Stage, Protocol):
    """``nlu``: finds intent and slots."""

    def understand_batch(
        self, requests: Sequence[Typed]
    ) -> list[Understanding | VernacularError]: ...


class Replier(Stage, Protocol):
    """``reply``: answers in the locale of the request."""

    def reply_batch(self, requests: Sequence[Understood]) -> list[str | VernacularError]: ...


class Speaker(Stage, Protocol):
    """``tts``: speaks a reply."""

    def speak_batch(self, replies: Sequence[Reply]) -> list[Audio | VernacularError]: ...
