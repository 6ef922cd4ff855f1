"""Whatever goes wrong on the host's own routes is a problem of RFC 9457, and says what to do."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest

from tests.hosting.situations import Echo, serving
from vernacular.assistants.contract import MAX_TEXT
from vernacular.hosting.server import create_host
from vernacular.hosting.wire import MAX_REQUESTS

ROW = {"text": "habari", "locale": "sw-KE"}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving(create_host({"echo": Echo()})) as address:
        yield address


def problem_of(response: httpx.Response) -> dict[str, object]:
    assert response.headers["content-type"] == "application/problem+json"
    problem: dict[str, object] = response.json()
    assert problem["status"] == response.status_code
    assert str(problem["type"]).startswith("urn:problem-type:vernacular:")
    return problem


@pytest.mark.parametrize(
    ("change", "field", "detail"),
    [
        ({"locale": "x"}, "requests.0.locale", "at least 2 characters, got 'x'"),
        ({"locale": None}, "requests.0.locale", "valid string"),
        ({"text": ""}, "requests.0.text", "at least 1 character"),
        ({"text": "geheim" * MAX_TEXT}, "requests.0.text", "at most 10000 characters"),
        ({"text": None}, "requests.0", "give either 'text' or 'audio'"),
        ({"audio": "UklGRg=="}, "requests.0", "give either 'text' or 'audio'"),
        ({"wants_reply": "perhaps"}, "requests.0.wants_reply", "got 'perhaps'"),
        ({"colour": "blue"}, "requests.0.colour", "got 'blue'"),
    ],
)
def test_a_value_that_does_not_fit_is_named_with_what_it_was(
    url: str, change: dict[str, object], field: str, detail: str
) -> None:
    body = {"release": "echo", "requests": [{**ROW, **change}]}
    problem = problem_of(httpx.post(f"{url}/v1/predict", json=body))
    assert problem["status"] == 422
    (entry,) = problem["errors"]  # type: ignore[misc]
    assert entry["field"] == field
    assert detail in entry["detail"]
    assert field in str(problem["detail"])
    # What somebody said is not repeated: errors end up in logs.
    assert "geheim" not in str(problem)


def test_several_values_that_do_not_fit_are_all_told(url: str) -> None:
    body = {"release": "echo", "requests": [{"text": "a"}, {"locale": "x", "text": "a"}]}
    problem = problem_of(httpx.post(f"{url}/v1/predict", json=body))
    assert len(problem["errors"]) == 2  # type: ignore[arg-type]
    assert "and 1 more" in str(problem["detail"])


def test_too_many_requests_at_once_are_refused(url: str) -> None:
    body = {"release": "echo", "requests": [ROW] * (MAX_REQUESTS + 1)}
    problem = problem_of(httpx.post(f"{url}/v1/predict", json=body))
    assert "at most 256 items" in str(problem["detail"])


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"nonsense"])
def test_what_is_no_json_is_malformed(url: str, content: bytes) -> None:
    problem = problem_of(httpx.post(f"{url}/v1/predict", content=content))
    assert (problem["status"], str(problem["detail"])[:20]) == (400, "the body is not JSON")


@pytest.mark.parametrize(("body", "status"), [({"name": 7}, 422), ({}, 422), ({"name": ""}, 422)])
def test_the_operator_s_routes_have_the_same_problems(
    url: str, body: dict[str, object], status: int
) -> None:
    problem = problem_of(httpx.post(f"{url}/v1/releases", json=body))
    assert (problem["status"], problem["errors"][0]["field"]) == (status, "name")  # type: ignore[index]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("DELETE", "/v1/predict", 405), ("PUT", "/healthz", 405)],
)
def test_wrong_addresses_and_methods_are_problems(
    url: str, method: str, path: str, status: int
) -> None:
    problem = problem_of(httpx.request(method, f"{url}{path}"))
    assert problem["status"] == status
    assert path in str(problem["detail"])


def test_the_description_names_the_shapes_it_refers_to(url: str) -> None:
    description = httpx.get(f"{url}/openapi.json").json()
    shapes = description["components"]["schemas"]
    assert {"PredictBody", "WireRequest", "PredictAnswer", "WireRelease"} <= set(shapes)
    predict = description["paths"]["/v1/predict"]["post"]
    example = predict["requestBody"]["content"]["application/json"]["example"]
    assert set(example) == {"release", "requests"}


def test_thousands_of_values_that_do_not_fit_are_counted_and_some_told(url: str) -> None:
    body = {"release": "echo", "requests": [ROW | {f"key {i}": i for i in range(20_000)}]}
    response = httpx.post(f"{url}/v1/predict", json=body)
    problem = problem_of(response)
    assert problem["status"] == 422
    assert len(problem["errors"]) == 20  # type: ignore[arg-type]
    assert "and 19,999 more" in str(problem["detail"])
    assert len(response.content) < 10_000


@pytest.mark.parametrize(
    "requests",
    [
        [ROW | {f"key {i}": 0 for i in range(300_000)}],
        [[] for _ in range(300_000)],
        [0] * 5_000_000,
    ],
)
def test_what_would_take_seconds_to_parse_is_refused_at_once(url: str, requests: object) -> None:
    content = json.dumps({"release": "echo", "requests": requests}, separators=(",", ":"))
    problem = problem_of(httpx.post(f"{url}/v1/predict", content=content))
    assert problem["status"] == 413
    assert "more names and values" in str(problem["detail"])


def test_texts_and_recordings_may_be_as_long_as_bodies(url: str) -> None:
    rows = [{"text": '",' * (MAX_TEXT // 2), "locale": "sw-KE"}] * MAX_REQUESTS
    assert httpx.post(f"{url}/v1/predict", json={"release": "echo", "requests": rows}).is_success


@pytest.mark.parametrize(
    "members",
    [
        '"wants_reply": "' + "x" * 200_000 + '"',
        '"wants_reply": 1' + "0" * 4_000,
        '"' + "x" * 200_000 + '": 1',
    ],
    ids=["value", "integer", "name"],
)
def test_an_error_repeats_no_more_than_a_line_of_what_was_sent(url: str, members: str) -> None:
    row = '{"text": "a", "locale": "sw-KE", ' + members + "}"
    content = '{"release": "echo", "requests": [' + row + "]}"
    response = httpx.post(f"{url}/v1/predict", content=content)
    assert problem_of(response)["status"] == 422
    assert len(response.content) < 2_000


def test_the_operator_s_bodies_are_bounded_like_all_others(url: str) -> None:
    huge = {"name": "a"} | {f"key {i}": 0 for i in range(20_000)}
    problem = problem_of(httpx.post(f"{url}/v1/releases", json=huge))
    assert (problem["status"], len(problem["errors"])) == (422, 20)  # type: ignore[arg-type]
