from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from threading import Barrier

import pytest

from tests.feedback.items import new_feedback
from vernacular.errors import Conflict, InvalidInput
from vernacular.feedback.ingest import record_feedback
from vernacular.feedback.reading import find_feedback, list_feedback
from vernacular.people.keys import FEEDBACK_WRITE, create_key
from vernacular.store.database import Store


def test_an_item_comes_back_as_it_was_sent(store: Store) -> None:
    nairobi = timezone(timedelta(hours=3))
    item = new_feedback(
        # Decomposed, with outer spaces, an emoji of several code points and right-to-left marks.
        text="  cafe\u0301 \U0001f469\u200d\U0001f680 \u202bمرحبا\u202c\r\n",
        release="pocket-2",
        intent="alarm_query",
        expected_intent="alarm_set",
        reply="Huna kengele.",
        rating=2,
        comment="si sawa",
        attributes={"n": 1, "share": 0.5, "is_first": True, "note": "é", "none": None},
        occurred_at=datetime(2026, 11, 23, 5, 11, 8, 123456, tzinfo=nairobi),
    )
    with store.writing() as db:
        _, key = create_key(db, "support app", [FEEDBACK_WRITE])
        stored, is_new = record_feedback(db, item, key.id)
    assert is_new
    with store.reading() as db:
        found = find_feedback(db, stored.id)
    for name in (
        "source",
        "event_id",
        "locale",
        "text",
        "release",
        "intent",
        "expected_intent",
        "reply",
        "rating",
        "comment",
        "attributes",
        "occurred_at",
    ):
        assert getattr(found, name) == getattr(item, name), name
    assert found.api_key_id == key.id
    assert abs(datetime.now(UTC) - found.received_at) < timedelta(minutes=1)


def test_the_same_event_again_gives_the_first_item(store: Store) -> None:
    with store.writing() as db:
        first, is_new = record_feedback(db, new_feedback(locale="sw-KE"), None)
        assert is_new
    with store.writing() as db:
        again, is_new = record_feedback(db, new_feedback(locale="SW-ke"), None)
        assert not is_new
        assert (again.id, again.received_at) == (first.id, first.received_at)
        assert len(list_feedback(db)) == 1


def test_another_event_under_the_same_id_is_a_conflict_that_names_both(store: Store) -> None:
    with store.writing() as db:
        first, _ = record_feedback(db, new_feedback(), None)
    with (
        store.writing() as db,
        pytest.raises(Conflict, match=f"'support-app'.*'8f14e45f'.*item {first.id}:"),
    ):
        record_feedback(db, new_feedback(text="something else"), None)
    with store.reading() as db:
        assert [item.text for item in list_feedback(db)] == [new_feedback().text]


def test_sources_choose_their_event_ids_independently(store: Store) -> None:
    with store.writing() as db:
        _, first_is_new = record_feedback(db, new_feedback(), None)
        _, other_is_new = record_feedback(db, new_feedback(source="car"), None)
    assert first_is_new
    assert other_is_new


def test_of_many_equal_events_at_once_exactly_one_is_new(store: Store) -> None:
    n_senders = 8
    together = Barrier(n_senders)

    def send(_number: int) -> tuple[int, bool]:
        together.wait()
        with store.writing() as db:
            item, is_new = record_feedback(db, new_feedback(), None)
            return item.id, is_new

    with ThreadPoolExecutor(n_senders) as pool:
        outcomes = list(pool.map(send, range(n_senders)))
    assert [is_new for _, is_new in outcomes].count(True) == 1
    assert len({item_id for item_id, _ in outcomes}) == 1


def test_of_different_events_under_one_id_at_once_the_others_are_conflicts(store: Store) -> None:
    n_senders = 4
    together = Barrier(n_senders)

    def send(number: int) -> str:
        together.wait()
        try:
            with store.writing() as db:
                record_feedback(db, new_feedback(text=f"text {number}"), None)
        except Conflict:
            return "conflict"
        return f"text {number}"

    with ThreadPoolExecutor(n_senders) as pool:
        outcomes = list(pool.map(send, range(n_senders)))
    assert outcomes.count("conflict") == n_senders - 1
    with store.reading() as db:
        assert [item.text for item in list_feedback(db)] == [
            outcome for outcome in outcomes if outcome != "conflict"
        ]


def test_what_does_not_fit_is_not_stored(sqlite_store: Store) -> None:
    with sqlite_store.writing() as db:
        with pytest.raises(InvalidInput):
            record_feedback(db, new_feedback(text="a\0b"), None)
        assert list_feedback(db) == []
