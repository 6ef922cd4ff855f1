from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.feedback.items import new_feedback
from vernacular.errors import InvalidInput
from vernacular.feedback.item import check_item, hash_payload

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("source", ""),
        ("source", " "),
        ("source", "x" * 121),
        ("event_id", ""),
        ("event_id", "x" * 201),
        ("locale", "not a tag"),
        ("locale", ""),
        ("locale", "en-US-x-abcdefgh-abcdefgh-abcdefgh-abcdefgh"),
        ("text", ""),
        ("text", "\n"),
        ("text", "x" * 10_001),
        ("text", "a\0b"),
        ("text", "half \ud83d"),
        ("reply", "x" * 10_001),
        ("comment", "\0"),
        ("release", "x" * 121),
        ("intent", "x" * 81),
        ("expected_intent", "x" * 81),
        ("rating", 0),
        ("rating", 6),
        ("occurred_at", datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1)))),
        ("occurred_at", datetime(2026, 11, 23, 12, 0)),  # noqa: DTZ001  (the wrong kind, on purpose)
        ("attributes", {str(number): number for number in range(51)}),
        ("attributes", {"x" * 81: 1}),
        ("attributes", {"\ud800": 1}),
    ],
)
def test_a_value_that_does_not_fit_is_named(field: str, value: object) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_item(new_feedback(**{field: value}))
    assert caught.value.field == field


@pytest.mark.parametrize(
    "value", [["list"], {"nested": 1}, float("nan"), float("inf"), "x" * 1_001, "\0", b"bytes"]
)
def test_an_attribute_is_one_bounded_scalar(value: object) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_item(new_feedback(attributes={"device": value}))
    assert caught.value.field == "attributes.device"


def test_values_at_the_bounds_are_taken() -> None:
    item = new_feedback(
        source="x" * 120,
        event_id="x" * 200,
        text="\U0001f44b" * 10_000,
        rating=1,
        attributes={str(number): None for number in range(49)} | {"is_first": True},
        occurred_at=NOON,
    )
    assert check_item(item) == item


def test_only_the_casing_of_the_locale_is_changed() -> None:
    # Non-NFC text and outer spaces are what the user sent.
    item = new_feedback(locale="SW-ke", text=" e\u0301 \r\n")
    assert check_item(item) == new_feedback(locale="sw-KE", text=" e\u0301 \r\n")


def test_the_hash_is_that_of_the_content_whatever_its_form() -> None:
    one = new_feedback(attributes={"a": 1, "b": 2}, occurred_at=NOON)
    same = new_feedback(
        attributes={"b": 2, "a": 1},
        occurred_at=NOON.astimezone(timezone(timedelta(hours=3))),
    )
    assert hash_payload(one) == hash_payload(same)


@pytest.mark.parametrize(
    "change",
    [
        {"text": "niamshe saa kumi na moja asubuhi "},
        {"text": "Niamshe saa kumi na moja asubuhi"},
        {"locale": "sw-TZ"},
        {"rating": 3},
        {"attributes": {"a": True}},
        {"attributes": {"a": "1"}},
        {"occurred_at": NOON + timedelta(microseconds=1)},
        {"occurred_at": None},
    ],
)
def test_every_difference_changes_the_hash(change: dict[str, object]) -> None:
    first = new_feedback(rating=2, attributes={"a": 1}, occurred_at=NOON)
    other = new_feedback(**{"rating": 2, "attributes": {"a": 1}, "occurred_at": NOON, **change})
    assert hash_payload(first) != hash_payload(other)
