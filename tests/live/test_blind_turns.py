from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest

from tests.live.blindfold import NAMES, Duel, answer_of, begin_blind, put_blind, write_releases
from tests.live.conversation import ANSWER, TEXT
from tests.testers import write_tester
from vernacular.assistants.contract import Answer, Dialogue
from vernacular.clips.audio import SAMPLE_RATE_HZ, Audio
from vernacular.clips.folder import ClipFolder
from vernacular.corpus.utterance import Slot
from vernacular.errors import Conflict, InvalidInput, NotFound
from vernacular.live.blind import turns
from vernacular.live.blind.sessions import BlindSessionView, end_session
from vernacular.live.blind.turn_view import BlindTurnView
from vernacular.live.blind.turns import ask, list_turns
from vernacular.live.blind.votes import record_preference
from vernacular.live.said import Said, keep_recording, keep_speech
from vernacular.live.sessions import SessionEnded
from vernacular.store.database import Store
from vernacular.store.tables import BlindTurn
from vernacular.store.tables.blind import Choice
from vernacular.store.tables.sessions import TurnStatus


@pytest.fixture
def blind(store: Store) -> BlindSessionView:
    """A blind session that has just begun."""
    write_releases(store)
    return begin_blind(store, write_tester(store))


@pytest.fixture
def sqlite_blind(sqlite_store: Store) -> BlindSessionView:
    """The same on SQLite only, for what is decided before the store is asked."""
    write_releases(sqlite_store)
    return begin_blind(sqlite_store, write_tester(sqlite_store))


def vote(store: Store, turn: BlindTurnView, person_id: int, choice: Choice) -> BlindTurnView:
    with store.writing() as db:
        return record_preference(db, turn.id, person_id, choice)


def stored(store: Store, turn_id: int) -> BlindTurn:
    with store.reading() as db:
        return db.get_one(BlindTurn, turn_id)


def flip_a_coin(monkeypatch: pytest.MonkeyPatch, *rival_is_a: bool) -> None:
    falls = iter(rival_is_a)
    monkeypatch.setattr(turns.secrets, "randbits", lambda _: int(next(falls)))


def test_both_releases_get_the_same_request_and_stand_on_the_sides_that_were_drawn(
    store: Store, blind: BlindSessionView, monkeypatch: pytest.MonkeyPatch
) -> None:
    flip_a_coin(monkeypatch, True, False)
    duel = Duel()
    turned = put_blind(store, duel, blind, "1")
    straight = put_blind(store, duel, blind, "2")
    assert duel.names() == ["pocket-1", "pocket-1", "pocket-2", "pocket-2"]
    assert {(one.text, one.locale, one.wants_speech) for _, one in duel.asked} == {
        (TEXT, "en-US", True)
    }
    assert turned.a == straight.b and turned.b == straight.a
    assert turned.a is not None and turned.a.reply == "The alarm rings at five."
    assert (turned.a.intent, turned.a.slots) == (ANSWER.intent, ANSWER.slots)
    with store.reading() as db:
        assert list_turns(db, blind.id, blind.person_id) == [turned, straight]


def test_the_sides_are_drawn_evenly(sqlite_store: Store, sqlite_blind: BlindSessionView) -> None:
    for number in range(40):
        put_blind(sqlite_store, Duel(), sqlite_blind, str(number))
    with sqlite_store.reading() as db:
        listed = list_turns(db, sqlite_blind.id, sqlite_blind.person_id)
        n_turned = sum(db.get_one(BlindTurn, turn.id).rival_is_a for turn in listed)
    # Fewer than 5 or more than 35 of 40 fall so once in ten million times.
    assert 5 <= n_turned <= 35


def test_nothing_in_a_turn_names_a_release_before_the_vote(
    store: Store, blind: BlindSessionView
) -> None:
    turn = put_blind(store, Duel(), blind)
    with store.reading() as db:
        (listed,) = list_turns(db, blind.id, blind.person_id)
    for view in (turn, listed):
        shown = json.dumps(asdict(view), default=str)
        assert not any(name in shown for name in (*NAMES, "joint-encoder"))
    assert (turn.releases, turn.choice) == (None, None)


