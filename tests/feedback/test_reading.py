from __future__ import annotations

import pytest

from tests.feedback.items import new_feedback
from vernacular.errors import InvalidInput, NotFound
from vernacular.feedback.ingest import record_feedback
from vernacular.feedback.reading import find_feedback, list_feedback, list_newest
from vernacular.people.sign_in import SignedIn
from vernacular.store.database import Store
from vernacular.store.tables.people import Role


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


def test_a_tester_reads_only_the_locales_she_speaks_an_engineer_all(filled: Store) -> None:
    def read(role: Role, locale: str | None = None) -> set[str]:
        reader = SignedIn(1, "amina", "Amina", role, "en", ("sw-KE",))
        with filled.reading() as db:
            return {item.locale for item in list_newest(db, reader, locale)}

    assert read(Role.TESTER) == read(Role.TESTER, "sw-KE") == {"sw-KE"}
    assert read(Role.TESTER, "ar-SA") == set()
    assert read(Role.ENGINEER) == {"sw-KE", "ar-SA"}


def test_the_newest_items_come_first_below_the_one_named(filled: Store) -> None:
    reader = SignedIn(1, "ida", "Ida", Role.ADMIN, "en", ())
    with filled.reading() as db:
        found = list_newest(db, reader, limit=3)
        rest = list_newest(db, reader, before=found[-1].id)
    assert [item.event_id for item in found] == ["e6", "e5", "e4"]
    assert [item.event_id for item in rest] == ["e3", "e2", "e1", "e0"]
