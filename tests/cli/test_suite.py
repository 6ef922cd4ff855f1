from __future__ import annotations

import json
from pathlib import Path

from tests.cli.shell import Shell
from tests.evaluation.voice_situations import prepare_voice_suite
from vernacular.clips.folder import ClipFolder
from vernacular.evaluation.suites import freeze, select_utterances
from vernacular.store.database import Store


def prepare(store: Store, folder: Path) -> None:
    """Freezes five clips of half a second, and the texts of the same utterances."""
    prepare_voice_suite(store, ClipFolder(folder / "clips"), folder / "corpus", 5, ["sw-KE"])
    with store.writing() as db:
        freeze(db, "written", select_utterances(db, source="massive-1.1"))


def test_suites_with_clips_say_how_long_they_last(
    shell: Shell, store: Store, tmp_path: Path
) -> None:
    prepare(store, tmp_path)
    written, spoken = shell("suite", "list").out.splitlines()[3:5]
    assert written.split()[:3] == ["written", "5", content(shell, "written")]
    assert spoken.split()[:4] == ["spoken", "5", "0:00:02", content(shell, "spoken")]


def content(shell: Shell, name: str) -> str:
    found = json.loads(shell("suite", "list", "--json").out)
    return str(next(one["content_hash"] for one in found if one["name"] == name))[:12]


def test_the_same_for_machines(shell: Shell, store: Store, tmp_path: Path) -> None:
    prepare(store, tmp_path)
    written, spoken = json.loads(shell("suite", "list", "--json").out)
    assert (written["has_clips"], written["audio_seconds"]) == (False, None)
    assert (spoken["has_clips"], spoken["audio_seconds"]) == (True, 2.5)
