"""Starts real processes of the product for the tests."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

COMMAND = (sys.executable, "-m", "vernacular.cli")
"""Starts ``vernacular`` where scripts are not on the path."""


def start(
    *arguments: str,
    database_url: str = "",
    cwd: Path | None = None,
    command: tuple[str, ...] = COMMAND,
    **environment: str,
) -> subprocess.Popen[str]:
    """Starts a command whose output can be read; it sees this process's environment and more."""
    given = {**os.environ, **environment}
    if database_url:
        given["VERNACULAR_DATABASE_URL"] = database_url
    # Tests started in the background ignore Ctrl-C, and what they start would inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(
            [*command, *arguments],
            cwd=cwd,
            env=given,
            encoding="utf-8",
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    finally:
        signal.signal(signal.SIGINT, before)


def run(
    *arguments: str,
    database_url: str = "",
    cwd: Path | None = None,
    command: tuple[str, ...] = COMMAND,
    **environment: str,
) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end, which must come within a minute."""
    process = start(*arguments, database_url=database_url, cwd=cwd, command=command, **environment)
    try:
        out, err = process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def wait_until(is_true: Callable[[], bool], process: subprocess.Popen[str], seconds: float) -> None:
    """Polls until something is true.

    Raises:
        AssertionError: the process ended, or the time was up, before it was.
    """
    until = time.monotonic() + seconds
    while not is_true():
        if process.poll() is not None:
            out, err = process.communicate()
            raise AssertionError(f"ended with {process.returncode} too early:\n{out}\n{err}")
        if time.monotonic() > until:
            process.kill()
            raise AssertionError(f"nothing after {seconds} s")
        time.sleep(0.01)
