"""``run transfer``, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.evaluation.situations import prepare_suite
from tests.evaluation.test_transfer import LOCALES, add_run, fails_in_swahili
from vernacular.store.database import Store


@pytest.fixture
def run_id(store: Store, tmp_path: Path) -> str:
    """A run that is wrong in 90 of 120 utterances of the one locale it never saw."""
    prepare_suite(store, tmp_path / "corpus", 120, LOCALES)
    trained = {"trained_locales": ["en-US", "hi-IN"]}
    return str(add_run(store, "alpha", trained, fails_in_swahili))


def test_the_gap_is_shown_and_given_to_programs(shell: Shell, run_id: str) -> None:
    done = shell("run", "transfer", run_id)
    assert done.code == 0
    assert "alpha over smoke, run 1: intent acc by what it was trained on" in done.out
    assert "transfer gap: -75.0 [" in done.out
    values = json.loads(shell("run", "transfer", run_id, "--json").out)
    assert values["unseen"]["locales"] == ["sw-KE"]
    f1 = json.loads(shell("run", "transfer", run_id, "--metric", "slot_micro_f1", "--json").out)
    assert (f1["metric"], f1["gap"]["delta"] < 0) == ("slot_micro_f1", True)


def test_files_are_written_beside_what_is_shown(shell: Shell, run_id: str, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("view.json", "view.md", "view.html", "view.svg")]
    done = shell("run", "transfer", run_id, *(word for one in files for word in ("-o", str(one))))
    assert (done.code, done.err.count("written: ")) == (0, 4)
    assert all(one.stat().st_size for one in files)
    assert "transfer gap" in done.out


def test_what_cannot_be_written_is_refused_before_anything_is_shown(
    shell: Shell, run_id: str, tmp_path: Path
) -> None:
    done = shell("run", "transfer", run_id, "-o", str(tmp_path / "view.pdf"))
    assert (done.code, done.out) == (2, "")
    assert ".json, .md, .html, .svg" in done.err


@pytest.mark.parametrize(
    ("words", "message"),
    [(("7",), "there is no run 7"), (("1", "--metric", "wer"), "was not scored on 'wer'")],
)
def test_what_is_not_there_is_a_data_error(
    shell: Shell, run_id: str, words: tuple[str, ...], message: str
) -> None:
    done = shell("run", "transfer", *words)
    assert done.code == 2 and message in done.err
