"""Voice from the command line: recordings in, a suite of them heard, what it cost and lost."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copy

import pytest

from tests.cli.shell import Shell
from vernacular.store.database import Store

SEED = Path(__file__).parents[2] / "seed_data" / "pocket_ears"


@pytest.fixture
def spoken(shell: Shell, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A list of four recordings with their intents, in a folder that is the working directory."""
    monkeypatch.chdir(tmp_path)
    rows = []
    for locale in ("sw-KE", "tr-TR"):
        for number in (1, 2):
            audio = f"{locale}-{number}.wav"
            copy(SEED / "samples" / audio, tmp_path)
            row = {"audio": audio, "locale": locale, "text": f"maneno {number}"}
            rows.append(row | {"intent": "alarm_set", "speaker": "espeak"})
    path = tmp_path / "clips.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_recordings_come_in_are_frozen_heard_weighed_and_judged(shell: Shell, spoken: Path) -> None:
    imported = shell("clips", "import", str(spoken), "--source", "ours")
    assert (imported.code, "4 recordings" in imported.out) == (0, True)
    again = json.loads(shell("clips", "import", str(spoken), "--source", "ours", "--json").out)
    assert (again["n_clips"], again["n_utterances_added"], again["bad"]) == (4, 0, [])
    assert "4 items" in shell("suite", "create", "spoken", "--source", "ours", "--voice").out
    assert shell("release", "add", str(SEED / "pocket-voice-1.yaml")).code == 0
    started = shell("run", "start", "pocket-voice-1", "spoken")
    assert (started.code, "4 results" in started.out) == (0, True), started.err
    faults = json.loads(shell("run", "faults", "1", "--json").out)
    assert faults["total"]["n"] == 4
    assert "lost by hearing" in shell("run", "faults", "1").out
    (cost,) = json.loads(shell("run", "cost", "1", "--json").out)
    assert cost["n_parameters"] > 8_000_000
    assert [stage["stage"] for stage in cost["stages"]] == ["asr", "nlu", "whole"]
    table = shell("run", "cost", "1", "1").out
    assert "8,376,766" in table
    assert "WER, worst" in table


def test_the_wrong_folder_of_clips_is_told_before_there_is_a_run(
    shell: Shell, spoken: Path
) -> None:
    shell("clips", "import", str(spoken), "--source", "ours")
    shell("suite", "create", "spoken", "--source", "ours", "--voice")
    shell("release", "add", str(SEED / "pocket-voice-1.yaml"))
    lost = shell("--clips-folder", "elsewhere", "run", "start", "pocket-voice-1", "spoken")
    assert lost.code == 2
    assert "VERNACULAR_CLIPS_FOLDER" in lost.err
    assert json.loads(shell("run", "list", "--json").out) == []
    assert "4 results" in shell("run", "start", "pocket-voice-1", "spoken").out


def test_a_bad_recording_refuses_the_list_unless_it_is_to_be_kept(
    shell: Shell, spoken: Path
) -> None:
    (spoken.parent / "bad.wav").write_bytes(b"no sound")
    row = {"audio": "bad.wav", "locale": "sw-KE", "text": "mbaya", "intent": "alarm_set"}
    with spoken.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")
    refused = shell("clips", "import", str(spoken), "--source", "ours")
    assert (refused.code, f"{spoken}:5: bad.wav: " in refused.err) == (2, True), refused.err
    kept = shell("clips", "import", str(spoken), "--source", "ours", "--keep-bad")
    assert kept.code == 0
    assert "bad.wav" in kept.err
    assert "5 recordings" in kept.out


def test_a_locale_of_no_known_language_is_imported_with_a_warning_that_names_its_lines(
    shell: Shell, spoken: Path
) -> None:
    text = spoken.read_text("utf-8")
    spoken.write_text(text.replace('tr-TR", "text', 'zz", "text'), encoding="utf-8")
    found = shell("clips", "import", str(spoken), "--source", "ours")
    assert (found.code, "4 recordings" in found.out) == (0, True)
    assert "the locale zz, in line 3, 4:" in found.err
    assert "sw-KE" not in found.err
    again = json.loads(shell("clips", "import", str(spoken), "--source", "ours", "--json").out)
    assert again["unknown_locales"] == {"zz": [3, 4]}


def test_files_elsewhere_are_taken_when_the_list_is_trusted(shell: Shell, spoken: Path) -> None:
    inside = spoken.parent / "inside"
    inside.mkdir()
    listed = inside / "clips.jsonl"
    listed.write_text(spoken.read_text("utf-8").replace('"sw-KE-1', '"../sw-KE-1'), "utf-8")
    for path in spoken.parent.glob("*-*.wav"):
        copy(path, inside)
    refused = shell("clips", "import", str(listed), "--source", "ours")
    assert (refused.code, "../sw-KE-1.wav: lies outside" in refused.err) == (2, True)
    taken = shell("clips", "import", str(listed), "--source", "ours", "--allow-outside")
    assert (taken.code, "4 recordings" in taken.out) == (0, True)
