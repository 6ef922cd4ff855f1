from __future__ import annotations

import pytest

from tests.live.conversation import begin, write_release
from tests.testers import write_tester
from vernacular.errors import Conflict, InvalidInput, NotFound
from vernacular.live.said import Said
from vernacular.live.sessions import (
    SessionView,
    end_session,
    find_session,
    list_sessions,
    pause_session,
    reopen_session,
)
from vernacular.live.turns import record_turn
from vernacular.store.database import Store


def test_a_session_is_found_again_with_its_release_and_number_of_turns(
    store: Store, session: SessionView
) -> None:
    with store.writing() as db:
        record_turn(db, session.id, "a", Said("hello"))
    with store.reading() as db:
        found = find_session(db, session.id, session.person_id)
    assert (found.release_name, found.locale, found.n_turns) == ("pocket-1", "en-US", 1)
    assert found.started_at == session.started_at
    assert found.ended_at is None


def test_somebody_elses_session_is_not_found(store: Store, session: SessionView) -> None:
    other = write_tester(store, "bilal")
    with store.writing() as db:
        with pytest.raises(NotFound, match=f"you have no session {session.id}"):
            find_session(db, session.id, other)
        with pytest.raises(NotFound):
            end_session(db, session.id, other)
        assert list_sessions(db, other) == []


def test_an_id_that_no_session_has_is_not_found(store: Store, session: SessionView) -> None:
    with store.reading() as db:
        for session_id in (0, -1, 999, 2**31, 2**70):
            with pytest.raises(NotFound, match=str(session_id)):
                find_session(db, session_id, session.person_id)


def test_sessions_are_listed_newest_first_up_to_the_limit(
    store: Store, session: SessionView
) -> None:
    second = begin(store, session.person_id, "sw-KE")
    third = begin(store, session.person_id, "ar-SA")
    with store.reading() as db:
        assert list_sessions(db, session.person_id) == [third, second, session]
        assert list_sessions(db, session.person_id, limit=1) == [third]


def test_a_session_needs_a_release_and_a_locale_that_exist(store: Store) -> None:
    person_id = write_tester(store)
    with pytest.raises(NotFound, match="pocket-1"):
        begin(store, person_id)
    write_release(store)
    with pytest.raises(InvalidInput, match="locale"):
        begin(store, person_id, "not a tag")


def test_the_locale_is_kept_in_its_usual_casing(store: Store, session: SessionView) -> None:
    assert begin(store, session.person_id, "UG-arab-cn").locale == "ug-Arab-CN"


def test_ending_a_session_twice_keeps_the_first_moment(store: Store, session: SessionView) -> None:
    with store.writing() as db:
        first = end_session(db, session.id, session.person_id).ended_at
    with store.writing() as db:
        second = end_session(db, session.id, session.person_id).ended_at
    assert first is not None
    assert second == first


def test_the_newest_session_goes_on_after_its_end(store: Store, session: SessionView) -> None:
    with store.writing() as db:
        pause_session(db, session.id, session.person_id)
        end_session(db, session.id, session.person_id)
    with store.writing() as db:
        reopen_session(db, session.id, session.person_id)
    with store.writing() as db:
        assert find_session(db, session.id, session.person_id) == session
        assert record_turn(db, session.id, "a", Said("hello")).session_id == session.id


def test_an_ended_session_stays_ended_once_there_is_a_newer_one(
    store: Store, session: SessionView
) -> None:
    with store.writing() as db:
        ended = end_session(db, session.id, session.person_id)
    newer = begin(store, session.person_id)
    with store.writing() as db:
        with pytest.raises(Conflict, match=f"session {newer.id} was begun since"):
            reopen_session(db, session.id, session.person_id)
        assert find_session(db, session.id, session.person_id) == ended


def test_somebody_elses_end_cannot_be_taken_back(store: Store, session: SessionView) -> None:
    other = write_tester(store, "bilal")
    with store.writing() as db:
        end_session(db, session.id, session.person_id)
        with pytest.raises(NotFound, match=f"you have no session {session.id}"):
            reopen_session(db, session.id, other)
