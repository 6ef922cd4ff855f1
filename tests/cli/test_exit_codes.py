"""What commands say and exit with where nothing is there yet, or something is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from vernacular.store.database import Store


@pytest.mark.parametrize(
    "words",
    [
        ("corpus", "list"),
        ("suite", "list"),
        ("suite", "create", "smoke"),
        ("release", "list"),
        ("release", "accept", "alpha"),
        ("run", "list"),
        ("run", "start", "alpha", "smoke"),
        ("run", "resume", "1"),
        ("compare", "alpha", "beta"),
        ("people", "list"),
        ("keys", "list"),
        ("serve", "api"),
        ("serve", "host", "--release", "alpha"),
    ],
    ids=" ".join,
)
def test_on_an_empty_database_every_command_says_what_to_run(
    shell: Shell, words: tuple[str, ...]
) -> None:
    done = shell(*words)
    assert done.code == 2
    assert "there is no database" in done.err
    assert "vernacular.db: run 'vernacular db upgrade'" in done.err


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("corpus", "list"), "nothing is stored yet"),
        (("suite", "list"), "there is no suite yet"),
        (("release", "list"), "there is no release yet"),
        (("run", "list"), "there is no run yet"),
        (("people", "list"), "there is nobody yet"),
        (("keys", "list"), "there is no key yet"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, tuple) else "",
)
def test_an_empty_list_says_how_to_fill_it_and_is_an_empty_list_in_json(
    shell: Shell, store: Store, words: tuple[str, ...], reason: str
) -> None:
    done = shell(*words)
    assert done.code == 0
    assert reason in done.out
    assert "'vernacular " in done.out
    assert json.loads(shell(*words, "--json").out) == []


@pytest.mark.parametrize(
    "words",
    [
        ("compare", "alpha"),
        ("run", "begin"),
        ("run", "start", "alpha", "smoke", "--threads", "many"),
        ("run", "start", "alpha", "smoke", "--threads", "0"),
        ("compare", "a", "b", "--inconclusive", "maybe"),
        ("--colour",),
        ("suite", "create", "smoke", "--per-locale", "0"),
    ],
    ids=" ".join,
)
def test_a_usage_error_exits_2_and_shows_the_usage(shell: Shell, words: tuple[str, ...]) -> None:
    done = shell(*words)
    assert done.code == 2
    assert done.err.startswith("Usage: ")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("suite", "create", "smoke"), "import some first (vernacular corpus import)"),
        (("release", "add", "nowhere.yaml"), "nowhere.yaml: the manifest cannot be read"),
        (("release", "accept", "alpha"), "no release 'alpha'"),
        (("run", "start", "alpha", "smoke"), "no release 'alpha'"),
        (("run", "resume", "7"), "no run 7; 'vernacular run list'"),
        (("compare", "accepted", "alpha"), "there is no release 'alpha'"),
        (("corpus", "import", "nowhere"), "nowhere"),
        (("serve", "host", "--release", "alpha"), "no release 'alpha'"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, tuple) else "",
)
def test_a_data_error_exits_2_with_what_is_wrong(
    shell: Shell, store: Store, words: tuple[str, ...], reason: str
) -> None:
    done = shell(*words)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: ")
    assert reason in done.err


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("mysql://localhost/x", "'mysql' is not supported; use SQLite or PostgreSQL"),
        ("vernacular.db", "is not a database URL"),
        ("postgresql://127.0.0.1:9/x", "the database does not answer"),
        ("sqlite:////proc/nowhere/x.db", "there is no database /proc/nowhere/x.db"),
    ],
)
def test_a_database_that_cannot_be_opened_is_a_data_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], url: str, reason: str
) -> None:
    done = Shell(url, monkeypatch, capsys)("run", "list")
    assert done.code == 2
    assert reason in done.err


def test_a_file_that_is_no_database_is_a_data_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("this is no database " * 100)
    done = Shell(f"sqlite:///{path}", monkeypatch, capsys)("run", "list")
    assert done.code == 2
    assert "file is not a database" in done.err


def test_a_crash_exits_4_and_says_whose_fault_it_is(
    shell: Shell, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_arguments: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("vernacular.store.runs.list_runs", crash)
    done = shell("run", "list")
    assert done.code == 4
    assert "internal error: ZeroDivisionError: a bug" in done.err
    assert "VERNACULAR_DEBUG=1" in done.err
    assert "Traceback" not in done.err


def test_a_wrong_setting_is_named(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VERNACULAR_UI_PORT", "ninety")
    done = shell("db", "status")
    assert done.code == 2
    assert "VERNACULAR_UI_PORT" in done.err
    assert "'ninety'" in done.err


def test_a_dotenv_file_that_is_not_utf8_is_named(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_bytes("VERNACULAR_UI_PORT=8700  # gr\u00f6\u00dfer".encode("latin-1"))
    monkeypatch.chdir(tmp_path)
    done = shell("run", "list")
    assert (done.code, done.out) == (2, "")
    assert ".env: is not UTF-8" in done.err
