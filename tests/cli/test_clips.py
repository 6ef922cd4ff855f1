"""The folder of clips from the command line."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.evaluation.voice_situations import clip_of
from vernacular.clips.folder import ClipFolder
from vernacular.live.said import keep_recording
from vernacular.store.database import Store


def test_recordings_that_are_gone_are_named_and_exit_2(
    shell: Shell, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    clip = keep_recording(store, ClipFolder(Path("clips")), clip_of(1)).content_hash
    there = shell("clips", "check")
    assert (there.code, there.out) == (0, "1 of 1 recordings are in clips\n")
    gone = shell("--clips-folder", "elsewhere", "clips", "check")
    assert gone.code == 2
    assert clip in gone.out
    found = json.loads(shell("--clips-folder", "elsewhere", "clips", "check", "--json").out)
    assert (found["n_clips"], found["missing"]) == (1, [clip])


def test_what_a_killed_process_left_is_deleted_once(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    part = Path("clips/ab/half.part")
    part.parent.mkdir(parents=True)
    part.write_bytes(b"half")
    os.utime(part, (0, 0))
    assert shell("clips", "sweep", "--dry-run").out == "would delete 1 file\n"
    assert json.loads(shell("clips", "sweep", "--json").out) == {
        "swept": [str(part)],
        "recordings": [],
        "dry_run": False,
    }
    assert shell("clips", "sweep").out == "deleted 0 files\n"
    assert not part.exists()


def test_recordings_nobody_knows_are_deleted_when_that_is_asked_for_and_confirmed(
    shell: Shell, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    clips = ClipFolder(Path("clips"))
    known = keep_recording(store, clips, clip_of(1)).content_hash
    unknown = clips.add(clip_of(2)).content_hash
    for path in Path("clips").glob("*/*"):
        os.utime(path, (0, 0))
    assert "clips sweep --unknown" in shell("clips", "check").out
    assert shell("clips", "sweep").out == "deleted 0 files\n"
    listed = shell("clips", "sweep", "--unknown", "--dry-run")
    assert listed.out == "would delete 0 files and 1 recording\n"
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    refused = shell("clips", "sweep", "--unknown")
    assert (refused.code, clips.has(unknown)) == (130, True)
    assert "Delete 1 recording in clips for ever?" in refused.err
    swept = json.loads(shell("clips", "sweep", "--unknown", "--yes", "--json").out)
    assert swept["recordings"] == [unknown]
    assert (clips.has(unknown), clips.has(known)) == (False, True)
