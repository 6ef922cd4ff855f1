from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.api.conftest import MAX_BODY_BYTES
from vernacular.api.app import create_api
from vernacular.errors import (
    Conflict,
    Forbidden,
    HostBusy,
    InvalidInput,
    ModelUnavailable,
    NotComparable,
    NotFound,
    VernacularError,
)
from vernacular.wiring import Wiring

FAILURES = [
    (NotFound("gone"), 404, "not-found"),
    (Conflict("clash"), 409, "conflict"),
    (NotComparable("apples"), 409, "not-comparable"),
    (Forbidden("no"), 403, "forbidden"),
    (InvalidInput("wrong", field="text"), 422, "invalid"),
    (ModelUnavailable("load it"), 503, "model-unavailable"),
    (HostBusy("full", retry_after_seconds=2.4), 503, "host-busy"),
]


@pytest.fixture
def api(wiring: Wiring) -> FastAPI:
    made = create_api(wiring)

    @made.get("/fail/{number}")
    def fail(number: int) -> None:
        raise FAILURES[number][0]

    @made.get("/crash")
    def crash() -> None:
        raise RuntimeError("password=hunter2")

    @made.get("/unclassified")
    def unclassified() -> None:
        raise VernacularError("the server at 10.0.0.3 refused the password")

    return made


@pytest.fixture
def client(api: FastAPI) -> Iterator[TestClient]:
    with TestClient(api, raise_server_exceptions=False) as made:
        yield made


@pytest.mark.parametrize("number", range(len(FAILURES)))
def test_each_failure_has_one_status(client: TestClient, number: int) -> None:
    error, status, name = FAILURES[number]
    answer = client.get(f"/fail/{number}")
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == f"urn:problem-type:vernacular:{name}"
    assert problem["status"] == status
    assert problem["detail"] == str(error)
    assert problem["title"]


def test_a_busy_host_says_when_to_come_back(client: TestClient) -> None:
    assert client.get("/fail/6").headers["Retry-After"] == "2"


@pytest.mark.parametrize(("path", "secret"), [("/crash", "hunter2"), ("/unclassified", "10.0.0.3")])
def test_a_crash_tells_nothing_of_the_inside(client: TestClient, path: str, secret: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 500
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert secret not in answer.text
    assert "RuntimeError" not in answer.text


def test_an_address_without_anything_is_a_problem(client: TestClient) -> None:
    answer = client.get("/v1/nothing")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "/v1/nothing" in answer.json()["detail"]


def test_a_wrong_method_is_a_problem_that_names_the_right_ones(client: TestClient) -> None:
    answer = client.delete("/v1/feedback/1")
    assert answer.status_code == 405
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Allow"] == "GET"


@pytest.mark.parametrize("body", [b"{", b"", b'{"text": "\xff"}', b"[" * 30_000])
def test_a_body_that_is_no_json_is_a_problem(
    client: TestClient, writer: dict[str, str], body: bytes
) -> None:
    headers = {**writer, "Content-Type": "application/json"}
    answer = client.post("/v1/feedback", content=body, headers=headers)
    assert answer.status_code == (400 if body else 422)
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_problem_does_not_repeat_what_somebody_said(
    client: TestClient, writer: dict[str, str]
) -> None:
    said = "my number is 555 0199 " * 1_000
    event = {"source": "s", "event_id": "e", "locale": "en-US", "text": said}
    answer = client.post("/v1/feedback", json=event, headers=writer)
    assert answer.status_code == 422
    assert "555" not in answer.text


def _in_parts(size: int) -> Iterator[bytes]:
    for _ in range(0, size, 1024):
        yield b"x" * 1024


@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_body_above_the_limit_is_refused_as_a_problem(
    client: TestClient, writer: dict[str, str], is_chunked: bool
) -> None:
    size = MAX_BODY_BYTES + 1024
    content = _in_parts(size) if is_chunked else b"x" * size
    answer = client.post("/v1/feedback", content=content, headers=writer)
    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert str(MAX_BODY_BYTES) in answer.json()["detail"]


@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_body_of_exactly_the_limit_is_read(
    client: TestClient, writer: dict[str, str], is_chunked: bool
) -> None:
    content = _in_parts(MAX_BODY_BYTES) if is_chunked else b"x" * MAX_BODY_BYTES
    headers = {**writer, "Content-Type": "application/json"}
    answer = client.post("/v1/feedback", content=content, headers=headers)
    assert answer.status_code == 400


def test_a_refused_body_is_not_read_to_its_end(client: TestClient, writer: dict[str, str]) -> None:
    read = 0

    def endless() -> Iterator[bytes]:
        nonlocal read
        while read < 100:
            read += 1
            yield b"x" * MAX_BODY_BYTES

    headers = {**writer, "Content-Length": str(100 * MAX_BODY_BYTES)}
    answer = client.post("/v1/feedback", content=endless(), headers=headers)
    assert answer.status_code == 413
    assert read < 100
