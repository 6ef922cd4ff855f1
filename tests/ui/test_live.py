from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import backend
from tests.clips.recordings import record
from tests.evaluation.voice_situations import add_voice_release
from tests.live.conversation import (
    TEXT,
    AnsweringDouble,
    AssistantsDouble,
    CrashingDouble,
    UnavailableDouble,
    begin,
    write_release,
)
from tests.ui.pages import Visitor, html, keys, open_page, read, write_person
from tests.ui.talking import (
    pending,
    say,
    stored_turns,
    talk,
)
from vernacular.clips.folder import ClipFolder
from vernacular.live.said import Said, keep_recording
from vernacular.live.turns import ask
from vernacular.store.tables import Release
from vernacular.wiring import Wiring

SignIn = Callable[..., Visitor]

SILENT = record(channels=np.zeros((1, 16_000), np.float32))


@pytest.fixture
def tester(wiring: Wiring, sign_in: SignIn) -> Visitor:
    write_release(wiring.store)
    return sign_in()


def test_without_a_release_the_page_says_who_adds_one(wiring: Wiring, sign_in: SignIn) -> None:
    sign_in()
    at = open_page()
    assert "There is no release to talk to yet." in read(at)
    assert "vernacular release add" in read(at)
    assert not at.chat_input


def test_a_release_that_only_sent_results_cannot_be_talked_to(
    wiring: Wiring, tester: Visitor
) -> None:
    with wiring.store.writing() as db:
        db.add(Release(name="theirs", assistant="a", manifest={"imported": True}, root=""))
    assert "theirs" not in open_page().selectbox(key="live.release").options


def test_a_message_is_stored_and_shown_with_what_was_made_of_it(
    wiring: Wiring, tester: Visitor
) -> None:
    at = say(open_page())
    (turn,) = stored_turns(wiring)
    assert (turn.text, turn.intent) == (TEXT, "alarm_set")
    assert at.query_params["session"] == "1"
    shown = read(at)
    assert "Set an alarm" in shown and "91 %" in shown
    assert "The alarm is set for five am." in shown
    assert "understanding <bdi>7.5 ms</bdi>" in shown and "answering <bdi>0.2 ms</bdi>" in shown


def test_slots_are_marked_in_the_text_with_their_name(wiring: Wiring, tester: Visitor) -> None:
    shown = read(say(open_page()))
    assert 'wake me at <mark class="v-slot"' in shown
    assert ">five am</bdi><span" in shown and ">time</bdi>" in shown


def test_the_persons_own_locale_comes_first(wiring: Wiring, sign_in: SignIn) -> None:
    write_release(wiring.store)
    sign_in(locales=("ug-Arab-CN", "sw-KE"))
    locale = open_page().selectbox(key="live.locale")
    assert locale.value == "ug-Arab-CN"
    assert locale.options[1] == "Swahili (Kenya) · \u2068Kiswahili (Kenya)\u2069 · sw-KE"


def test_a_reload_shows_the_session_again(wiring: Wiring, tester: Visitor) -> None:
    at = open_page(session=talk(wiring, tester))
    assert "The alarm is set for five am." in read(at)


def test_an_earlier_session_can_be_opened_again(wiring: Wiring, tester: Visitor) -> None:
    talk(wiring, tester)
    at = open_page()
    assert not at.chat_message
    at.button(key="live.open.1").click().run()
    assert at.query_params["session"] == "1"
    assert at.chat_message


def test_somebody_elses_session_is_not_shown(wiring: Wiring, tester: Visitor) -> None:
    other = write_person(wiring.store, login="juma")
    at = open_page(session=talk(wiring, other))
    assert "This is not there, or it is not yours." in read(at)
    assert TEXT not in read(at)
    at.button(key="live.new").click().run()
    assert "session" not in at.query_params and at.chat_input


def test_who_speaks_in_a_paused_session_goes_on_with_it(wiring: Wiring, tester: Visitor) -> None:
    at = open_page(session=talk(wiring, tester))
    at.button(key="live.pause").click().run()
    assert "This session is paused." in read(at)
    say(at)
    assert "This session is paused." not in read(at)
    assert "live.resume" not in keys(at, "button")


def test_where_nothing_can_be_heard_nobody_is_told_to_ask_again(
    wiring: Wiring, tester: Visitor, tmp_path: Path
) -> None:
    wiring.__dict__["assistants"] = AssistantsDouble(UnavailableDouble())
    wiring.__dict__["clips"] = clips = ClipFolder(tmp_path)
    session = begin(wiring.store, tester.id)
    for key, sound in (("silent", SILENT), ("broken", b"no sound"), ("good", record())):
        said = Said(clip=keep_recording(wiring.store, clips, sound).content_hash)
        ask(wiring.store, clips, wiring.assistants, session.id, tester.id, key, said)
    at = open_page(session=str(session.id))
    assert "Nothing can be heard in this recording." in read(at)
    assert "This recording cannot be read" in read(at)
    assert [key for key in keys(at, "button") if key.endswith(".retry")] == ["turn.3.retry"]
    assert len(html(at, "<audio")) == 2


