"""Queries on what utterances were recorded as: the clips themselves are in ``clips.py``."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from vernacular.clips.contract import UNKNOWN_FORMAT, StoredClip
from vernacular.clips.level import Level
from vernacular.store.clips import find_clip
from vernacular.store.database import Db
from vernacular.store.tables import Clip, Recording


def find_stored_clip(db: Db, content_hash: str) -> StoredClip | None:
    """Returns what was learnt of a clip when it arrived."""
    found = find_clip(db, content_hash)
    if found is None:
        return None
    return StoredClip(
        found.content_hash,
        found.format or UNKNOWN_FORMAT,
        sample_rate_hz=found.sample_rate_hz,
        n_channels=found.n_channels,
        audio_seconds=found.audio_seconds,
        level=_level_of(found),
        is_incomplete=found.is_incomplete,
        problem=found.problem,
    )


def list_clips(db: Db) -> dict[str, bool]:
    """Returns every clip that is known, by its hash whether something could be decoded in it."""
    query = select(Clip.content_hash, Clip.problem.is_(None))
    return {clip: bool(is_decoded) for clip, is_decoded in db.execute(query)}


def list_newest_clips(db: Db, utterance_ids: Collection[int]) -> dict[int, str]:
    """Returns the clip of the newest recording of each utterance that has one."""
    query = (
        select(Recording.utterance_id, Recording.clip)
        .where(Recording.utterance_id.in_(utterance_ids))
        .order_by(Recording.id)
    )
    return dict(db.execute(query).all())


def _level_of(clip: Clip) -> Level | None:
    if clip.peak_dbfs is None or clip.rms_dbfs is None or clip.clipped_share is None:
        return None
    return Level(clip.peak_dbfs, clip.rms_dbfs, clip.clipped_share)
