"""What only a real process shows: its exit code, its pipes."""

from __future__ import annotations

import socket
import sys
from importlib.metadata import version
from pathlib import Path

from tests import processes
from tests.evaluation.situations import prepare_suite, run_release
from vernacular.store.database import Store


def test_a_reader_that_leaves_early_is_neither_a_pass_nor_a_regression(sqlite_url: str) -> None:
    assert processes.run("db", "upgrade", database_url=sqlite_url).returncode == 0
    for arguments in (("db", "status", "--json"), ("corpus", "list")):
        process = processes.start(*arguments, database_url=sqlite_url)
        assert process.stdout is not None
        process.stdout.close()
        process.stdout = None
        _, err = process.communicate(timeout=60)
        assert err == ""
        assert process.returncode == 141


def test_a_port_that_is_taken_is_no_regression(sqlite_url: str) -> None:
    assert processes.run("db", "upgrade", database_url=sqlite_url).returncode == 0
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = processes.run("serve", "api", "--port", port, database_url=sqlite_url)
    assert done.returncode == 2
    assert "in use" in done.stderr


def test_nothing_asked_is_answered_with_the_help() -> None:
    done = processes.run()
    assert done.returncode == 2
    assert "compare" in done.stdout + done.stderr


def test_the_version_is_the_installed_one() -> None:
    done = processes.run("--version")
    assert (done.returncode, done.stdout) == (0, f"vernacular {version('vernacular')}\n")


def test_a_verdict_is_printed_where_the_terminal_knows_no_unicode(
    sqlite_store: Store, tmp_path: Path
) -> None:
    """In a shell without a locale (cron, a bare container) a pass must not become a crash."""
    prepare_suite(sqlite_store, tmp_path, 150)
    for name in ("alpha", "beta"):
        run_release(sqlite_store, name)
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    script = "import sys; print(sys.stdout.encoding)"
    before = processes.run("-c", script, command=(sys.executable,), **plain)
    assert before.stdout == "ascii\n", "this environment cannot be made plain"
    done = processes.run("compare", "alpha", "beta", database_url=sqlite_store.url, **plain)
    assert done.returncode == 0
    assert done.stdout.rstrip().endswith("✓ PASS")
