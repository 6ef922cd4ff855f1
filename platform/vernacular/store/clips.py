"""Queries on clips and on the utterances they are recordings of."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from vernacular.clips.contract import UNKNOWN_FORMAT, StoredClip
from vernacular.clips.level import Level
from vernacular.store.database import Db
from vernacular.store.inserting import insert_new
from vernacular.store.tables import (
    Clip,
    Recording,
    Suite,
    SuiteItem,
    Utterance,
    UtteranceRevision,
)
from vernacular.store.tables.base import utc_now


@dataclass(frozen=True, slots=True)
class NewRecording:
    """That a clip holds an utterance."""

    utterance_id: int
    clip: str
    speaker: str | None
    origin: dict[str, Any] | None
    person_id: int | None = None
    """Who speaks, where it is somebody we know."""


def record_clips(db: Db, clips: Collection[StoredClip]) -> None:
    """Stores what was learnt of clips; those that are stored already stay as they are."""
    now = utc_now()
    rows = [
        {
            "content_hash": one.content_hash,
            "format": one.format,
            "sample_rate_hz": one.sample_rate_hz,
            "n_channels": one.n_channels,
            "audio_seconds": one.audio_seconds,
            "peak_dbfs": one.level.peak_dbfs if one.level else None,
            "rms_dbfs": one.level.rms_dbfs if one.level else None,
            "clipped_share": one.level.clipped_share if one.level else None,
            "is_incomplete": one.is_incomplete,
            "problem": one.problem,
            "created_at": now,
        }
        for one in clips
    ]
    insert_new(db, Clip, rows)


def record_recordings(db: Db, recordings: Sequence[NewRecording]) -> None:
    """Stores recordings of utterances; those that are stored already stay as they are."""
    now = utc_now()
    rows = [
        {
            "utterance_id": one.utterance_id,
            "clip": one.clip,
            "person_id": one.person_id,
            "speaker": one.speaker,
            "origin": one.origin,
            "created_at": now,
        }
        for one in recordings
    ]
    insert_new(db, Recording, rows)


def find_clip(db: Db, content_hash: str) -> Clip | None:
    """Returns what is known of a clip."""
    return db.get(Clip, content_hash)


def list_clips(db: Db, hashes: Collection[str]) -> dict[str, StoredClip]:
    """Returns what is known of clips, by their hashes; those that are not stored are left out."""
    if not hashes:
        return {}
    found = db.scalars(select(Clip).where(Clip.content_hash.in_(hashes)))
    return {one.content_hash: _view(one) for one in found}


def _view(clip: Clip) -> StoredClip:
    level = None
    if clip.peak_dbfs is not None and clip.rms_dbfs is not None:
        level = Level(clip.peak_dbfs, clip.rms_dbfs, clip.clipped_share or 0.0)
    return StoredClip(
        clip.content_hash,
        clip.format or UNKNOWN_FORMAT,
        sample_rate_hz=clip.sample_rate_hz,
        n_channels=clip.n_channels,
        audio_seconds=clip.audio_seconds,
        level=level,
        is_incomplete=clip.is_incomplete,
        problem=clip.problem,
    )


def list_spoken_suites(db: Db) -> dict[str, float]:
    """Returns how many seconds the clips of each suite last; suites without clips are left out.

    Clips that cannot be decoded add nothing.
    """
    # All items have clips or none has, so that the first one tells without reading the others.
    first, item = aliased(SuiteItem), aliased(SuiteItem)
    query = (
        select(Suite.name, func.sum(Clip.audio_seconds))
        .join(first, (first.suite_id == Suite.id) & (first.number == 1) & first.clip.is_not(None))
        .join(item, item.suite_id == Suite.id)
        .outerjoin(Clip, Clip.content_hash == item.clip)
        .group_by(Suite.name)
    )
    return {name: seconds or 0.0 for name, seconds in db.execute(query)}


@dataclass(frozen=True, slots=True)
class StoredUtterance:
    """An utterance that a recording may be of."""

    id: int
    text: str
    """Of its newest revision."""


def list_utterances_by_name(db: Db, source: str, locale: str) -> dict[str, StoredUtterance]:
    """Returns the utterances of a source in a locale, by external id."""
    query = (
        select(Utterance.external_id, Utterance.id, UtteranceRevision.text)
        .join(UtteranceRevision, UtteranceRevision.utterance_id == Utterance.id)
        .where(Utterance.source == source, Utterance.locale == locale)
        .order_by(UtteranceRevision.number)
    )
    return {name: StoredUtterance(key, text) for name, key, text in db.execute(query)}


def list_recorded(
    db: Db, source: str, partition: str | None, locales: Collection[str] | None
) -> dict[int, list[str]]:
    """Returns the clips of each utterance that has one, by the id of each of its revisions, oldest
    first."""
    found: dict[int, list[str]] = {}
    query = (
        select(UtteranceRevision.id, Recording.clip)
        .join(Utterance, Utterance.id == UtteranceRevision.utterance_id)
        .join(Recording, Recording.utterance_id == Utterance.id)
        .where(Utterance.source == source)
        .order_by(Recording.id)
    )
    if partition is not None:
        query = query.where(Utterance.partition == partition)
    if locales is not None:
        query = query.where(Utterance.locale.in_(locales))
    for revision_id, clip in db.execute(query):
        found.setdefault(revision_id, []).append(clip)
    return found
