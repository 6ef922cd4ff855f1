"""A command line and the store it works on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cli.shell import Shell
from vernacular.store.database import Store
from vernacular.store.migrate import upgrade


@pytest.fixture
def shell(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    return Shell(sqlite_url, monkeypatch, capsys)


@pytest.fixture
def store(shell: Shell) -> Iterator[Store]:
    """The store that the shell works on, migrated."""
    made = Store(shell.url)
    upgrade(made)
    yield made
    made.close()