def test_a_failure_names_nobody_either(store: Store, blind: BlindSessionView) -> None:
    turn = put_blind(store, Duel(down=set(NAMES)), blind)
    assert "pocket" not in json.dumps(asdict(turn), default=str)
    assert "pocket-1" in str(stored(store, turn.id).error)


def test_after_the_vote_the_names_stand_beside_their_answers(
    store: Store, blind: BlindSessionView, monkeypatch: pytest.MonkeyPatch
) -> None:
    flip_a_coin(monkeypatch, True)
    turn = put_blind(store, Duel(), blind)
    voted = vote(store, turn, blind.person_id, Choice.A)
    assert (voted.choice, voted.releases) == (Choice.A, ("pocket-2", "pocket-1"))
    assert replace(voted, choice=None, releases=None) == turn
    with store.reading() as db:
        assert list_turns(db, blind.id, blind.person_id) == [voted]


def test_a_vote_stays_and_the_same_again_is_the_same(store: Store, blind: BlindSessionView) -> None:
    turn = put_blind(store, Duel(), blind)
    voted = vote(store, turn, blind.person_id, Choice.TIE)
    assert vote(store, turn, blind.person_id, Choice.TIE) == voted
    with pytest.raises(Conflict, match="you voted 'tie' on turn 1"):
        vote(store, turn, blind.person_id, Choice.B)
    with store.reading() as db:
        assert list_turns(db, blind.id, blind.person_id) == [voted]


def test_only_an_answered_turn_of_ones_own_is_voted_on(
    store: Store, blind: BlindSessionView
) -> None:
    turn = put_blind(store, Duel(down={"pocket-2"}), blind)
    with pytest.raises(Conflict, match="not both releases have answered turn 1"):
        vote(store, turn, blind.person_id, Choice.A)
    answered = put_blind(store, Duel(), blind)
    with pytest.raises(NotFound, match="you have no blind turn"):
        vote(store, answered, write_tester(store, "juma"), Choice.A)
    for nobody in (9, 2**40):
        with store.writing() as db, pytest.raises(NotFound):
            record_preference(db, nobody, blind.person_id, Choice.A)


def test_two_votes_at_once_leave_one(store: Store, blind: BlindSessionView) -> None:
    turn = put_blind(store, Duel(), blind)
    barrier = Barrier(2)

    def send(choice: Choice) -> str:
        barrier.wait(timeout=10)
        try:
            vote(store, turn, blind.person_id, choice)
        except Conflict:
            return "refused"
        return choice.value

    with ThreadPoolExecutor(2) as pool:
        came = list(pool.map(send, (Choice.A, Choice.B)))
    with store.reading() as db:
        (kept,) = list_turns(db, blind.id, blind.person_id)
    assert kept.choice is not None
    assert sorted(came) == sorted([kept.choice.value, "refused"])


def test_where_one_side_fails_its_rivals_answer_is_kept_and_only_it_is_asked_again(
    store: Store, blind: BlindSessionView
) -> None:
    failed = put_blind(store, Duel(down={"pocket-2"}), blind)
    assert failed.status is TurnStatus.FAILED
    assert [failed.a is None, failed.b is None].count(True) == 1
    duel = Duel()
    again = put_blind(store, duel, blind)
    assert (again.id, again.status) == (failed.id, TurnStatus.ANSWERED)
    assert duel.names() == ["pocket-2"]
    assert (failed.a or failed.b) in (again.a, again.b)
    assert stored(store, again.id).error is None


def test_a_turn_is_stored_before_anybody_is_asked(store: Store, blind: BlindSessionView) -> None:
    seen: list[TurnStatus] = []

    class LookingDuel(Duel):
        """Looks into the store before it finds anybody."""

        def find(self, _release, /):  # type: ignore[no-untyped-def]
            with store.reading() as db:
                seen.extend(one.status for one in list_turns(db, blind.id, blind.person_id))
            raise ZeroDivisionError("a bug in the assistant")

    with pytest.raises(ZeroDivisionError):
        put_blind(store, LookingDuel(), blind)
    assert seen == [TurnStatus.ASKED] * 2
    assert put_blind(store, Duel(), blind).number == 1


