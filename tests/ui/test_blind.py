from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import backend
from tests.live.blind_votes import write_votes
from tests.live.blindfold import NAMES, Duel, begin_blind, put_blind, write_releases
from tests.live.conversation import ANSWER, TEXT
from tests.ui.pages import Visitor, html, keys, open_page, read, write_person
from tests.ui.talking import hanging, pending, settle
from vernacular.clips.audio import Audio
from vernacular.clips.folder import ClipFolder
from vernacular.live.blind.sessions import end_session, find_session
from vernacular.live.blind.turn_view import BlindTurnView
from vernacular.live.blind.turns import ask, list_turns
from vernacular.live.blind.votes import record_preference
from vernacular.live.said import Said, keep_speech
from vernacular.store.tables.blind import Choice
from vernacular.wiring import Wiring

SignIn = Callable[..., Visitor]


@pytest.fixture
def duel(wiring: Wiring) -> Duel:
    """What both releases answer; the pages ask it."""
    write_releases(wiring.store)
    made = Duel()
    wiring.__dict__["assistants"] = made
    return made


@pytest.fixture
def tester(duel: Duel, sign_in: SignIn) -> Visitor:
    return sign_in()


def begin(wiring: Wiring, tester: Visitor) -> str:
    """Starts a session and returns its number as the address has it."""
    return str(begin_blind(wiring.store, tester.id).id)


def say(at: AppTest, text: str = TEXT) -> AppTest:
    return at.chat_input(key="blind.input").set_value(text).run()


def choose(at: AppTest, choice: Choice, turn_id: int = 1) -> AppTest:
    return at.button(key=f"blind.{turn_id}.vote.{choice.value}").click().run()


def stored_turns(wiring: Wiring, tester: Visitor, session_id: int = 1) -> list[BlindTurnView]:
    with wiring.store.reading() as db:
        return list_turns(db, session_id, tester.id)


def side_heads(at: AppTest) -> list[str]:
    return html(at, "<strong>A</strong>") + html(at, "<strong>B</strong>")


def test_with_fewer_than_two_releases_the_page_says_who_adds_one(
    wiring: Wiring, sign_in: SignIn
) -> None:
    write_releases(wiring.store, "pocket-1")
    sign_in()
    at = open_page("blind")
    assert "There are not two releases to compare yet." in read(at)
    assert "vernacular release add" in read(at)
    assert "blind.begin" not in keys(at, "button")


def test_two_different_releases_are_chosen_and_the_session_is_in_the_address(
    wiring: Wiring, tester: Visitor
) -> None:
    at = open_page("blind")
    assert at.selectbox(key="blind.release").value == "pocket-2"
    assert at.selectbox(key="blind.rival").options == ["pocket-1"]
    at.button(key="blind.begin").click().run()
    assert at.query_params["blind"] == "1" or at.query_params["blind"] == ["1"]
    assert at.chat_input


def test_two_answers_are_shown_with_four_choices_and_no_names(
    wiring: Wiring, tester: Visitor
) -> None:
    at = say(open_page("blind", blind=begin(wiring, tester)))
    shown = read(at)
    assert "Good, at five." in shown and "The alarm rings at five." in shown
    assert shown.count("Set an alarm") == 2
    assert [one for one in keys(at, "button") if ".vote." in one] == [
        "blind.1.vote.a",
        "blind.1.vote.b",
        "blind.1.vote.tie",
        "blind.1.vote.both_bad",
    ]
    heads = side_heads(at)
    assert len(heads) == 2 and not any(name in head for name in NAMES for head in heads)
    # The pair is known, its sides are not: each name stands in the head of the page alone.
    assert all(shown.count(name) == 1 for name in NAMES)


def test_after_the_vote_the_names_appear_and_it_is_saved(wiring: Wiring, tester: Visitor) -> None:
    at = choose(say(open_page("blind", blind=begin(wiring, tester))), Choice.B)
    (turn,) = stored_turns(wiring, tester)
    assert turn.choice is Choice.B and turn.releases is not None
    shown = read(at)
    assert "Saved" in shown and "You said: \u2066B is better" in shown
    for head, name in zip(side_heads(at), turn.releases, strict=True):
        assert name in head
    assert not [one for one in keys(at, "button") if ".vote." in one]


def test_a_vote_that_was_cast_elsewhere_stays(wiring: Wiring, tester: Visitor) -> None:
    at = say(open_page("blind", blind=begin(wiring, tester)))
    with wiring.store.writing() as db:
        record_preference(db, 1, tester.id, Choice.TIE)
    choose(at, Choice.A)
    assert "Something else is stored by now" in read(at)
    assert [turn.choice for turn in stored_turns(wiring, tester)] == [Choice.TIE]


