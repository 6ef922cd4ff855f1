"""Recordings that the store does not know are deleted when they are old, and no others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.evaluation.voice_situations import clip_of
from vernacular.clips.folder import ClipFolder
from vernacular.collection.unknown_clips import discard_unknown, list_unknown
from vernacular.errors import Conflict
from vernacular.live.said import keep_recording
from vernacular.store.database import Store


def grow_old(root: Path) -> None:
    for path in root.glob("*/*"):
        os.utime(path, (1_000, 1_000))


def test_only_what_nobody_has_known_for_a_day_is_deleted(store: Store, tmp_path: Path) -> None:
    clips = ClipFolder(tmp_path)
    known = keep_recording(store, clips, clip_of(1)).content_hash
    old, renewed = (clips.add(clip_of(number)).content_hash for number in (2, 3))
    grow_old(tmp_path)
    young = clips.add(clip_of(4)).content_hash
    # As a page does that is about to tell the store.
    clips.add(clip_of(3))
    assert list_unknown(store, tmp_path) == (old,)
    assert discard_unknown(store, tmp_path) == (old,)
    assert [clips.has(one) for one in (known, old, renewed, young)] == [True, False, True, True]
    assert discard_unknown(store, tmp_path) == ()


def test_a_folder_of_another_store_is_left_alone(sqlite_store: Store, tmp_path: Path) -> None:
    clip = ClipFolder(tmp_path / "clips").add(clip_of(1)).content_hash
    grow_old(tmp_path / "clips")
    keep_recording(sqlite_store, ClipFolder(tmp_path / "other"), clip_of(2))
    with pytest.raises(Conflict, match="knows none of the recordings"):
        discard_unknown(sqlite_store, tmp_path / "clips")
    assert ClipFolder(tmp_path / "clips").has(clip)
