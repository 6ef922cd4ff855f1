"""Results of other tools at the command line: in, out, corrected and scored again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.corpus.massive_files import lines, row
from tests.evaluation.situations import prepare_suite, run_release
from vernacular.store.database import Store


@pytest.fixture
def suite(store: Store, tmp_path: Path) -> Store:
    prepare_suite(store, tmp_path / "corpus", 120)
    return store


def test_a_run_goes_out_and_comes_in_as_a_candidate(
    suite: Store, shell: Shell, tmp_path: Path
) -> None:
    run_id = run_release(suite, "ours")
    file = str(tmp_path / "ours.jsonl")
    assert shell("run", "export", str(run_id), file).out == f"240 results written to {file}\n"
    found = shell("run", "import", "theirs", "smoke", file, "--assistant", "rules")
    assert (found.code, found.out) == (0, "run 2: theirs over smoke, 240 results\n")
    assert shell("compare", "ours", "theirs").code == 0
    kept = shell("run", "import", "theirs", "smoke", file, "--reuse", "--json")
    assert json.loads(kept.out)["is_new"] is False


def test_what_a_file_lacks_is_told(suite: Store, shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "few.csv"
    file.write_text("id,locale,intent\n1,sw-KE,alarm_set\n2,sw-KE,general_greet\n")
    found = shell("run", "import", "theirs", "smoke", str(file), "--assistant", "rules")
    assert found.code == 0
    assert "warning: 238 items of smoke are not in the file" in found.err
    run_release(suite, "ours")
    assert shell("compare", "ours", "theirs").code == 2


def test_a_bad_file_is_refused_with_exit_code_2_and_its_lines(
    suite: Store, shell: Shell, tmp_path: Path
) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("id,locale,intent\n1,sw-KE,alarm_set\n1,sw-KE,alarm_set\nx,xx-YY-,y\n")
    found = shell("run", "import", "theirs", "smoke", str(file), "--assistant", "rules")
    assert found.code == 2
    assert f"{file}:3" in found.err
    assert f"{file}:4" in found.err
    assert json.loads(shell("run", "list", "--json").out) == []


def test_speakers_are_of_a_suite_that_is_made(suite: Store, shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "few.csv"
    file.write_text("id,locale,intent\n1,sw-KE,alarm_set\n")
    found = shell("run", "import", "a", "smoke", str(file), "--assistant", "rules", "--by-speaker")
    assert (found.code, "--create-suite" in found.err) == (2, True)


def test_a_run_goes_into_no_file_whose_name_is_too_long(suite: Store, shell: Shell) -> None:
    run_id = run_release(suite, "ours")
    found = shell("run", "export", str(run_id), "x" * 250 + ".jsonl")
    assert (found.code, "cannot be written: " in found.err) == (2, True)


def test_corrections_are_scored_when_a_run_is_rescored(
    suite: Store, shell: Shell, tmp_path: Path
) -> None:
    run_release(suite, "ours")
    folder = tmp_path / "corrected"
    folder.mkdir()
    greeting = {"utt": "habari yako 2", "annot_utt": "habari yako 2", "scenario": "general"}
    corrected = row(2, "sw-KE", **greeting, intent="general_joke")
    (folder / "sw-KE.jsonl").write_bytes(lines(corrected))
    assert shell("corpus", "correct", str(folder)).out.startswith(
        "1 of 1 utterances were corrected"
    )
    first = shell("run", "rescore", "1")
    assert first.out == "run 1 scored again: vernacular-nlu/1, against 1 corrected references\n"
    assert "has these scores already" in shell("run", "rescore", "1").out
    shown = json.loads(shell("run", "show", "1", "--json").out)
    rates = {(one["locale"], one["metric"]): one["rate"] for one in shown["cells"]}
    assert rates["sw-KE", "intent_acc"] == 119 / 120
    assert shell("corpus", "correct", str(folder), "--by", "nobody").code == 2