def test_a_release_that_only_reads_says_so(wiring: Wiring, sign_in: SignIn) -> None:
    add_voice_release(wiring.store, "reads", hears=False)
    sign_in()
    assert "there is no microphone here" in read(open_page())
    add_voice_release(wiring.store, "hears")
    at = open_page()
    at.selectbox(key="live.release").set_value("hears").run()
    assert "there is no microphone here" not in read(at)


def test_an_ended_session_takes_no_more_messages(wiring: Wiring, tester: Visitor) -> None:
    at = open_page(session=talk(wiring, tester))
    at.button(key="live.end").click().run()
    assert "This session has ended." in read(at)
    assert not at.chat_input


def test_a_session_that_can_go_on_opens_at_its_newest_turn_and_stays_where_she_scrolls(
    wiring: Wiring, tester: Visitor
) -> None:
    at = open_page(session=talk(wiring, tester, n=11))
    assert html(at, "scrollIntoView")
    at.button(key="live.earlier").click().run()
    assert not html(at, "scrollIntoView")
    at.button(key="live.new").click().run()
    at.button(key="live.open.1").click().run()
    assert html(at, "scrollIntoView")


def test_who_resumes_a_session_with_a_goal_is_not_suggested_what_she_passed_over(
    wiring: Wiring, tester: Visitor
) -> None:
    at = open_page()
    at.pills(key="live.goal").set_value("music").run()
    at.button(key="live.skip").click().run()
    say(at)
    assert [turn.task for turn in stored_turns(wiring)] == ["music.neighbours"]
    before = html(at, "v-prompt")
    assert html(open_page(session="1"), "v-prompt") == before


def test_at_most_the_last_ten_turns_are_shown_until_more_are_asked_for(
    wiring: Wiring, tester: Visitor
) -> None:
    at = open_page(session=talk(wiring, tester, n=11))
    assert keys(at, "toggle") == [f"turn.{number}.open" for number in range(6, 12)]
    at.button(key="live.earlier").click().run()
    assert keys(at, "toggle") == [f"turn.{number}.open" for number in range(1, 12)]
    assert "live.earlier" not in keys(at, "button")


def test_turns_keep_their_places_until_several_leave_the_page_at_once(
    wiring: Wiring, tester: Visitor
) -> None:
    at = open_page(session=talk(wiring, tester, n=9))
    shown = [len(keys(say(at), "toggle")) for _ in range(7)]
    assert shown == [10, 6, 7, 8, 9, 10, 6]


def test_a_turn_that_failed_is_kept_and_can_be_asked_again_as_the_same_turn(
    wiring: Wiring, tester: Visitor
) -> None:
    wiring.__dict__["assistants"] = AssistantsDouble(UnavailableDouble())
    at = say(open_page())
    assert "The assistant did not answer. What you said is saved" in read(at)
    assert [turn.status.value for turn in stored_turns(wiring)] == ["failed"]
    wiring.__dict__["assistants"] = AssistantsDouble(AnsweringDouble())
    at.button(key="turn.1.retry").click().run()
    assert [turn.status.value for turn in stored_turns(wiring)] == ["answered"]
    assert "Set an alarm" in read(at)


def test_a_tester_is_not_shown_the_hosts_own_words(wiring: Wiring, tester: Visitor) -> None:
    wiring.__dict__["assistants"] = AssistantsDouble(UnavailableDouble())
    assert "127.0.0.1" not in read(say(open_page()))


def test_a_bug_in_an_assistant_is_no_traceback_and_the_text_can_be_sent_again(
    wiring: Wiring, tester: Visitor
) -> None:
    wiring.__dict__["assistants"] = AssistantsDouble(CrashingDouble())
    at = say(open_page())
    assert "Something went wrong on our side." in read(at)
    assert "ZeroDivisionError" not in read(at) and not at.exception
    wiring.__dict__["assistants"] = AssistantsDouble(AnsweringDouble())
    (again,) = pending(at, "again")
    at.button(key=again).click().run()
    assert [turn.status.value for turn in stored_turns(wiring)] == ["answered"]
    assert not pending(at, "again")


def test_a_page_whose_sign_in_ended_asks_no_assistant_again(
    wiring: Wiring, tester: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    wiring.__dict__["assistants"] = AssistantsDouble(UnavailableDouble())
    at = say(open_page())
    assistant = AnsweringDouble()
    wiring.__dict__["assistants"] = AssistantsDouble(assistant)
    # As a fragment runs: with the person found before, and without app.py looking again.
    monkeypatch.setattr(backend.people, "find_person", lambda _: None)
    at.button(key="turn.1.retry").click().run()
    assert "Your account does not allow this." in read(at)
    assert not assistant.asked


def test_what_was_typed_is_text_and_never_markup(wiring: Wiring, tester: Visitor) -> None:
    wiring.__dict__["assistants"].assistant.answer = AnsweringDouble().answer
    shown = read(open_page(session=talk(wiring, tester, text="<img src=x onerror=alert(1)> at 5")))
    assert "<img" not in shown
    assert "&lt;img" in shown


def test_a_broken_store_is_explained_in_the_persons_language(
    wiring: Wiring, sign_in: SignIn, broken_store: Callable[[str], None]
) -> None:
    sign_in(language="ar")
    broken_store("list_talking_releases")
    at = open_page()
    assert [error.value.split(".")[0] for error in at.error] == ["حدث خطأ من جهتنا"]
    assert "disk" not in read(at) and not at.exception
