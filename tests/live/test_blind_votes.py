from __future__ import annotations

from dataclasses import replace

import pytest

from tests.live.blindfold import Duel, begin_blind, put_blind, write_releases
from tests.live.conversation import ANSWER
from tests.testers import write_tester
from vernacular.comparison.preferences import Vote
from vernacular.live.blind import turns
from vernacular.live.blind.votes import record_preference
from vernacular.store.blind import count_betrayed_votes, list_votes
from vernacular.store.database import Store
from vernacular.store.tables.blind import Choice


@pytest.mark.parametrize(
    ("rival_is_a", "choice", "outcome"),
    [
        (False, Choice.A, 1.0),
        (False, Choice.B, 0.0),
        (True, Choice.A, 0.0),
        (True, Choice.B, 1.0),
        (True, Choice.TIE, 0.5),
        (False, Choice.BOTH_BAD, None),
    ],
)
def test_a_vote_is_for_the_release_that_stood_on_that_side(
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    rival_is_a: bool,
    choice: Choice,
    outcome: float | None,
) -> None:
    monkeypatch.setattr(turns.secrets, "randbits", lambda _: int(rival_is_a))
    write_releases(store)
    session = begin_blind(store, write_tester(store), "sw-KE")
    turn = put_blind(store, Duel(), session)
    with store.writing() as db:
        voted = record_preference(db, turn.id, session.person_id, choice)
        (vote,) = list_votes(db)
    assert vote == Vote("sw-KE", session.person_id, "pocket-1", "pocket-2", outcome)
    # What the person was told agrees with what is counted.
    assert voted.releases is not None
    preferred = {Choice.A: voted.releases[0], Choice.B: voted.releases[1]}.get(choice)
    assert preferred == {1.0: "pocket-1", 0.0: "pocket-2"}.get(outcome)  # type: ignore[arg-type]


def test_votes_on_answers_that_gave_a_name_away_are_kept_apart(store: Store) -> None:
    write_releases(store)
    amina = write_tester(store)
    naming = replace(ANSWER, reply="I am pocket-1.")
    for locale, duel in (("sw-KE", Duel({"pocket-1": naming})), ("en-US", Duel())):
        session = begin_blind(store, amina, locale)
        turn = put_blind(store, duel, session)
        with store.writing() as db:
            record_preference(db, turn.id, amina, Choice.A)
    with store.reading() as db:
        assert [vote.locale for vote in list_votes(db)] == ["en-US"]
        assert (list_votes(db, "sw-KE"), len(list_votes(db, "en-US"))) == ([], 1)
        assert count_betrayed_votes(db) == {"sw-KE": 1}
        assert count_betrayed_votes(db, "en-US") == {}
