"""Whatever goes wrong on the host's own routes is a problem of RFC 9457, and says what to do."""

from __future__ import annotations

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
