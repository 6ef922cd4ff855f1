"""What a person is told of the recording she has just made."""

from __future__ import annotations

from vernacular.clips.advice import INAUDIBLE, Advice, advise
from vernacular.clips.contract import StoredClip


def advise_on(clip: StoredClip) -> tuple[Advice, ...]:
    """Returns what is wrong with a recording, the worst first; nothing where it is good."""
    return advise(clip)


def is_audible(clip: StoredClip) -> bool:
    """True if there is something in a recording that an assistant could hear."""
    return INAUDIBLE.isdisjoint(advise(clip))
