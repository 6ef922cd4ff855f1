from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from tests.live.conversation import (
    ANSWER,
    TEXT,
    AnsweringDouble,
    AssistantsDouble,
    CrashingDouble,
    UnavailableDouble,
    begin,
    put,
)
from tests.testers import write_tester
from vernacular.assistants.contract import Answer, Dialogue
from vernacular.corpus.utterance import Slot
from vernacular.errors import Conflict, InvalidInput, NotFound
from vernacular.live.corrections import record_correction
from vernacular.live.judgments import record_judgment
from vernacular.live.said import Said
from vernacular.live.sessions import SessionEnded, SessionView, end_session
from vernacular.live.turns import list_turns, record_answer, record_turn
from vernacular.store.database import Store
from vernacular.store.tables.sessions import TurnStatus


def test_a_turn_shows_all_that_the_assistant_answered(store: Store, session: SessionView) -> None:
    double = AnsweringDouble()
    assistants = AssistantsDouble(double)
    turn = put(store, assistants, session.id, session.person_id, "key", TEXT)
    assert assistants.names == ["pocket-1"]
    assert [(one.text, one.locale, one.wants_reply) for one in double.asked] == [
        (TEXT, "en-US", True)
    ]
    with store.reading() as db:
        assert list_turns(db, session.id) == [turn]
    assert turn.status is TurnStatus.ANSWERED
    assert (turn.number, turn.text, turn.client_key) == (1, TEXT, "key")
    assert (turn.intent, turn.intent_confidence) == (ANSWER.intent, ANSWER.intent_confidence)
    assert (turn.slots, turn.reply, turn.stages) == (ANSWER.slots, ANSWER.reply, ANSWER.stages)
    assert (turn.error, turn.correction, turn.judgment) == (None, None, None)


def test_each_turn_brings_along_what_the_answered_one_before_established(
    store: Store, session: SessionView
) -> None:
    established = Dialogue("alarm_set", (("time", "five am"),), asked_back=True)
    double = AnsweringDouble(replace(ANSWER, dialogue=established))
    found = [double, UnavailableDouble(), double]
    for number, assistant in enumerate(found):
        put(store, AssistantsDouble(assistant), session.id, session.person_id, str(number), TEXT)
    assert [one.dialogue for one in double.asked] == [None, established]


def test_a_turn_is_stored_while_the_assistant_still_thinks(
    store: Store, session: SessionView
) -> None:
    seen: list[tuple[str, TurnStatus]] = []

    class LookingDouble(AnsweringDouble):
        """Looks into the store when it is asked, and writes there: nothing may be locked."""

        def predict_batch(self, requests):  # type: ignore[no-untyped-def]
            with store.writing() as db:
                seen.extend((one.text, one.status) for one in list_turns(db, session.id))
            return super().predict_batch(requests)

    put(store, AssistantsDouble(LookingDouble()), session.id, session.person_id, "key", TEXT)
    assert seen == [(TEXT, TurnStatus.ASKED)]


def test_an_unavailable_model_fails_the_turn_and_a_retry_answers_the_same_one(
    store: Store, session: SessionView
) -> None:
    failed = put(
        store,
        AssistantsDouble(UnavailableDouble()),
        session.id,
        session.person_id,
        "key",
        TEXT,
    )
    assert failed.status is TurnStatus.FAILED
    assert failed.error == "the model host at http://127.0.0.1:8710 does not answer"
    assert (failed.text, failed.intent, failed.reply, failed.stages) == (TEXT, None, None, ())
    retried = put(
        store, AssistantsDouble(AnsweringDouble()), session.id, session.person_id, "key", TEXT
    )
    assert (retried.id, retried.status, retried.error) == (failed.id, TurnStatus.ANSWERED, None)
    with store.reading() as db:
        assert list_turns(db, session.id) == [retried]