def test_the_same_key_asks_an_answered_turn_no_second_time(
    store: Store, blind: BlindSessionView
) -> None:
    duel = Duel()
    first = put_blind(store, duel, blind)
    assert put_blind(store, duel, blind) == first
    assert len(duel.asked) == 2
    with pytest.raises(Conflict, match=r"turn 1 .* something else, 'wake me at five am'"):
        put_blind(store, duel, blind, text="wake me at six")


def test_one_key_sent_by_many_at_once_makes_one_turn_and_one_draw(
    store: Store, blind: BlindSessionView
) -> None:
    barrier = Barrier(4)

    def send(_: int) -> BlindTurnView:
        barrier.wait(timeout=10)
        return put_blind(store, Duel(), blind)

    with ThreadPoolExecutor(4) as pool:
        came = list(pool.map(send, range(4)))
    assert all(turn == came[0] for turn in came)


def test_an_ended_session_takes_votes_and_no_turns(store: Store, blind: BlindSessionView) -> None:
    turn = put_blind(store, Duel(), blind)
    with store.writing() as db:
        assert end_session(db, blind.id, blind.person_id).ended_at is not None
    with pytest.raises(SessionEnded, match="session 1 ended at"):
        put_blind(store, Duel(), blind, "another key")
    assert vote(store, turn, blind.person_id, Choice.B).choice is Choice.B


def test_each_release_gets_back_its_own_dialogue_and_never_its_rivals(
    store: Store, blind: BlindSessionView, monkeypatch: pytest.MonkeyPatch
) -> None:
    flip_a_coin(monkeypatch, True, False, True)
    established = {
        name: Dialogue("alarm_set", (("time", name),), asked_back=name == "pocket-1")
        for name in NAMES
    }
    answers = {
        name: replace(answer_of(name), dialogue=dialogue) for name, dialogue in established.items()
    }
    put_blind(store, Duel(answers), blind, "1")
    put_blind(store, Duel(down={"pocket-1"}), blind, "2")
    duel = Duel()
    put_blind(store, duel, blind, "3")
    assert {name: request.dialogue for name, request in duel.asked} == established


def test_what_was_spoken_is_heard_by_both_and_answered_aloud(
    sqlite_store: Store, sqlite_blind: BlindSessionView, tmp_path: Path
) -> None:
    clips = ClipFolder(tmp_path / "clips")
    spoken, *replies = (
        Audio(np.sin(np.arange(SAMPLE_RATE_HZ) * pitch).astype(np.float32) / 3)
        for pitch in (0.05, 0.07, 0.09)
    )
    clip = keep_speech(sqlite_store, clips, spoken)
    duel = Duel(
        {
            name: replace(
                ANSWER,
                transcript=f"wake me at five am {n}",
                slots=(Slot("time", 11, 18),),
                speech=reply,
            )
            for n, (name, reply) in enumerate(zip(NAMES, replies, strict=True))
        }
    )
    turn = ask(
        sqlite_store, clips, duel, sqlite_blind.id, sqlite_blind.person_id, "key", Said(clip=clip)
    )
    assert turn.said == Said(clip=clip)
    assert turn.a is not None and turn.b is not None
    assert {turn.a.transcript, turn.b.transcript} == {
        "wake me at five am 0",
        "wake me at five am 1",
    }
    assert turn.a.speech != turn.b.speech
    for side in (turn.a, turn.b):
        assert side.speech is not None and clips.read(side.speech).samples.size == SAMPLE_RATE_HZ
    assert all(request.audio is not None for _, request in duel.asked)


@pytest.mark.parametrize("both_answer", [True, False])
def test_where_one_release_alone_speaks_nobody_hears_it_before_the_vote(
    store: Store,
    blind: BlindSessionView,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    both_answer: bool,
) -> None:
    flip_a_coin(monkeypatch, False)
    spoken = replace(answer_of("pocket-2"), speech=Audio(np.full(800, 0.1, np.float32)))
    duel = Duel({"pocket-2": spoken}, down=set() if both_answer else {"pocket-1"})
    clips = ClipFolder(tmp_path / "clips")
    said = Said(TEXT)
    turn = ask(store, clips, duel, blind.id, blind.person_id, "key", said)
    assert turn.b is not None and turn.b.speech is None
    kept = stored(store, turn.id)
    assert kept.answer_b is not None and clips.read(kept.answer_b["speech"]).samples.size == 800
    if not both_answer:
        duel.down.clear()
        turn = ask(store, clips, duel, blind.id, blind.person_id, "key", said)
    assert (turn.is_hushed, turn.is_counted) == (True, True)
    assert turn.a is not None and turn.b is not None
    assert (turn.a.speech, turn.b.speech) == (None, None)
    voted = vote(store, turn, blind.person_id, Choice.A)
    assert voted.b is not None and voted.b.speech == kept.answer_b["speech"], "names are known now"


