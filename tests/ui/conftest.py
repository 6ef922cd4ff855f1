"""The UI's modules are no package: their folder goes on the path, as whoever serves them does."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from vernacular.settings import read_settings
from vernacular.store.database import Store
from vernacular.wiring import Wiring

UI = Path(__file__).resolve().parents[2] / "ui"
for folder in (UI, UI / "i18n"):
    sys.path.insert(0, str(folder))


@pytest.fixture
def store(sqlite_store: Store) -> Iterator[Store]:
    """A store that the UI's pages read and write."""
    import backend  # noqa: PLC0415 - found only once the folder is on the path

    wiring = Wiring(read_settings(database_url=sqlite_store.url))
    wiring.__dict__["store"] = sqlite_store
    backend.connect(wiring)
    yield sqlite_store
    backend.connect(wiring)
