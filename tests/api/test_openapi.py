from __future__ import annotations

import json
import re
from typing import Any

import pytest
from pydantic import BaseModel
from starlette.testclient import TestClient

from vernacular.api import problems
from vernacular.api.feedback_shapes import EXAMPLE, FeedbackPageShape, FeedbackShape
from vernacular.feedback.item import check_item


@pytest.fixture
def description(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


def test_every_reference_leads_somewhere(description: dict[str, Any]) -> None:
    references = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(description)))
    assert references <= set(description["components"]["schemas"])
    assert "Problem" in references
    assert "HTTPValidationError" not in description["components"]["schemas"]


def test_failures_are_described_as_problems_with_examples(description: dict[str, Any]) -> None:
    n_failures = 0
    for path in description["paths"].values():
        for operation in path.values():
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    n_failures += 1
                    content = response["content"][problems.MEDIA_TYPE]
                    example = problems.Problem.model_validate(content["example"])
                    assert example.status == int(status)
                    assert list(response["content"]) == [problems.MEDIA_TYPE]
    assert n_failures == 6 + 4 + 3 + 1


@pytest.mark.parametrize("shape", [FeedbackShape, FeedbackPageShape])
def test_the_examples_fit_their_shapes(description: dict[str, Any], shape: type[BaseModel]) -> None:
    [example] = description["components"]["schemas"][shape.__name__]["examples"]
    shape.model_validate(example)


def test_the_example_request_would_be_stored() -> None:
    check_item(FeedbackShape.model_validate(EXAMPLE).to_item())


def test_the_bounds_are_described(description: dict[str, Any]) -> None:
    shape = description["components"]["schemas"]["FeedbackShape"]
    assert shape["additionalProperties"] is False
    assert shape["properties"]["text"]["maxLength"] == 10_000
    assert shape["properties"]["attributes"]["maxProperties"] == 50


def test_keys_are_described_in_both_headers(description: dict[str, Any]) -> None:
    schemes = description["components"]["securitySchemes"]
    assert {scheme["type"] for scheme in schemes.values()} == {"http", "apiKey"}
    for path in ("/healthz", "/readyz"):
        assert "security" not in description["paths"][path]["get"]


def test_answers_are_for_reading_only(client: TestClient) -> None:
    headers = client.get("/healthz").headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