def test_an_answer_with_an_error_fails_the_turn(store: Store, session: SessionView) -> None:
    assistants = AssistantsDouble(AnsweringDouble(Answer(error="the text is too long")))
    turn = put(store, assistants, session.id, session.person_id, "key", TEXT)
    assert (turn.status, turn.error) == (TurnStatus.FAILED, "the text is too long")


@pytest.mark.parametrize(
    "answer",
    [
        replace(ANSWER, slots=(Slot("time", 11, 19),)),
        replace(ANSWER, slots=(Slot("time", -1, 4),)),
        replace(ANSWER, slots=(Slot("time", 4, 4),)),
        replace(ANSWER, intent="i" * 81),
        replace(ANSWER, intent=" "),
        Answer(error="a NUL \0 in it"),
    ],
)
def test_an_answer_that_cannot_be_stored_or_shown_fails_the_turn(
    sqlite_store: Store, sqlite_session: SessionView, answer: Answer
) -> None:
    assistants = AssistantsDouble(AnsweringDouble(answer))
    turn = put(sqlite_store, assistants, sqlite_session.id, sqlite_session.person_id, "key", TEXT)
    assert turn.status is TurnStatus.FAILED
    assert turn.error
    assert (turn.intent, turn.slots) == (None, ())


def test_a_crash_of_the_assistant_leaves_the_text_asked(store: Store, session: SessionView) -> None:
    with pytest.raises(ZeroDivisionError):
        put(store, AssistantsDouble(CrashingDouble()), session.id, session.person_id, "key", TEXT)
    with store.reading() as db:
        (turn,) = list_turns(db, session.id)
    assert (turn.text, turn.status) == (TEXT, TurnStatus.ASKED)


def test_the_same_key_asks_an_answered_turn_no_second_time(
    store: Store, session: SessionView
) -> None:
    double = AnsweringDouble()
    first, second = (
        put(store, AssistantsDouble(double), session.id, session.person_id, "key", TEXT)
        for _ in range(2)
    )
    assert first == second
    assert len(double.asked) == 1


def test_one_key_sent_by_many_at_once_makes_one_turn(store: Store, session: SessionView) -> None:
    turns = _ask_at_once(store, session, ["key"] * 6)
    assert {turn.id for turn in turns} == {turns[0].id}
    with store.reading() as db:
        assert [turn.number for turn in list_turns(db, session.id)] == [1]


def test_turns_sent_at_once_are_numbered_without_gap_or_repetition(
    store: Store, session: SessionView
) -> None:
    _ask_at_once(store, session, [f"key {n}" for n in range(6)])
    with store.reading() as db:
        assert [turn.number for turn in list_turns(db, session.id)] == [1, 2, 3, 4, 5, 6]


def _ask_at_once(store, session, keys):  # type: ignore[no-untyped-def]
    assistants = AssistantsDouble(AnsweringDouble())
    barrier = Barrier(len(keys))

    def send(key: str):  # type: ignore[no-untyped-def]
        barrier.wait(timeout=10)
        return put(store, assistants, session.id, session.person_id, key, TEXT)

    with ThreadPoolExecutor(len(keys)) as pool:
        return list(pool.map(send, keys))


def test_a_key_is_not_used_for_another_text(store: Store, session: SessionView) -> None:
    with store.writing() as db:
        record_turn(db, session.id, "key", Said(TEXT))
        with pytest.raises(Conflict, match=r"turn 1 .* something else, 'wake me at five am'"):
            record_turn(db, session.id, "key", Said("wake me at six"))
    with store.reading() as db:
        assert [turn.text for turn in list_turns(db, session.id)] == [TEXT]


def test_two_sessions_may_use_the_same_key(store: Store, session: SessionView) -> None:
    other = begin(store, session.person_id)
    with store.writing() as db:
        first = record_turn(db, session.id, "key", Said(TEXT))
        second = record_turn(db, other.id, "key", Said("another text"))
    assert first.id != second.id
    assert (first.number, second.number) == (1, 1)


