from __future__ import annotations

from pathlib import Path

from starlette.testclient import TestClient

from tests.api.conftest import make_wiring
from vernacular.api.app import create_api
from vernacular.store.database import Store


def test_a_migrated_store_is_ready(store: Store) -> None:
    wiring = make_wiring(store.url)
    client = TestClient(create_api(wiring))
    assert client.get("/readyz").json() == {"status": "ok"}
    assert client.get("/healthz").json() == {"status": "ok"}
    wiring.close()


def test_an_empty_store_is_not_ready_but_the_process_lives(tmp_path: Path) -> None:
    wiring = make_wiring(f"sqlite:///{tmp_path / 'empty.db'}")
    client = TestClient(create_api(wiring))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "vernacular db upgrade" in answer.json()["detail"]
    assert client.get("/healthz").status_code == 200
    wiring.close()


def test_a_database_that_is_down_is_not_ready_and_its_address_is_not_told() -> None:
    # Port 1 is never a database.
    wiring = make_wiring("postgresql://somebody:hunter2@127.0.0.1:1/vernacular")
    client = TestClient(create_api(wiring))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:problem-type:vernacular:not-ready"
    for secret in ("somebody", "hunter2", "127.0.0.1"):
        assert secret not in answer.text
    assert client.get("/healthz").status_code == 200
    wiring.close()
