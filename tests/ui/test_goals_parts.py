"""What a session is about, what it found, and what became of it: parts of the live page alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from outbox import Place
from tests.clips.recordings import record
from tests.evaluation.session_situations import Talk
from tests.live.conversation import TEXT, write_release
from tests.ui.pages import TIMEOUT_SECONDS, Visitor, read
from vernacular.corpus.utterance import Slot
from vernacular.live.judgments import record_judgment
from vernacular.live.sessions import SessionView, find_session, start_session
from vernacular.people.sign_in import SignedIn
from vernacular.store.replays import record_replayed
from vernacular.store.tables import Release, Run, Suite
from vernacular.store.tables.people import Role
from vernacular.wiring import Wiring

SignIn = Callable[..., Visitor]
TIME = (Slot("time", 11, 18),)


@pytest.fixture
def person(wiring: Wiring, sign_in: SignIn) -> SignedIn:
    write_release(wiring.store)
    return signed_in(sign_in())


def signed_in(visitor: Visitor, language: str = "en") -> SignedIn:
    return SignedIn(
        person_id=visitor.id,
        login="amina",
        display_name="Amina",
        role=Role.TESTER,
        ui_language=language,
        locales=("en-US",),
    )


def start(wiring: Wiring, person: SignedIn, goal: str | None, locale: str = "en-US") -> SessionView:
    with wiring.store.writing() as db:
        return start_session(db, person.person_id, "pocket-1", locale, goal)


CHOOSING = """
import goals, streamlit as st
locale = st.selectbox("Locale", ["en-US", "ar-SA", "zh-CN"], key="locale")
st.code(repr(goals.choose(st.session_state["given"]["person"], locale)))
"""
SUGGESTING = """
import goals, streamlit as st
st.code(repr(goals.suggestion(**st.session_state["given"])))
"""
SUMMING_UP = """
import summary, streamlit as st
summary.show(**st.session_state["given"])
"""
FOLLOWING_UP = """
import fixed, streamlit as st
fixed.show(**st.session_state["given"])
"""


def run(script: str, language: str = "en", **given: object) -> AppTest:
    """Runs one part of a page with what the page would give to it."""
    at = AppTest.from_string(script, default_timeout=TIMEOUT_SECONDS)
    at.session_state["language"] = language
    at.session_state["given"] = given
    return at.run()


def returned(at: AppTest) -> str:
    (code,) = at.code
    return code.value


def test_free_talk_is_what_nobody_has_to_choose(person: SignedIn) -> None:
    at = run(CHOOSING, person=person)
    assert at.pills[0].options[0] == "Free talk"
    assert at.pills[0].value == ""
    assert len(at.pills[0].options) >= 7
    assert returned(at) == "None"


def test_a_goal_is_chosen_and_left_again(person: SignedIn) -> None:
    at = run(CHOOSING, person=person)
    at.pills(key="live.goal").set_value("morning").run()
    assert returned(at) == "'morning'"
    assert "There are 5 things to try" in read(at)
    at.pills(key="live.goal").set_value(None).run()
    assert returned(at) == "None"


def test_goals_are_told_in_the_locale_and_a_choice_stays(person: SignedIn) -> None:
    at = run(CHOOSING, person=person)
    at.pills(key="live.goal").set_value("holiday").run()
    at.selectbox(key="locale").set_value("ar-SA").run()
    assert not at.exception
    assert any("الاستعداد للعيد" in option for option in at.pills[0].options)
    at.selectbox(key="locale").set_value("zh-CN").run()
    assert any("准备过节" in option for option in at.pills[0].options)
    assert not at.exception


def test_free_talk_is_given_no_suggestion(wiring: Wiring, person: SignedIn) -> None:
    at = run(SUGGESTING, aim=start(wiring, person, None), tasks_done=[])
    assert returned(at) == "None"
    assert not at.button
    assert not at.html


def test_a_goal_that_no_longer_exists_is_free_talk(wiring: Wiring, person: SignedIn) -> None:
    assert returned(run(SUGGESTING, aim=start(wiring, person, "conquer"), tasks_done=[])) == "None"


def test_the_first_task_left_is_suggested_in_the_locales_direction(
    wiring: Wiring, person: SignedIn
) -> None:
    session = start(wiring, person, "morning", "ar-SA")
    at = run(SUGGESTING, aim=session, tasks_done=["morning.alarm"])
    assert returned(at) == "'morning.fasting'"
    (prompt,) = [one.value for one in at.html if "v-prompt" in one.value]
    assert 'dir="rtl" lang="ar"' in prompt
    assert "السحور" in prompt
    assert "1 of 6 tried" in read(at)


def test_what_is_skipped_comes_back_after_the_others(wiring: Wiring, person: SignedIn) -> None:
    session = start(wiring, person, "music")
    at = run(SUGGESTING, aim=session, tasks_done=[])
    suggested = [returned(at)]
    for _ in range(4):
        at.button(key="live.skip").click().run()
        suggested.append(returned(at))
    assert len(set(suggested)) == 4
    assert suggested[4] == suggested[0] == "'music.calm'"


def test_what_was_skipped_stays_so_after_a_reload(wiring: Wiring, person: SignedIn) -> None:
    session = start(wiring, person, "music")
    at = run(SUGGESTING, aim=session, tasks_done=[])
    at.button(key="live.skip").click().run()
    suggested, address = returned(at), at.query_params["task"]
    again = AppTest.from_string(SUGGESTING, default_timeout=TIMEOUT_SECONDS)
    again.query_params["task"] = address
    again.session_state["given"] = {"aim": session, "tasks_done": []}
    assert returned(again.run()) == suggested == "'music.neighbours'"


def test_what_was_skipped_before_the_last_turn_stays_so_for_who_comes_back(
    wiring: Wiring, person: SignedIn
) -> None:
    session = start(wiring, person, "music")
    done = ["music.neighbours"]
    at = run(SUGGESTING, aim=session, tasks_done=done, since="music.neighbours")
    assert returned(at) == "'music.stranger'"


def test_the_first_task_is_suggested_before_there_is_a_session(person: SignedIn) -> None:
    at = run(SUGGESTING, aim=Place(None, "en-US", "pocket-1", "music"), tasks_done=[])
    assert returned(at) == "'music.calm'"


def test_the_last_task_left_cannot_be_skipped(wiring: Wiring, person: SignedIn) -> None:
    done = ["music.calm", "music.neighbours", "music.stranger"]
    at = run(SUGGESTING, aim=start(wiring, person, "music"), tasks_done=done)
    assert returned(at) == "'music.taste'"
    assert not at.button


def test_when_all_is_tried_the_page_says_how_to_go_on(wiring: Wiring, person: SignedIn) -> None:
    done = ["music.calm", "music.neighbours", "music.stranger", "music.taste"]
    at = run(SUGGESTING, aim=start(wiring, person, "music"), tasks_done=done)
    assert returned(at) == "None"
    assert "you have tried all of it" in at.success[0].value


def test_an_empty_session_has_nothing_to_sum_up(wiring: Wiring, person: SignedIn) -> None:
    at = run(SUMMING_UP, person=person, session=start(wiring, person, None))
    assert "Nothing was said in this session." in read(at)
    assert "v-number" not in read(at)


def test_a_summary_says_what_was_found(wiring: Wiring, person: SignedIn, tmp_path: Path) -> None:
    talk = Talk(wiring.store, tmp_path, person.person_id, "en-US")
    talk.correct(talk.type(TEXT, "alarm_set", slots=TIME), "alarm_set", TIME)
    misheard = talk.speak(record(), heard="wake me at nine am", intent="alarm_set", slots=TIME)
    talk.correct(misheard, "alarm_set", TIME, TEXT)
    failed = talk.fail(TEXT)
    with wiring.store.writing() as db:
        record_judgment(db, misheard.id, person.person_id, 2, ["too_slow"])
        record_judgment(db, failed.id, person.person_id, None, ["too_slow"])
        session = find_session(db, talk.id, person.person_id)
    said = read(run(SUMMING_UP, person=person, session=replace(session, goal="music")))
    for number, words in (("3", "turns in all"), ("1", "all correct"), ("1", "put right by you")):
        assert f'<div class="v-number">{number}</div><div class="v-muted">{words}</div>' in said
    assert "without an answer" in said
    assert "2.0 / 5" in said
    assert "rating of 1 turn" in said
    assert "Music at home" in said
    assert "0 of 4 tried" in said
    assert "1 misheard" in said
    assert "Of 5 words in what you corrected, 1 went wrong in hearing" in said
    assert "It took too long: 2" in said
    assert "Only then can the" not in said


def test_a_summary_holds_no_silence_against_the_assistant(
    wiring: Wiring, person: SignedIn, tmp_path: Path
) -> None:
    talk = Talk(wiring.store, tmp_path, person.person_id, "en-US")
    talk.speak(b"no sound", heard="", error="the clip cannot be read")
    with wiring.store.reading() as db:
        session = find_session(db, talk.id, person.person_id)
    said = read(run(SUMMING_UP, person=person, session=session))
    assert '<div class="v-number">1</div><div class="v-muted">with nothing to hear</div>' in said
    assert "without an answer" not in said


def test_a_summary_without_corrections_says_what_they_are_for(
    wiring: Wiring, person: SignedIn, tmp_path: Path
) -> None:
    talk = Talk(wiring.store, tmp_path, person.person_id, "en-US")
    talk.type(TEXT)
    with wiring.store.reading() as db:
        session = find_session(db, talk.id, person.person_id)
    assert "Only then can the" in read(run(SUMMING_UP, person=person, session=session))


def add_release(wiring: Wiring, name: str = "pocket-2") -> int:
    with wiring.store.writing() as db:
        release = Release(name=name, assistant="pocket", manifest={}, root=".")
        db.add(release)
        db.flush()
        return release.id


def test_who_found_no_mistake_sees_no_panel(person: SignedIn) -> None:
    at = run(FOLLOWING_UP, person=person)
    assert not at.subheader
    assert not at.html


def test_until_the_next_release_the_panel_says_what_will_be_there(
    wiring: Wiring, person: SignedIn, tmp_path: Path
) -> None:
    talk = Talk(wiring.store, tmp_path, person.person_id, "en-US")
    talk.correct(talk.type(TEXT), "alarm_set", TIME)
    said = read(run(FOLLOWING_UP, person=person))
    assert "You found 1 mistake. Once there is another release" in said
    add_release(wiring)
    said = read(run(FOLLOWING_UP, person=person))
    assert "has not been tried on them yet" in said
    assert "No later release has been tried on it yet." in said


def test_the_panel_says_which_release_gets_it_right_now(
    wiring: Wiring, person: SignedIn, tmp_path: Path
) -> None:
    talk = Talk(wiring.store, tmp_path, person.person_id, "en-US")
    text = "wake <b>me</b> at five am"
    turns = [talk.type(text), talk.type("play it"), talk.fail("stop")]
    for turn, intent in zip(turns, ("alarm_set", "play_radio", "alarm_remove"), strict=True):
        talk.correct(turn, intent)
    release_id = add_release(wiring)
    with wiring.store.writing() as db:
        suite = Suite(name="any", content_hash="-", n_items=0)
        db.add(suite)
        db.flush()
        runs = Run(release_id=release_id, suite_id=suite.id, dialogue="forced")
        db.add(runs)
        db.flush()
        row = {"run_id": runs.id, "slots": (), "reply": None, "trace": None, "error": None}
        now = zip(turns, ("alarm_set", "play_music", "alarm_set"), strict=True)
        record_replayed(
            db, [{**row, "turn_id": one.id, "text": one.text, "intent": it} for one, it in now]
        )
    said = read(run(FOLLOWING_UP, person=person))
    assert '<div class="v-number">1</div><div class="v-muted">fixed</div>' in said
    assert '<div class="v-number">2</div><div class="v-muted">still wrong</div>' in said
    assert "gets 1 of 3 right" in said
    assert "wake &lt;b&gt;me&lt;/b&gt; at five am" in said
    assert "Play music → Set an alarm" in said
    assert "✓ <bdi>pocket-2</bdi> gets it right" in said
    assert "✗ <bdi>pocket-2</bdi> gets it wrong" in said
    assert "no answer" in said


@pytest.mark.parametrize("script", [SUMMING_UP, FOLLOWING_UP], ids=["summary", "fixed"])
def test_the_panels_stand_in_a_page_that_runs_from_right_to_left(
    wiring: Wiring, person: SignedIn, tmp_path: Path, script: str
) -> None:
    talk = Talk(wiring.store, tmp_path, person.person_id, "ar-SA")
    talk.correct(talk.type("أيقظني في الخامسة"), "alarm_set")
    add_release(wiring)
    with wiring.store.reading() as db:
        session = find_session(db, talk.id, person.person_id)
    reader = replace(person, ui_language="ar")
    given = {"session": session} if script == SUMMING_UP else {}
    at = run(script, "ar", person=reader, **given)
    assert not at.exception
    assert at.html
