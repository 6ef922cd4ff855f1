from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
from sqlalchemy import update

from tests.clips.recordings import record
from tests.evaluation.session_situations import Talk, prepare_release
from tests.live.conversation import ANSWER, NO_CLIPS, TEXT, AnsweringDouble, AssistantsDouble, begin
from vernacular.assistants.contract import Answer, Dialogue
from vernacular.clips.folder import ClipFolder
from vernacular.corpus.utterance import Slot
from vernacular.errors import NotFound
from vernacular.live.judgments import record_judgment
from vernacular.live.said import Said, keep_recording
from vernacular.live.sessions import SessionView, end_session, find_session
from vernacular.live.summary import SessionSummary, find_session_of_anybody, summarise
from vernacular.live.turns import ask
from vernacular.live.wrong_parts import Understood, find_wrong_parts
from vernacular.store.database import Store
from vernacular.store.session_facts import list_session_facts, list_tasks_done
from vernacular.store.tables import Correction, LiveSession, Turn

TIME = (Slot("time", 11, 18),)


def found_in(store: Store, session_id: int) -> SessionSummary:
    with store.reading() as db:
        return summarise(db, find_session_of_anybody(db, session_id))


def try_task(store: Store, session: SessionView, task: str, answer: Answer = ANSWER) -> None:
    assistants = AssistantsDouble(AnsweringDouble(answer))
    said = Said(TEXT)
    ask(store, NO_CLIPS, assistants, session.id, session.person_id, uuid4().hex, said, task)


def test_a_session_in_which_nothing_was_said_has_no_rates(
    store: Store, session: SessionView
) -> None:
    found = found_in(store, session.id)
    assert (found.n_turns, found.n_corrected, found.seconds_talked) == (0, 0, 0)
    assert found.hearing.rate is None
    assert found.mean_rating is None
    assert (found.tags, found.tasks_done) == ((), ())


def test_turns_are_counted_by_how_they_were_said_and_answered(store: Store, tmp_path: Path) -> None:
    talk = Talk(store, tmp_path, prepare_release(store), "en-US")
    talk.type(TEXT)
    talk.speak(record(), heard=TEXT)
    talk.fail(TEXT)
    found = found_in(store, talk.id)
    assert (found.n_turns, found.n_spoken, found.n_typed) == (3, 1, 2)
    assert (found.n_answered, found.n_failed) == (2, 1)


def test_where_nothing_can_be_heard_no_answer_is_missing(
    store: Store, session: SessionView, tmp_path: Path
) -> None:
    clips = ClipFolder(tmp_path)
    silent, short = record(channels=np.zeros((1, 16_000), np.float32)), record(seconds=0.05)
    for key, sound, error in (
        ("silent", silent, "nothing was heard"),
        ("short", short, "nothing was heard"),
        ("broken", b"no sound", "cannot be read"),
        ("good", record(), "out of order"),
        ("silent again", silent, None),
    ):
        clip = keep_recording(store, clips, sound).content_hash
        answer = Answer(error=error, transcript=None if error else "")
        assistants = AssistantsDouble(AnsweringDouble(answer))
        ask(store, clips, assistants, session.id, session.person_id, key, Said(clip=clip))
    try_task(store, session, "typed", Answer(error="out of order"))
    found = found_in(store, session.id)
    assert (found.n_turns, found.n_answered) == (6, 1)
    assert (found.n_inaudible, found.n_failed) == (3, 2)


def test_what_was_wrong_is_counted_by_part_and_the_newest_correction_counts(
    store: Store, tmp_path: Path
) -> None:
    talk = Talk(store, tmp_path, prepare_release(store), "en-US")
    right = talk.type(TEXT, "alarm_set", slots=TIME)
    talk.correct(right, "alarm_query")
    talk.correct(right, "alarm_set", TIME)
    talk.correct(talk.type(TEXT, "play_music", slots=TIME), "alarm_set", TIME)
    talk.correct(talk.type(TEXT, "alarm_set"), "alarm_set", TIME)
    misheard = talk.speak(record(), heard="wake me at nine am", intent="alarm_set")
    talk.correct(misheard, "alarm_set", TIME, TEXT)
    talk.type("nobody says what this should be")
    found = found_in(store, talk.id)
    assert (found.n_corrected, found.n_all_right, found.n_put_right) == (4, 1, 3)
    assert (found.n_misheard, found.n_wrong_intent, found.n_wrong_slots) == (1, 1, 2)


def test_hearing_errors_are_summed_over_corrected_spoken_turns(
    store: Store, tmp_path: Path
) -> None:
    talk = Talk(store, tmp_path, prepare_release(store), "en-US")
    spoken = talk.speak(record(), heard="wake me at nine pm", intent="alarm_set")
    talk.correct(spoken, "alarm_set", (), TEXT)
    short = talk.speak(record(seconds=0.5), heard="stop", intent="alarm_remove")
    talk.correct(short, "alarm_remove", (), "stop")
    talk.correct(talk.type(TEXT), "alarm_set")
    hearing = found_in(store, talk.id).hearing
    assert (hearing.unit, hearing.edits, hearing.n_units) == ("word", 2, 6)
    assert hearing.rate == pytest.approx(2 / 6)


def test_where_words_are_not_told_apart_characters_are_counted(
    store: Store, tmp_path: Path
) -> None:
    talk = Talk(store, tmp_path, prepare_release(store), "ja-JP")
    talk.correct(talk.speak(record(), heard="明日の天気は"), "weather_query", (), "明日の電気は")
    hearing = found_in(store, talk.id).hearing
    assert (hearing.unit, hearing.edits, hearing.n_units) == ("character", 1, 6)


