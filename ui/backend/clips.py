"""Recordings: which suites have them, and what a browser needs to play one."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from backend.connection import store, wiring
from vernacular.clips.containers import FORMATS
from vernacular.errors import InvalidInput, NotFound, StoreUnavailable, VernacularError
from vernacular.store import clips as stored_clips
from vernacular.store.suites import list_suites
from wording import mark

if TYPE_CHECKING:
    from collections.abc import Collection

    from vernacular.clips.contract import StoredClip
    from vernacular.store.database import Store

_log = logging.getLogger("vernacular.ui")

_PLAYABLE = {
    "aac": "audio/aac",
    "flac": "audio/flac",
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "mp4": "audio/mp4",
    "wav": "audio/wav",
    "webm": "audio/webm",
}
"""What every browser plays as it is; of any other format it gets what was decoded from it."""

RECORDING_SUFFIXES = (*FORMATS, "oga", "opus")
"""Of the files that a person may choose instead of speaking."""

_PROBLEMS: dict[type[VernacularError], str] = {
    NotFound: mark(
        "The recording is gone from the folder of recordings. Tell the people who run this "
        "platform: a backup may have it."
    ),
    InvalidInput: mark(
        "The recording was damaged since it was stored. Tell the people who run this platform: a "
        "backup may have it."
    ),
    StoreUnavailable: mark("The recording cannot be read now. Try again in a moment."),
}


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording to be played, or why it cannot be."""

    data: bytes = b""
    media_type: str = ""
    problem: str | None = None
    """A message, to be translated; None where there is something to play."""


def read_sound(content_hash: str) -> Sound:
    """Returns a recording as a browser can play it."""
    try:
        return _read(content_hash)
    except tuple(_PROBLEMS) as error:
        _log.warning("a recording cannot be played: %s", error)
        return Sound(problem=_PROBLEMS[type(error)])


def _read(content_hash: str) -> Sound:
    clips = wiring().clips
    data, container = clips.read_original(content_hash)
    if container in _PLAYABLE:
        return Sound(data, _PLAYABLE[container])
    from vernacular.clips.encode import to_flac  # noqa: PLC0415 - libav, and not for most

    return Sound(to_flac(clips.read(content_hash)), _PLAYABLE["flac"])


def find_clips(hashes: Collection[str]) -> dict[str, StoredClip]:
    """Returns what is known of recordings, by their hashes."""
    if not hashes:
        return {}
    with store().reading() as db:
        return stored_clips.list_clips(db, hashes)


def list_spoken_suites() -> dict[str, float]:
    """Returns how many seconds the clips of each suite last; suites of texts are left out."""
    with store().reading() as db:
        names = tuple(suite.name for suite in list_suites(db))
    return dict(_read_spoken_suites(store(), names))


@lru_cache(maxsize=4)
def _read_spoken_suites(opened: Store, _names: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
    # Suites are frozen, so that only a new one can change what is known of all.
    with opened.reading() as db:
        return tuple(stored_clips.list_spoken_suites(db).items())