def test_the_first_answer_stays_whatever_comes_later(store: Store, session: SessionView) -> None:
    with store.writing() as db:
        turn = record_turn(db, session.id, "key", Said(TEXT))
        answered = record_answer(db, turn.id, ANSWER)
    with store.writing() as db:
        assert record_answer(db, turn.id, Answer(error="too late")) == answered
        assert record_answer(db, turn.id, Answer(intent="alarm_remove")) == answered


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "nothing but white space"),
        (" \n\u3000\t", "nothing but white space"),
        ("a" * 2001, "2,001"),
        ("a\0b", "NUL"),
        ("a\ud800b", "surrogate"),
    ],
)
def test_text_that_does_not_fit_is_refused_before_anything_is_stored(
    sqlite_store: Store, sqlite_session: SessionView, text: str, complaint: str
) -> None:
    double = AnsweringDouble()
    with pytest.raises(InvalidInput, match=complaint):
        put(
            sqlite_store,
            AssistantsDouble(double),
            sqlite_session.id,
            sqlite_session.person_id,
            "key",
            text,
        )
    assert double.asked == []
    with sqlite_store.reading() as db:
        assert list_turns(db, sqlite_session.id) == []


def test_text_is_stored_exactly_as_typed(store: Store, session: SessionView) -> None:
    texts = ["a", "ب" * 2000, "  शाम को\u200d  ", "e\u0301 👩‍👩‍👧", "🇰🇪"]
    with store.writing() as db:
        for n, text in enumerate(texts):
            record_turn(db, session.id, f"key {n}", Said(text))
    with store.reading() as db:
        assert [turn.text for turn in list_turns(db, session.id)] == texts


@pytest.mark.parametrize("key", ["", "k" * 65, "a\0b", "a\nb"])
def test_a_key_that_does_not_fit_is_refused(
    sqlite_store: Store, sqlite_session: SessionView, key: str
) -> None:
    with sqlite_store.writing() as db, pytest.raises(InvalidInput, match="client_key"):
        record_turn(db, sqlite_session.id, key, Said(TEXT))


def test_nobody_asks_in_somebody_elses_session(store: Store, session: SessionView) -> None:
    other, double = write_tester(store, "bilal"), AnsweringDouble()
    with pytest.raises(NotFound):
        put(store, AssistantsDouble(double), session.id, other, "key", TEXT)
    assert double.asked == []
    with store.reading() as db:
        assert list_turns(db, session.id) == []


def test_an_ended_session_takes_no_new_turn_but_retries_an_old_one(
    store: Store, session: SessionView
) -> None:
    down, up = AssistantsDouble(UnavailableDouble()), AssistantsDouble(AnsweringDouble())
    put(store, down, session.id, session.person_id, "old", TEXT)
    with store.writing() as db:
        end_session(db, session.id, session.person_id)
    with pytest.raises(SessionEnded, match="ended at"):
        put(store, up, session.id, session.person_id, "new", TEXT)
    assert put(store, up, session.id, session.person_id, "old", TEXT).status == "answered"


def test_the_last_turns_come_in_order_with_their_newest_correction_and_judgment(
    store: Store, session: SessionView
) -> None:
    with store.writing() as db:
        turns = [record_turn(db, session.id, f"key {n}", Said(TEXT)) for n in range(4)]
        for turn in turns[1:3]:
            record_correction(db, turn.id, session.person_id, "alarm_query", ())
            record_judgment(db, turn.id, session.person_id, 1, ["wrong_intent"])
        newest = record_correction(db, turns[2].id, session.person_id, "alarm_remove", ())
        judged = record_judgment(db, turns[2].id, session.person_id, 2, ["other"], "hm")
    with store.reading() as db:
        last = list_turns(db, session.id, last=2)
        whole = list_turns(db, session.id)
    assert [turn.number for turn in last] == [3, 4]
    assert (last[0].correction, last[0].judgment) == (newest, judged)
    assert (last[1].correction, last[1].judgment) == (None, None)
    assert [turn.number for turn in whole] == [1, 2, 3, 4]
    assert whole[1].correction is not None
    assert whole[1].correction.intent == "alarm_query"
