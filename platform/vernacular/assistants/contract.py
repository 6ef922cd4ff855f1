"""What every assistant takes and returns, whether in this process, on a host or somebody else's.

Free of torch, so that the faces and the working rooms may import it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from vernacular.corpus.utterance import Slot


@dataclass(frozen=True, slots=True)
class Request:
    """One utterance put to an assistant. ``wants_reply`` is off in bulk runs, which need none."""

    text: str
    locale: str
    wants_reply: bool = True


@dataclass(frozen=True, slots=True)
class StageTrace:
    """What one stage did: which version answered, in how many milliseconds."""

    stage: str
    """``nlu`` or ``reply``."""
    version: str
    latency_ms: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What an assistant made of one request; a failed one has ``error`` and nothing else.

    ``latency_ms`` is what the request took as a whole; in a batch, the batch's time shared
    evenly, because no request of it could have been had for less.
    """

    intent: str | None = None
    intent_confidence: float | None = None
    """Between 0 and 1."""
    slots: tuple[Slot, ...] = ()
    reply: str | None = None
    stages: tuple[StageTrace, ...] = ()
    latency_ms: float | None = None
    error: str | None = None


class Assistant(Protocol):
    """A loaded release that answers."""

    def predict_batch(self, requests: Sequence[Request]) -> list[Answer]:
        """Returns one answer per request, in order.

        Raises:
            ModelUnavailable: the assistant as a whole cannot answer now.
        """
        ...

    def close(self) -> None:
        """Releases what the assistant holds."""
        ...
