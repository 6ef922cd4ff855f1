from __future__ import annotations

import pytest

from tests.live.blindfold import NAMES, Duel, begin_blind, put_blind, write_releases
from tests.testers import write_tester
from vernacular.errors import Conflict, InvalidInput, NotFound
from vernacular.live.blind.sessions import (
    end_session,
    find_session,
    list_sessions,
    reopen_session,
    start_session,
)
from vernacular.live.blind.turns import list_turns
from vernacular.store.database import Store
from vernacular.store.people import insert_person, update_dialect
from vernacular.store.tables import BlindSession, Person
from vernacular.store.tables.people import Role


def test_a_session_lists_both_releases_by_name_whoever_was_named_first(store: Store) -> None:
    write_releases(store)
    amina = write_tester(store)
    with store.writing() as db:
        turned = start_session(db, amina, "pocket-2", "pocket-1", "sw-ke")
        straight = start_session(db, amina, "pocket-1", "pocket-2", "sw-KE")
    assert turned.releases == straight.releases == NAMES
    assert (turned.locale, turned.n_turns, turned.ended_at) == ("sw-KE", 0, None)


def test_a_session_remembers_the_dialect_its_person_speaks(store: Store) -> None:
    write_releases(store)
    with store.writing() as db:
        juma = Person(login="juma", display_name="Juma", password_hash="-", role=Role.TESTER)
        insert_person(db, juma, ["sw-KE"])
        update_dialect(db, juma.id, "sw-KE", "Kimvita")
        session = start_session(db, juma.id, *NAMES, "sw-KE")
        assert db.get_one(BlindSession, session.id).dialect == "Kimvita"


def test_a_release_is_not_compared_with_itself(sqlite_store: Store) -> None:
    write_releases(sqlite_store)
    amina = write_tester(sqlite_store)
    with sqlite_store.writing() as db:
        with pytest.raises(InvalidInput, match="'pocket-1' cannot be compared with itself"):
            start_session(db, amina, "pocket-1", "pocket-1", "en-US")
        with pytest.raises(NotFound, match="there is no release 'pocket-9'"):
            start_session(db, amina, "pocket-1", "pocket-9", "en-US")
        with pytest.raises(InvalidInput):
            start_session(db, amina, *NAMES, "no tag at all")


def test_a_person_finds_her_own_sessions_alone_the_newest_first(store: Store) -> None:
    write_releases(store)
    amina, juma = write_tester(store), write_tester(store, "juma")
    first, second = begin_blind(store, amina), begin_blind(store, amina, "sw-KE")
    put_blind(store, Duel(), first)
    with store.reading() as db:
        assert [(one.id, one.n_turns) for one in list_sessions(db, amina)] == [
            (second.id, 0),
            (first.id, 1),
        ]
        assert list_sessions(db, juma) == []
        for session_id in (first.id, 2**40):
            with pytest.raises(NotFound, match="you have no blind session"):
                find_session(db, session_id, juma)
        with pytest.raises(NotFound):
            list_turns(db, first.id, juma)


def test_a_session_ends_once(store: Store) -> None:
    write_releases(store)
    session = begin_blind(store, write_tester(store))
    with store.writing() as db:
        ended = end_session(db, session.id, session.person_id)
        assert ended.ended_at is not None
        assert end_session(db, session.id, session.person_id) == ended


def test_an_end_is_taken_back_as_long_as_there_is_no_newer_session(store: Store) -> None:
    write_releases(store)
    amina, juma = write_tester(store), write_tester(store, "juma")
    session = begin_blind(store, amina)
    with store.writing() as db:
        end_session(db, session.id, amina)
        with pytest.raises(NotFound, match="you have no blind session"):
            reopen_session(db, session.id, juma)
        assert reopen_session(db, session.id, amina).ended_at is None
        ended = end_session(db, session.id, amina)
    newer = begin_blind(store, amina)
    with store.writing() as db:
        with pytest.raises(Conflict, match=f"because {newer.id} was begun since"):
            reopen_session(db, session.id, amina)
        assert find_session(db, session.id, amina) == ended
