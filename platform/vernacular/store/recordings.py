"""Queries on what was recorded; what is known of single clips is in ``clips.py``."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from vernacular.store.database import Db
from vernacular.store.tables import Clip, Recording


def list_decoded(db: Db) -> dict[str, bool]:
    """Returns by the hash of every known clip whether something could be decoded in it."""
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
