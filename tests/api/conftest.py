"""An API on a migrated store, and keys to get in with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from vernacular.api.app import create_api
from vernacular.people.keys import FEEDBACK_READ, FEEDBACK_WRITE, create_key
from vernacular.settings import Settings
from vernacular.store.database import Store
from vernacular.wiring import Wiring

MAX_BODY_BYTES = 64 * 1024


def make_wiring(url: str, **changes: object) -> Wiring:
    """Returns a wiring that reads no environment and no ``.env``."""
    values = {"database_url": url, "max_body_bytes": MAX_BODY_BYTES, **changes}
    return Wiring(Settings.model_construct(**{**_defaults(), **values}))  # type: ignore[arg-type]


def _defaults() -> dict[str, object]:
    return {name: field.default for name, field in Settings.model_fields.items()}


@pytest.fixture
def wiring(sqlite_store: Store) -> Iterator[Wiring]:
    made = make_wiring(sqlite_store.url)
    yield made
    made.close()


@pytest.fixture
def client(wiring: Wiring) -> Iterator[TestClient]:
    """A client that sees a crash as other clients do: as a response."""
    with TestClient(create_api(wiring), raise_server_exceptions=False) as made:
        yield made


def make_key(wiring: Wiring, *scopes: str) -> str:
    with wiring.store.writing() as db:
        return create_key(db, "test", scopes)[0]


@pytest.fixture
def writer(wiring: Wiring) -> dict[str, str]:
    """Headers that may send feedback."""
    return {"Authorization": f"Bearer {make_key(wiring, FEEDBACK_WRITE)}"}


@pytest.fixture
def reader(wiring: Wiring) -> dict[str, str]:
    """Headers that may read feedback."""
    return {"X-API-Key": make_key(wiring, FEEDBACK_READ)}
