from __future__ import annotations

import pytest
from vernacular.live.sessions import SessionView
from vernacular.store.database import Store

from tests.live.conversation import begin, write_release
from tests.testers import write_tester


@pytest.fixture
def session(store: Store) -> SessionView:
    """A session that has just begun."""
    write_release(store)
    return begin(store, write_tester(store))
