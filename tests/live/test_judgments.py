from __future__ import annotations

import pytest

from tests.live.conversation import TEXT
from tests.testers import write_tester
from vernacular.errors import InvalidInput, NotFound
from vernacular.live.judgments import ISSUE_TAGS, record_judgment
from vernacular.live.said import Said
from vernacular.live.sessions import SessionView
from vernacular.live.turns import list_turns, record_turn
from vernacular.store.database import Store
from vernacular.store.tables import TurnJudgment


def test_the_newest_judgment_is_shown_with_its_tags_in_one_order(
    store: Store, session: SessionView
) -> None:
    with store.writing() as db:
        turn = record_turn(db, session.id, "key", Said(TEXT))
        record_judgment(db, turn.id, session.person_id, 5, [])
        newest = record_judgment(
            db, turn.id, session.person_id, 2, ["other", "wrong_formality"], "too blunt"
        )
    with store.reading() as db:
        assert list_turns(db, session.id)[0].judgment == newest
        assert db.query(TurnJudgment).count() == 2
    assert (newest.rating, newest.note) == (2, "too blunt")
    assert newest.tags == ("wrong_formality", "other")


def test_a_judgment_sent_twice_is_stored_once(store: Store, session: SessionView) -> None:
    with store.writing() as db:
        turn = record_turn(db, session.id, "key", Said(TEXT))
        first = record_judgment(db, turn.id, session.person_id, 4, {"too_slow", "other"})
        second = record_judgment(db, turn.id, session.person_id, 4, ["other", "too_slow"])
        assert first == second
        assert db.query(TurnJudgment).count() == 1


def test_an_empty_judgment_only_takes_an_earlier_one_back(
    store: Store, session: SessionView
) -> None:
    with store.writing() as db:
        turn = record_turn(db, session.id, "key", Said(TEXT))
        with pytest.raises(InvalidInput, match="give a rating, a tag or a note"):
            record_judgment(db, turn.id, session.person_id, None, [], "  ")
        record_judgment(db, turn.id, session.person_id, 1, ["offensive"])
        taken_back = record_judgment(db, turn.id, session.person_id, None, [])
    assert (taken_back.rating, taken_back.tags, taken_back.note) == (None, (), "")


@pytest.mark.parametrize(
    ("rating", "tags", "note", "field"),
    [
        (0, [], "", "rating"),
        (6, [], "", "rating"),
        (3, ["nonsense"], "", "tags"),
        (3, [], "n" * 2001, "note"),
        (3, [], "a\0b", "note"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(
    sqlite_store: Store,
    sqlite_session: SessionView,
    rating: int,
    tags: list[str],
    note: str,
    field: str,
) -> None:
    with sqlite_store.writing() as db:
        turn = record_turn(db, sqlite_session.id, "key", Said(TEXT))
        with pytest.raises(InvalidInput) as raised:
            record_judgment(db, turn.id, sqlite_session.person_id, rating, tags, note)
    assert raised.value.field == field


def test_every_tag_may_be_used(sqlite_store: Store, sqlite_session: SessionView) -> None:
    with sqlite_store.writing() as db:
        turn = record_turn(db, sqlite_session.id, "key", Said(TEXT))
        assert (
            record_judgment(db, turn.id, sqlite_session.person_id, None, ISSUE_TAGS).tags
            == ISSUE_TAGS
        )


def test_nobody_judges_somebody_elses_turn(store: Store, session: SessionView) -> None:
    other = write_tester(store, "bilal")
    with store.writing() as db:
        turn = record_turn(db, session.id, "key", Said(TEXT))
        with pytest.raises(NotFound, match=f"you have no turn {turn.id}"):
            record_judgment(db, turn.id, other, 1, [])
