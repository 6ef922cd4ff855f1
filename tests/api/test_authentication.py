from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from tests.api.conftest import make_key
from vernacular.people.keys import FEEDBACK_READ, FEEDBACK_WRITE, revoke_key
from vernacular.wiring import Wiring

ROUTES = [("POST", "/v1/feedback"), ("GET", "/v1/feedback"), ("GET", "/v1/feedback/1")]


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer vk_00000000_guess"},
        {"Authorization": "Bearer"},
        {"Authorization": "Basic dXNlcjpwYXNz"},
        {"X-API-Key": "guess"},
        {"X-API-Key": ""},
    ],
)
def test_without_a_valid_key_nothing_is_answered(
    client: TestClient, method: str, path: str, headers: dict[str, str]
) -> None:
    answer = client.request(method, path, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="vernacular"'
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:problem-type:vernacular:not-authenticated"


def test_both_headers_carry_a_key(client: TestClient, wiring: Wiring) -> None:
    key = make_key(wiring, FEEDBACK_READ)
    for headers in ({"Authorization": f"bearer {key}"}, {"X-API-Key": key}):
        assert client.get("/v1/feedback", headers=headers).status_code == 200


def test_a_revoked_key_is_refused(client: TestClient, wiring: Wiring) -> None:
    key = make_key(wiring, FEEDBACK_READ)
    with wiring.store.writing() as db:
        revoke_key(db, key.split("_")[1])
    assert client.get("/v1/feedback", headers={"X-API-Key": key}).status_code == 401


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_key_without_the_scope_is_forbidden(
    client: TestClient, wiring: Wiring, method: str, path: str
) -> None:
    needed = FEEDBACK_WRITE if method == "POST" else FEEDBACK_READ
    other = FEEDBACK_READ if method == "POST" else FEEDBACK_WRITE
    answer = client.request(method, path, headers={"X-API-Key": make_key(wiring, other)})
    assert answer.status_code == 403
    assert needed in answer.json()["detail"]


def test_an_answer_never_repeats_the_key(client: TestClient, wiring: Wiring) -> None:
    key = make_key(wiring, FEEDBACK_WRITE)
    answer = client.get("/v1/feedback", headers={"X-API-Key": key})
    assert key not in answer.text
