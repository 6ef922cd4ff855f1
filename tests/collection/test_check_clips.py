"""The folder of clips held against the store, and what killed processes left in it."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.evaluation.voice_situations import clip_of
from vernacular.clips.folder import ClipFolder
from vernacular.clips.leftovers import MIN_AGE_SECONDS
from vernacular.collection.check_clips import ClipCheck, check_clips, sweep_clips
from vernacular.live.said import keep_recording
from vernacular.store.database import Store


def keep(store: Store, root: Path, data: bytes) -> str:
    return keep_recording(store, ClipFolder(root), data).content_hash


def check(store: Store, root: Path) -> ClipCheck:
    with store.reading() as db:
        return check_clips(db, root)


def files_of(root: Path, clip: str) -> list[Path]:
    return list(root.glob(f"*/{clip}.*"))


def grow_old(*paths: Path) -> None:
    then = time.time() - MIN_AGE_SECONDS - 60
    for path in paths:
        os.utime(path, (then, then))


def test_where_all_is_there_nothing_is_found(store: Store, tmp_path: Path) -> None:
    assert check(store, tmp_path / "none yet") == ClipCheck(0, (), (), ())
    keep(store, tmp_path, clip_of(1))
    keep(store, tmp_path, b"no recording at all")
    assert check(store, tmp_path) == ClipCheck(2, (), (), ())


@pytest.mark.parametrize("part", ["original.wav", "heard.flac"])
def test_a_clip_of_which_a_file_is_gone_is_missing(
    sqlite_store: Store, tmp_path: Path, part: str
) -> None:
    keep(sqlite_store, tmp_path, clip_of(1))
    gone = keep(sqlite_store, tmp_path, clip_of(2))
    (tmp_path / gone[:2] / f"{gone}.{part}").unlink()
    assert check(sqlite_store, tmp_path).missing == (gone,)


def test_a_clip_that_the_store_does_not_know_is_named_when_it_is_a_day_old(
    sqlite_store: Store, tmp_path: Path
) -> None:
    clip = ClipFolder(tmp_path).add(clip_of(1)).content_hash
    assert check(sqlite_store, tmp_path).unknown == ()
    grow_old(*files_of(tmp_path, clip))
    assert check(sqlite_store, tmp_path).unknown == (clip,)
    assert keep(sqlite_store, tmp_path, clip_of(1)) == clip
    assert check(sqlite_store, tmp_path).unknown == ()


def test_only_old_unfinished_files_are_swept(sqlite_store: Store, tmp_path: Path) -> None:
    clip = keep(sqlite_store, tmp_path, clip_of(1))
    folder = tmp_path / clip[:2]
    old, young = folder / "a.0123.part", folder / "b.4567.part"
    for path in (old, young):
        path.write_bytes(b"half a recording")
    grow_old(old, *files_of(tmp_path, clip))
    assert check(sqlite_store, tmp_path).unfinished == (str(old),)
    assert sweep_clips(tmp_path, dry_run=True) == (str(old),)
    assert old.exists()
    assert sweep_clips(tmp_path) == (str(old),)
    assert (old.exists(), young.exists()) == (False, True)
    assert check(sqlite_store, tmp_path) == ClipCheck(1, (), (), ())
