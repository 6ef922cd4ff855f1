from __future__ import annotations

import pytest

from tests.live.conversation import begin, write_release
from tests.testers import write_tester
from vernacular.live.sessions import SessionView
from vernacular.store.database import Store


@pytest.fixture
def session(store: Store) -> SessionView:
    """A session that has just begun."""
    write_release(store)
    return begin(store, write_tester(store))


@pytest.fixture
def sqlite_session(sqlite_store: Store) -> SessionView:
    """The same on SQLite only, for what is decided before the store is asked."""
    write_release(sqlite_store)
    return begin(sqlite_store, write_tester(sqlite_store))
