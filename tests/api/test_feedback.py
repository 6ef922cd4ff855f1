from __future__ import annotations

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.api.conftest import make_key, make_wiring
from vernacular.api.app import create_api
from vernacular.people.keys import FEEDBACK_READ, FEEDBACK_WRITE
from vernacular.store.database import Store

EVENT: dict[str, Any] = {
    "source": "support-app",
    "event_id": "8f14e45f",
    "locale": "sw-KE",
    "text": "niamshe saa kumi na moja asubuhi",
}


def test_a_new_item_is_created_and_found_at_its_location(store: Store) -> None:
    wiring = make_wiring(store.url)
    headers = {"X-API-Key": make_key(wiring, FEEDBACK_WRITE, FEEDBACK_READ)}
    event = {
        **EVENT,
        "text": " cafe\u0301 \U0001f44b\r\n",
        "rating": 2,
        "attributes": {"n": 1, "x": 0.5, "b": True, "s": "1", "none": None},
        "occurred_at": "2026-11-23T05:11:08+03:00",
    }
    with TestClient(create_api(wiring)) as client:
        created = client.post("/v1/feedback", json=event, headers=headers)
        assert created.status_code == 201
        assert "Idempotent-Replayed" not in created.headers
        body = created.json()
        assert created.headers["Location"] == f"/v1/feedback/{body['id']}"
        found = client.get(created.headers["Location"], headers=headers)
    wiring.close()
    assert found.status_code == 200
    assert found.json() == body
    assert body["text"] == event["text"]
    # True must not come back as 1, nor "1" as a number.
    assert repr(body["attributes"]) == repr(event["attributes"])
    assert body["occurred_at"] == "2026-11-23T02:11:08Z"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", body["received_at"])
    assert body["reply"] is None


def test_a_repetition_is_answered_with_the_first_item(
    client: TestClient, writer: dict[str, str]
) -> None:
    first = client.post("/v1/feedback", json=EVENT, headers=writer)
    again = client.post("/v1/feedback", json=EVENT, headers=writer)
    assert again.status_code == 200
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Location"] == first.headers["Location"]
    assert again.json() == first.json()


def test_another_event_under_the_same_id_is_a_conflict(
    client: TestClient, writer: dict[str, str]
) -> None:
    client.post("/v1/feedback", json=EVENT, headers=writer)
    other = client.post("/v1/feedback", json={**EVENT, "text": "other"}, headers=writer)
    assert other.status_code == 409
    assert other.json()["type"] == "urn:problem-type:vernacular:conflict"
    assert "'8f14e45f'" in other.json()["detail"]


def test_pages_lead_through_all_items(
    client: TestClient, writer: dict[str, str], reader: dict[str, str]
) -> None:
    for number in range(5):
        event = {**EVENT, "event_id": f"e{number}"}
        assert client.post("/v1/feedback", json=event, headers=writer).status_code == 201
    seen: list[str] = []
    after: int | None = 0
    while after is not None:
        page = client.get(f"/v1/feedback?after={after}&limit=2", headers=reader).json()
        seen += [item["event_id"] for item in page["items"]]
        after = page["next"]
    assert seen == [f"e{number}" for number in range(5)]


def test_a_full_last_page_has_no_next(
    client: TestClient, writer: dict[str, str], reader: dict[str, str]
) -> None:
    client.post("/v1/feedback", json=EVENT, headers=writer)
    assert client.get("/v1/feedback?limit=1", headers=reader).json()["next"] is None


def test_a_list_can_be_of_one_locale(
    client: TestClient, writer: dict[str, str], reader: dict[str, str]
) -> None:
    client.post("/v1/feedback", json=EVENT, headers=writer)
    kept = client.get("/v1/feedback?locale=sw-KE", headers=reader).json()
    left = client.get("/v1/feedback?locale=de-DE", headers=reader).json()
    assert (len(kept["items"]), left) == (1, {"items": [], "next": None})


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": None}, "text"),
        ({"text": ""}, "text"),
        ({"text": "  "}, "text"),
        ({"text": "x" * 10_001}, "text"),
        ({"text": "a\0b"}, "text"),
        ({"text": 5}, "text"),
        ({"locale": "no tag"}, "locale"),
        ({"rating": 6}, "rating"),
        ({"rating": "2"}, "rating"),
        ({"rating": True}, "rating"),
        ({"occurred_at": "2026-11-23T10:00:00"}, "occurred_at"),
        ({"occurred_at": 1764000000}, "occurred_at"),
        ({"attributes": {"a": {"b": 1}}}, "attributes.a"),
        ({"attributes": {"a": [1]}}, "attributes.a"),
        ({"attributes": {str(n): n for n in range(51)}}, "attributes"),
        ({"attributes": []}, "attributes"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_value_that_does_not_fit_is_named_in_the_problem(
    client: TestClient, writer: dict[str, str], change: dict[str, object], field: str
) -> None:
    answer = client.post("/v1/feedback", json={**EVENT, **change}, headers=writer)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert [(one["location"], one["field"]) for one in problem["errors"]] == [("body", field)]
    assert problem["errors"][0]["detail"]


def test_every_value_that_does_not_fit_is_listed(
    client: TestClient, writer: dict[str, str]
) -> None:
    answer = client.post("/v1/feedback", json={"rating": 9, "text": ""}, headers=writer)
    fields = {one["field"] for one in answer.json()["errors"]}
    assert fields == {"source", "event_id", "locale", "text", "rating"}
    assert answer.json()["detail"].endswith("and 4 more")


def test_half_a_surrogate_pair_is_refused_and_not_a_crash(
    client: TestClient, writer: dict[str, str]
) -> None:
    for body in (
        r'{"source":"s","event_id":"e","locale":"sw-KE","text":"\ud83d"}',
        r'{"source":"s","event_id":"e","locale":"sw-KE","text":"t","attributes":{"a":"\ud83d"}}',
        r'{"source":"s","event_id":"e","locale":"sw-KE","text":"t","attributes":{"a":NaN}}',
    ):
        headers = {**writer, "Content-Type": "application/json"}
        answer = client.post("/v1/feedback", content=body, headers=headers)
        assert answer.status_code == 422, body


@pytest.mark.parametrize(
    "query", ["after=-1", "after=x", "after=99999999999", "limit=0", "limit=201"]
)
def test_a_query_that_does_not_fit_is_named(
    client: TestClient, reader: dict[str, str], query: str
) -> None:
    answer = client.get(f"/v1/feedback?{query}", headers=reader)
    assert answer.status_code == 422
    [wrong] = answer.json()["errors"]
    assert (wrong["location"], wrong["field"]) == ("query", query.split("=", maxsplit=1)[0])


def test_an_item_that_is_not_there_is_a_problem(client: TestClient, reader: dict[str, str]) -> None:
    for item_id in (1, 0, -1, 10**30):
        answer = client.get(f"/v1/feedback/{item_id}", headers=reader)
        assert answer.status_code == 404
        assert answer.json()["detail"] == f"there is no feedback item {item_id}"