def test_answers_that_give_a_name_away_are_said_not_to_count(
    wiring: Wiring, tester: Visitor, duel: Duel
) -> None:
    duel.answers["pocket-2"] = replace(ANSWER, reply="Pocket 2 has set it.")
    at = say(open_page("blind", blind=begin(wiring, tester)))
    sentence = "An answer gave its name away, so what you choose here is kept but not counted."
    assert sentence in read(at)
    assert sentence in read(choose(at, Choice.A))


def test_answers_in_the_same_words_are_said_to_be_alike(
    wiring: Wiring, tester: Visitor, duel: Duel
) -> None:
    duel.answers.update(dict.fromkeys(NAMES, ANSWER))
    at = say(open_page("blind", blind=begin(wiring, tester)))
    assert "Both answered in the same words." in read(at)


def test_a_spoken_request_and_spoken_replies_have_players_and_what_each_side_heard(
    wiring: Wiring, tester: Visitor, duel: Duel, tmp_path: Path
) -> None:
    clips = ClipFolder(tmp_path)
    sounds = [Audio(np.full(1600, level, np.float32)) for level in (0.1, 0.2, 0.3)]
    clip = keep_speech(wiring.store, clips, sounds[0])
    for name, sound, heard in zip(NAMES, sounds[1:], ("wake me", "bake me"), strict=True):
        duel.answers[name] = replace(ANSWER, transcript=heard, slots=(), speech=sound)
    session = begin_blind(wiring.store, tester.id)
    ask(wiring.store, clips, duel, session.id, tester.id, "key", Said(clip=clip))
    at = open_page("blind", blind=str(session.id))
    players = html(at, "<audio")
    assert len(players) == 3 and clip in players[0]
    assert sorted(one for one in ("wake me", "bake me") if html(at, one)) == ["bake me", "wake me"]


def test_of_a_recording_without_a_sound_it_is_said_and_nobody_asks_again(
    wiring: Wiring, tester: Visitor, duel: Duel, tmp_path: Path
) -> None:
    duel.down.update(NAMES)
    clips = ClipFolder(tmp_path)
    clip = keep_speech(wiring.store, clips, Audio(np.zeros(16_000, np.float32)))
    session = begin_blind(wiring.store, tester.id)
    ask(wiring.store, clips, duel, session.id, tester.id, "key", Said(clip=clip))
    at = open_page("blind", blind=str(session.id))
    shown = read(at)
    assert "Nothing can be heard in this recording." in shown
    assert "There is nothing in it to answer." in shown and "No answer yet" not in shown
    assert "blind.1.retry" not in keys(at, "button")


def test_where_one_alone_has_a_voice_it_is_heard_after_the_vote(
    wiring: Wiring, tester: Visitor, duel: Duel, tmp_path: Path
) -> None:
    sound = Audio(np.full(1_600, 0.1, np.float32))
    duel.answers["pocket-2"] = replace(ANSWER, speech=sound)
    session = begin_blind(wiring.store, tester.id)
    ask(wiring.store, ClipFolder(tmp_path), duel, session.id, tester.id, "key", Said(TEXT))
    at = open_page("blind", blind=str(session.id))
    assert not html(at, "<audio")
    assert "Only one of the two has a voice, so you hear neither" in read(at)
    at = choose(at, Choice.TIE)
    assert len(html(at, "<audio")) == 1
    assert "Only one of the two has a voice" not in read(at)


def test_where_one_side_fails_the_other_is_shown_and_the_turn_is_asked_again(
    wiring: Wiring, tester: Visitor, duel: Duel
) -> None:
    duel.down.add("pocket-2")
    at = say(open_page("blind", blind=begin(wiring, tester)))
    shown = read(at)
    assert "Not both have answered." in shown and "No answer yet" in shown
    assert "Good, at five." in shown and "the host of" not in shown
    assert "blind.1.vote.a" not in keys(at, "button")
    duel.down.clear()
    at.button(key="blind.1.retry").click().run()
    assert "The alarm rings at five." in read(at)
    assert "blind.1.vote.a" in keys(at, "button")
    assert len(stored_turns(wiring, tester)) == 1


