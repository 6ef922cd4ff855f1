"""One side of a blind turn: what is kept of an answer, and the part that a page may see."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from vernacular.assistants.contract import Answer
from vernacular.corpus.utterance import Slot

Kept = dict[str, Any]
"""An answer as the store keeps it."""


@dataclass(frozen=True, slots=True)
class SideView:
    """An answer without anything that could say whose it is: no stages, versions or times."""

    transcript: str | None
    """What was heard; None where it was typed."""
    intent: str | None
    slots: tuple[Slot, ...]
    """Spans of the transcript, or else of what was typed."""
    reply: str | None
    speech: str | None
    """Content hash of the reply as it was spoken; None where the release does not speak, and where
    the speech would tell whose the answer is."""

    def says_the_same(self, other: SideView) -> bool:
        """Returns whether both understood and replied alike; voices may still differ."""
        mine, theirs = ((one.transcript, one.intent, one.slots, one.reply) for one in (self, other))
        return mine == theirs


def keep(answer: Answer, speech: str | None) -> Kept:
    """Returns what the store keeps of an answer that did not fail.

    Args:
        answer: what the release made of the request.
        speech: the hash of the reply as it was spoken.
    """
    return {
        "transcript": answer.transcript,
        "intent": answer.intent,
        "intent_confidence": answer.intent_confidence,
        "slots": [[slot.label, slot.start, slot.end] for slot in answer.slots],
        "reply": answer.reply,
        "speech": speech,
        "stages": [asdict(stage) for stage in answer.stages],
        "latency_ms": answer.latency_ms,
        "dialogue": None if answer.dialogue is None else asdict(answer.dialogue),
    }


def view_side(kept: Kept) -> SideView:
    """Returns what a page may see of a kept answer."""
    return SideView(
        transcript=kept["transcript"],
        intent=kept["intent"],
        slots=tuple(Slot(label, start, end) for label, start, end in kept["slots"]),
        reply=kept["reply"],
        speech=kept["speech"],
    )


def versions_of(kept: Kept) -> list[str]:
    """Returns which stages made a kept answer."""
    return [stage["version"] for stage in kept["stages"]]