def test_ratings_and_issues_are_those_of_the_newest_judgments(store: Store, tmp_path: Path) -> None:
    person_id = prepare_release(store)
    talk = Talk(store, tmp_path, person_id, "en-US")
    first, second, third = (talk.type(text) for text in ("one", "two", "three"))
    with store.writing() as db:
        record_judgment(db, first.id, person_id, 1, ["offensive"])
        record_judgment(db, first.id, person_id, 4, ["too_slow"])
        record_judgment(db, second.id, person_id, 3, ["too_slow", "other"])
        record_judgment(db, third.id, person_id, None, (), "a note alone is no rating")
    found = found_in(store, talk.id)
    assert (found.rating_sum, found.n_rated, found.mean_rating) == (7, 2, 3.5)
    assert found.tags == (("too_slow", 2), ("other", 1))


def test_a_task_is_done_once_it_is_answered_with_more_than_a_question(
    store: Store, session: SessionView
) -> None:
    asks_back = Answer(intent="alarm_set", dialogue=Dialogue("alarm_set", (), asked_back=True))
    settled = Answer(intent="alarm_set", dialogue=Dialogue("alarm_set", ()))
    try_task(store, session, "morning.alarm", asks_back)
    try_task(store, session, "morning.coat", Answer(error="out of order"))
    with store.reading() as db:
        assert list_tasks_done(db, session.id) == []
    try_task(store, session, "morning.day")
    try_task(store, session, "morning.alarm", settled)
    assert found_in(store, session.id).tasks_done == ("morning.day", "morning.alarm")


def test_long_silences_are_no_talking(store: Store, session: SessionView) -> None:
    began = datetime(2026, 3, 1, 8, tzinfo=UTC)
    moments = [timedelta(minutes=n) for n in (1, 3, 600, 602)]
    for number, moment in enumerate(moments):
        try_task(store, session, f"task {number}")
        with store.writing() as db:
            db.execute(
                update(Turn)
                .where(Turn.session_id == session.id, Turn.number == number + 1)
                .values(created_at=began + moment)
            )
    with store.writing() as db:
        db.execute(update(LiveSession).values(started_at=began))
    assert found_in(store, session.id).seconds_talked == (1 + 2 + 2) * 60


def test_what_is_corrected_after_the_end_lengthens_no_session(store: Store, tmp_path: Path) -> None:
    person_id = prepare_release(store)
    talk = Talk(store, tmp_path, person_id, "en-US")
    turn = talk.type(TEXT)
    with store.writing() as db:
        ended = end_session(db, talk.id, person_id)
    talk.correct(turn, "alarm_set")
    with store.writing() as db:
        later = ended.started_at + timedelta(minutes=5)
        db.execute(update(Correction).values(created_at=later))
    assert ended.ended_at is not None
    lasted = (ended.ended_at - ended.started_at).total_seconds()
    found = found_in(store, talk.id)
    assert found.n_corrected == 1
    assert found.seconds_talked == pytest.approx(lasted)


def test_everybodys_sessions_are_listed_with_what_came_of_them(
    store: Store, tmp_path: Path
) -> None:
    person_id = prepare_release(store)
    talk = Talk(store, tmp_path, person_id, "en-US")
    talk.correct(talk.speak(record(), heard=TEXT), "alarm_set")
    talk.type(TEXT)
    other = begin(store, person_id, "sw-KE")
    with store.reading() as db:
        listed = list_session_facts(db)
        assert [one.id for one in listed] == [other.id, talk.id]
        assert (listed[1].n_turns, listed[1].n_spoken, listed[1].n_corrected) == (2, 1, 1)
        assert (listed[1].login, listed[1].release) == ("amina", "pocket-1")
        assert [one.id for one in list_session_facts(db, locale="sw-KE")] == [other.id]
        assert [one.id for one in list_session_facts(db, limit=1)] == [other.id]
        assert list_session_facts(db, login="bilal") == []
        assert list_session_facts(db, release="pocket-2") == []


def test_a_session_that_is_not_there_is_not_found(store: Store, session: SessionView) -> None:
    with store.reading() as db:
        found = find_session_of_anybody(db, session.id)
        assert found == find_session(db, session.id, session.person_id)
        for session_id in (999, 2**40):
            with pytest.raises(NotFound, match=f"{session_id}; 'vernacular session list'"):
                find_session_of_anybody(db, session_id)


EXPECTED = Understood("wake me at five am", "alarm_set", TIME)


@pytest.mark.parametrize(
    ("found", "wrong"),
    [
        (EXPECTED, ()),
        (Understood("Wake me, at five am!", "alarm_set", [Slot("time", 12, 20)]), ()),
        (Understood("at five am wake me", "alarm_set", [Slot("time", 3, 10)]), ("hearing",)),
        (Understood(EXPECTED.text, "alarm_set", [Slot("date", 11, 18)]), ("slots",)),
        (Understood(EXPECTED.text, None, ()), ("intent", "slots")),
        (None, ("hearing", "intent", "slots")),
    ],
)
def test_texts_and_values_are_compared_as_they_are_scored(
    found: Understood | None, wrong: tuple[str, ...]
) -> None:
    assert find_wrong_parts("en-US", found, EXPECTED, is_spoken=True) == wrong


def test_what_was_typed_cannot_be_misheard() -> None:
    assert find_wrong_parts("en-US", None, EXPECTED, is_spoken=False) == ("intent", "slots")
    other = Understood("at five am wake me", "alarm_set", [Slot("time", 3, 10)])
    assert find_wrong_parts("en-US", other, EXPECTED, is_spoken=False) == ()
