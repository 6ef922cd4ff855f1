"""What a person says to an assistant: typed, or spoken into a clip that is kept before all else."""

from __future__ import annotations

from dataclasses import dataclass

from vernacular.clips.audio import Audio
from vernacular.clips.contract import Clips, StoredClip, check_hash
from vernacular.clips.encode import to_flac
from vernacular.corpus.typed_input import check_typed_text
from vernacular.errors import InvalidInput
from vernacular.store.clips import find_clip, record_clips
from vernacular.store.database import Db, Store


@dataclass(frozen=True, slots=True)
class Said:
    """One utterance of a person, either as text or as the hash of a clip that is kept."""

    text: str = ""
    clip: str | None = None


def keep_recording(store: Store, clips: Clips, data: bytes) -> StoredClip:
    """Keeps what was recorded and what was learnt of it, whatever it holds; the same again is one.

    The sound is written first, so that the store names no clip that is not there.

    Raises:
        InvalidInput: there is too much of it.
        StoreUnavailable: it could not be written; nothing is kept.
    """
    kept = clips.add(data, allow_undecodable=True)
    with store.writing() as db:
        record_clips(db, [kept])
    return kept


def keep_speech(store: Store, clips: Clips, speech: Audio) -> str:
    """Keeps a reply as it was spoken and returns its hash.

    Raises:
        StoreUnavailable: it could not be written; nothing is kept.
    """
    return keep_recording(store, clips, to_flac(speech)).content_hash


def check_said(db: Db, said: Said) -> None:
    """Accepts a text that is no blank, or a clip that is kept; not both.

    Raises:
        InvalidInput: it is neither, or both.
    """
    if said.clip is None:
        check_typed_text(said.text)
        return
    if said.text:
        raise InvalidInput("either type or speak: a turn is one of both", field="text")
    check_hash(said.clip)
    if find_clip(db, said.clip) is None:
        raise InvalidInput(f"no clip {said.clip} is kept: record it again", field="clip")
