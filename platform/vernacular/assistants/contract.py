"""What every assistant takes and returns, whether in this process, on a host or somebody else's.

Free of torch, so that the faces and the working rooms may import it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from vernacular.clips.audio import Audio
from vernacular.corpus.utterance import Slot

MAX_TEXT = 10_000
"""Characters of one request; far beyond what anybody says to an assistant in one turn."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """What the turns so far have established; an assistant gets back what it returned last.

    Values are texts and no spans, because they stood in turns that are over.
    """

    intent: str | None = None
    values: tuple[tuple[str, str], ...] = ()
    """(slot label, value as it was said), each label once."""
    asked_back: bool = False
    """Whether the last reply was a clarifying question."""


@dataclass(frozen=True, slots=True)
class Request:
    """One utterance put to an assistant, either as ``text`` or as ``audio`` that it has to hear.

    ``wants_reply`` is off in bulk runs, which need none.
    """

    text: str | None
    locale: str
    wants_reply: bool = True
    audio: Audio | None = None
    wants_speech: bool = False
    """Whether the reply is wanted as speech too."""
    dialogue: Dialogue | None = None
    """What the assistant returned as ``Answer.dialogue`` for the turn before."""


@dataclass(frozen=True, slots=True)
class StageTrace:
    """What one stage did: which version answered what, how sure, in how many milliseconds."""

    stage: str
    """``asr``, ``nlu``, ``fallback``, ``reply`` or ``tts``."""
    version: str
    latency_ms: float
    confidence: float | None = None
    """Between 0 and 1; None where the stage does not say."""
    output: str | None = None
    """The transcript, the intent or the reply; None where it is no text."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an assistant made of one request; a failed one has ``error`` and nothing else.

    ``latency_ms`` is what the request took as a whole; in a batch, each stage's time shared
    evenly, because no request of it could have been had for less.
    """

    intent: str | None = None
    intent_confidence: float | None = None
    """Between 0 and 1."""
    slots: tuple[Slot, ...] = ()
    """Spans of the transcript where the request was heard, else of its text."""
    reply: str | None = None
    stages: tuple[StageTrace, ...] = ()
    latency_ms: float | None = None
    error: str | None = None
    transcript: str | None = None
    """What was heard; None where the request was text."""
    transcript_confidence: float | None = None
    """Between 0 and 1."""
    speech: Audio | None = None
    """The reply as it is spoken."""
    dialogue: Dialogue | None = None
    """What the next turn of the conversation should bring along."""


@dataclass(frozen=True, slots=True)
class Footprint:
    """What an assistant weighs; None where nobody knows, as of somebody else's server."""

    n_parameters: int | None = None
    weights_bytes: int | None = None
    """The files of its weights on disk."""
    device: str | None = None
    peak_memory_bytes: int | None = None
    """The most that its device, or its process on a CPU, has held so far."""


class Assistant(Protocol):
    """A loaded release that answers."""

    def predict_batch(self, requests: Sequence[Request]) -> list[Answer]:
        """Returns one answer per request, in order.

        Raises:
            ModelUnavailable: the assistant as a whole cannot answer now.
        """
        ...

    def footprint(self) -> Footprint:
        """Returns what the assistant weighs."""
        ...

    def close(self) -> None:
        """Releases what the assistant holds."""
        ...
