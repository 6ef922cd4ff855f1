"""What a story says of a recording before anybody plays it."""

from __future__ import annotations

from dataclasses import dataclass

from vernacular.store.clips import find_clip
from vernacular.store.database import Db


@dataclass(frozen=True, slots=True)
class SpokenClip:
    """A recording that is to be heard. None: not known."""

    content_hash: str
    audio_seconds: float | None
    is_incomplete: bool
    """Whether part of it was lost: cut off, or damaged inside."""
    problem: str | None
    """Why nothing can be heard in it; None if something can."""


def find_spoken_clip(db: Db, content_hash: str) -> SpokenClip:
    """Returns what is known of a recording."""
    known = find_clip(db, content_hash)
    if known is None:
        return SpokenClip(content_hash, None, is_incomplete=False, problem=None)
    return SpokenClip(content_hash, known.audio_seconds, known.is_incomplete, known.problem)
