from __future__ import annotations

import pytest

from tests.feedback.items import new_feedback
from vernacular.errors import InvalidInput, NotFound
from vernacular.feedback.ingest import record_feedback
from vernacular.feedback.reading import find_feedback, list_feedback
from vernacular.store.database import Store


@pytest.fixture
def filled(store: Store) -> Store:
    with store.writing() as db:
        for number in range(7):
            locale = "sw-KE" if number % 2 == 0 else "ar-SA"
            record_feedback(db, new_feedback(event_id=f"e{number}", locale=locale), None)
    return store


def test_pages_cover_every_item_once_and_in_order(filled: Store) -> None:
    seen: list[str] = []
    after = None
    with filled.reading() as db:
        while page := list_feedback(db, after=after, limit=3):
            seen += [item.event_id for item in page]
            after = page[-1].id
    assert seen == [f"e{number}" for number in range(7)]


def test_a_list_can_be_of_one_locale_however_it_is_written(filled: Store) -> None:
    with filled.reading() as db:
        found = list_feedback(db, locale="SW-ke", limit=3)
        assert [item.event_id for item in found] == ["e0", "e2", "e4"]
        rest = list_feedback(db, locale="sw-KE", after=found[-1].id)
        assert [item.event_id for item in rest] == ["e6"]
        assert list_feedback(db, locale="de-DE") == []
        with pytest.raises(InvalidInput):
            list_feedback(db, locale="no tag")


def test_an_id_that_no_item_has_is_not_found_however_large(store: Store) -> None:
    with store.reading() as db:
        for item_id in (-1, 0, 1, 2**31 - 1, 2**31, 2**80):
            with pytest.raises(NotFound, match=str(item_id)):
                find_feedback(db, item_id)
        assert list_feedback(db, after=2**80) == []