def test_what_could_not_be_stored_stays_on_screen_until_it_is(
    wiring: Wiring, tester: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = backend.ask_both

    def fail(*_: object) -> None:
        raise OSError("disk I/O error")

    at = open_page("blind", blind=begin(wiring, tester))
    monkeypatch.setattr(backend, "ask_both", fail)
    say(at)
    assert "Something went wrong on our side." in read(at) and TEXT in read(at)
    assert stored_turns(wiring, tester) == []
    monkeypatch.setattr(backend, "ask_both", real)
    (again,) = [key for key in keys(at, "button") if key.startswith("live.again.")]
    at.button(key=again).click().run()
    assert [turn.said.text for turn in stored_turns(wiring, tester)] == [TEXT]
    assert not [key for key in keys(at, "button") if key.startswith("live.again.")]


def test_what_could_not_be_stored_can_be_given_up(
    wiring: Wiring, tester: Visitor, broken_store: Callable[[str], None]
) -> None:
    broken_store("ask_both")
    at = say(open_page("blind", blind=begin(wiring, tester)))
    (discard,) = [key for key in keys(at, "button") if key.startswith("live.discard.")]
    at.button(key=discard).click().run()
    assert TEXT not in read(at) and not at.error


def test_an_earlier_comparison_is_opened_again_with_what_was_chosen(
    wiring: Wiring, tester: Visitor, duel: Duel
) -> None:
    session = begin_blind(wiring.store, tester.id)
    turn = put_blind(wiring.store, duel, session)
    with wiring.store.writing() as db:
        record_preference(db, turn.id, tester.id, Choice.BOTH_BAD)
    at = open_page("blind")
    at.button(key="blind.open.1").click().run()
    assert "You said: \u2066Both bad" in read(at)


def test_an_ended_comparison_takes_votes_and_no_more_messages(
    wiring: Wiring, tester: Visitor, duel: Duel
) -> None:
    session = begin_blind(wiring.store, tester.id)
    put_blind(wiring.store, duel, session)
    at = open_page("blind", blind=str(session.id))
    at.button(key="blind.end").click().run()
    assert not at.chat_input
    choose(at, Choice.A)
    assert [one.choice for one in stored_turns(wiring, tester)] == [Choice.A]


def test_who_ended_her_newest_comparison_by_mistake_goes_on_in_it(
    wiring: Wiring, tester: Visitor
) -> None:
    at = open_page("blind", blind=begin(wiring, tester))
    at.button(key="blind.end").click().run()
    assert not at.chat_input
    at.button(key="blind.reopen").click().run()
    say(at, "wake me at half past")
    assert [turn.said.text for turn in stored_turns(wiring, tester)] == ["wake me at half past"]
    assert "blind.reopen" not in keys(at, "button")
    at.button(key="blind.end").click().run()
    begin(wiring, tester)
    assert "blind.reopen" not in keys(at.run(), "button")


def test_what_is_said_in_a_comparison_that_was_ended_elsewhere_can_begin_another(
    wiring: Wiring, tester: Visitor
) -> None:
    at = open_page("blind", blind=begin(wiring, tester))
    with pytest.MonkeyPatch.context() as ending:
        real = backend.ask_both

        def ask_too_late(*given: Any) -> Any:
            with wiring.store.writing() as db:
                end_session(db, 1, tester.id)
            return real(*given)

        ending.setattr(backend, "ask_both", ask_too_late)
        say(at, "wake me at *six*")
    shown = read(at)
    assert "The session in which you said this has ended" in shown and not at.error
    assert [one.value for one in at.code] == ["wake me at *six*"]
    # The page has noticed that its session is over.
    assert not at.chat_input and not stored_turns(wiring, tester)
    (anew,) = pending(at, "anew")
    at.button(key=anew).click().run()
    (turn,) = stored_turns(wiring, tester, 2)
    assert turn.said.text == "wake me at *six*"
    assert at.query_params["blind"] == "2" and at.chat_input and not pending(at, "anew")
    with wiring.store.reading() as db:
        one, two = (find_session(db, number, tester.id) for number in (1, 2))
    assert (one.releases, one.locale) == (two.releases, two.locale)


def test_somebody_elses_comparison_is_not_shown(
    wiring: Wiring, tester: Visitor, duel: Duel
) -> None:
    other = write_person(wiring.store, login="juma")
    session = begin_blind(wiring.store, other.id)
    put_blind(wiring.store, duel, session)
    at = open_page("blind", blind=str(session.id))
    assert "This is not there, or it is not yours." in read(at)
    assert TEXT not in read(at)
    at.button(key="blind.new").click().run()
    assert "blind" not in at.query_params and "blind.begin" in keys(at, "button")


def test_only_the_last_turns_are_shown_until_more_are_asked_for(
    wiring: Wiring, tester: Visitor, duel: Duel
) -> None:
    session = begin_blind(wiring.store, tester.id)
    for number in range(11):
        put_blind(wiring.store, duel, session, str(number))
    at = open_page("blind", blind=str(session.id))
    assert len(at.chat_message) == 6
    at.button(key="blind.earlier").click().run()
    assert len(at.chat_message) == 11
    assert "blind.earlier" not in keys(at, "button")


def test_turns_keep_their_places_until_several_leave_the_page_at_once(
    wiring: Wiring, tester: Visitor, duel: Duel
) -> None:
    session = begin_blind(wiring.store, tester.id)
    for number in range(9):
        put_blind(wiring.store, duel, session, str(number))
    at = open_page("blind", blind=str(session.id))
    assert [len(say(at).chat_message) for _ in range(3)] == [10, 6, 7]
    assert [key for key in keys(at, "button") if key.endswith(".vote.a")] == [
        f"blind.{number}.vote.a" for number in range(6, 13)
    ]


def test_what_was_said_stands_there_alone_while_slow_releases_think(
    wiring: Wiring, tester: Visitor, duel: Duel
) -> None:
    with hanging(duel, "find") as is_asked:
        at = say(open_page("blind", blind=begin(wiring, tester)))
        assert is_asked.wait(timeout=30)
        # Its turn is stored by now, and not offered to be asked for again.
        assert html(at.run(), "v-asking") and html(at, TEXT) and not at.chat_message
    assert "Good, at five." in read(settle(at)) and not at.error
    assert [turn.said.text for turn in stored_turns(wiring, tester)] == [TEXT]


def test_what_is_said_while_releases_think_is_asked_after_it_also_where_the_page_is_left(
    wiring: Wiring, tester: Visitor
) -> None:
    at = open_page("blind", blind=begin(wiring, tester))
    with hanging(backend, "ask_both"):
        say(say(at, "one"), "two")
        at.button(key="blind.new").click().run()
    settle(at)
    assert "blind" not in at.query_params and not at.error
    assert [turn.said.text for turn in stored_turns(wiring, tester)] == ["one", "two"]


def test_a_comparison_that_ends_while_two_messages_wait_keeps_the_second_on_the_page(
    wiring: Wiring, tester: Visitor, duel: Duel
) -> None:
    at = open_page("blind", blind=begin(wiring, tester))
    with hanging(duel, "find") as is_asked:
        say(say(at, "one"), "two")
        assert is_asked.wait(timeout=30)
        at.button(key="blind.end").click().run()
    assert html(settle(at), ">two<")
    assert [turn.said.text for turn in stored_turns(wiring, tester)] == ["one"]


def test_the_page_reads_in_the_direction_of_arabic(wiring: Wiring, sign_in: SignIn) -> None:
    write_releases(wiring.store)
    wiring.__dict__["assistants"] = Duel()
    layla = sign_in(login="layla", language="ar", locales=("ar-SA",))
    session = begin_blind(wiring.store, layla.id, "ar-SA")
    put_blind(wiring.store, Duel(), session)
    at = open_page("blind", blind=str(session.id))
    assert 'dir="rtl" lang="ar-SA"' in read(at) and not at.exception


def test_a_broken_store_is_explained(tester: Visitor, broken_store: Callable[[str], None]) -> None:
    broken_store("list_blind")
    at = open_page("blind")
    assert "Something went wrong on our side." in at.error[0].value and not at.exception


def test_the_leaderboard_ends_with_what_people_prefer(wiring: Wiring, sign_in: SignIn) -> None:
    sign_in()
    assert "Nobody has compared two releases yet." in read(open_page("leaderboard"))
    write_votes(wiring.store, "w" * 9 + "l" * 3 + "b")
    write_votes(wiring.store, "wwl", locale="sw-KE")
    write_votes(wiring.store, "w", locale="sw-KE", logins=("juma",), betrayed="answer A names new")
    at = open_page("leaderboard")
    (table,) = html(at, "v-table")
    new, old = table.split("<tr>")[2:]
    assert "new" in new and "75.0" in new and "<bdi>13</bdi>" in new
    assert "old" in old and "25.0" in old
    assert "Too few votes to be in the mean: \u2066Swahili" in read(at)
    assert "1 vote is not counted" in read(at)
    at.selectbox(key="preferences.locale").set_value("sw-KE").run()
    assert at.query_params["preferred"] in ("sw-KE", ["sw-KE"])
    assert "1 person only: too few to say what others would choose" in read(at)
    (table,) = html(at, "v-table")
    assert "66.7" in table and "<bdi>3</bdi>" in table


def test_releases_of_which_every_answer_was_bad_have_no_strength(
    wiring: Wiring, sign_in: SignIn
) -> None:
    sign_in()
    write_votes(wiring.store, "bbb")
    assert "Every vote so far says that both answers were bad." in read(open_page("leaderboard"))


def test_a_release_that_never_lost_is_said_to_have_no_interval(
    wiring: Wiring, sign_in: SignIn
) -> None:
    sign_in()
    write_votes(wiring.store, "w" * 12)
    assert "Open circles have no interval" in read(open_page("leaderboard"))