def test_two_that_speak_and_two_that_do_not_are_not_hushed(
    sqlite_store: Store, sqlite_blind: BlindSessionView, tmp_path: Path
) -> None:
    assert not put_blind(sqlite_store, Duel(), sqlite_blind).is_hushed
    sound = Audio(np.full(800, 0.1, np.float32))
    both = Duel({name: replace(answer_of(name), speech=sound) for name in NAMES})
    said, person = Said(TEXT), sqlite_blind.person_id
    turn = ask(sqlite_store, ClipFolder(tmp_path), both, sqlite_blind.id, person, "2", said)
    assert not turn.is_hushed and turn.a is not None and turn.a.speech is not None


def test_a_recording_that_nobody_can_decode_fails_both_sides(
    sqlite_store: Store, sqlite_blind: BlindSessionView, tmp_path: Path
) -> None:
    clips = ClipFolder(tmp_path / "clips")
    kept = keep_recording(sqlite_store, clips, b"no sound at all")
    said = Said(clip=kept.content_hash)
    turn = ask(sqlite_store, clips, Duel(), sqlite_blind.id, sqlite_blind.person_id, "key", said)
    assert (turn.status, turn.a, turn.b) == (TurnStatus.FAILED, None, None)
    assert "the clip cannot be read" in str(stored(sqlite_store, turn.id).error)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(error="the text is too long"),
        replace(ANSWER, slots=(Slot("time", 11, 19),)),
        replace(ANSWER, intent=" "),
    ],
)
def test_an_answer_that_cannot_be_shown_fails_its_side(
    sqlite_store: Store, sqlite_blind: BlindSessionView, answer: Answer
) -> None:
    turn = put_blind(sqlite_store, Duel({"pocket-1": answer}), sqlite_blind)
    assert turn.status is TurnStatus.FAILED
    assert [turn.a is None, turn.b is None].count(True) == 1


def test_text_that_does_not_fit_is_refused_before_anything_is_stored(
    sqlite_store: Store, sqlite_blind: BlindSessionView
) -> None:
    with pytest.raises(InvalidInput, match="white space"):
        put_blind(sqlite_store, Duel(), sqlite_blind, text=" \n")
    with sqlite_store.reading() as db:
        assert list_turns(db, sqlite_blind.id, sqlite_blind.person_id) == []


def test_an_answer_that_names_its_release_makes_the_turn_not_count(
    store: Store, blind: BlindSessionView, monkeypatch: pytest.MonkeyPatch
) -> None:
    flip_a_coin(monkeypatch, False)
    boasting = replace(ANSWER, reply="Pocket 2 is at your service.")
    turn = put_blind(store, Duel({"pocket-2": boasting}), blind)
    assert (turn.is_counted, turn.betrayed) == (False, None)
    voted = vote(store, turn, blind.person_id, Choice.B)
    assert voted.betrayed == "answer B names pocket-2"


def test_a_stage_that_only_one_side_has_betrays_it_too(
    sqlite_store: Store, sqlite_blind: BlindSessionView
) -> None:
    naming = replace(answer_of("pocket-1"), reply="I am pocket-1-nlu.")
    assert not put_blind(sqlite_store, Duel({"pocket-1": naming}), sqlite_blind).is_counted


def test_two_answers_in_the_same_words_are_alike_and_count(
    store: Store, blind: BlindSessionView
) -> None:
    alike = put_blind(store, Duel(dict.fromkeys(NAMES, ANSWER)), blind, "1")
    assert (alike.is_alike, alike.is_counted) == (True, True)
    assert not put_blind(store, Duel(), blind, "2").is_alike
