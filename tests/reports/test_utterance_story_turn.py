from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from tests.reports.screens import show
from tests.reports.told_turn import HEARD, LIVE, SAID, ToldTurn, tell_turn
from vernacular.assistants.contract import StageTrace
from vernacular.live.judgments import ReplyJudgment
from vernacular.reports.utterance_story import (
    UtteranceStory,
    story_for_tester,
    utterance_story,
)
from vernacular.reports.utterance_story_text import render_utterance_story
from vernacular.reports.utterance_story_turn import TurnStory
from vernacular.store.database import Store
from vernacular.store.tables import Person, ReplayedTurn, Result


@pytest.fixture
def told(sqlite_store: Store, tmp_path: Path) -> ToldTurn:
    return tell_turn(sqlite_store, tmp_path / "clips")


def read(store: Store, told: ToldTurn) -> UtteranceStory:
    with store.reading() as db:
        return utterance_story(db, told.suite, told.item)


def turn_of(found: UtteranceStory) -> TurnStory:
    assert found.turn is not None
    return found.turn


def test_the_live_release_tells_all_its_stages_and_is_held_against_the_correction(
    sqlite_store: Store, told: ToldTurn
) -> None:
    answer = turn_of(read(sqlite_store, told)).answer
    assert (answer.origin, answer.release, answer.run_id) == ("live", "pocket-1", None)
    assert answer.trace == LIVE
    assert (answer.reply, answer.answer.transcript) == ("Kengele imewekwa.", HEARD)
    assert {check.metric: check.is_right for check in answer.checks} == {
        "wer": False,
        "intent_acc": True,
        "slot_value_f1": False,
    }
    assert answer.latency_ms == 488.0


def test_every_correction_and_judgment_is_told_with_the_newest_last(
    sqlite_store: Store, told: ToldTurn
) -> None:
    turn = turn_of(read(sqlite_store, told))
    assert [(one.text, one.author) for one in turn.corrections] == [
        (HEARD, "amina"),
        (SAID, "amina"),
    ]
    assert (turn.corrections[1].word_edits, turn.corrections[1].n_words) == (1, 3)
    first, last = turn.judgments
    assert (first.rating, first.tags, first.note) == (4, ("too_slow",), "")
    assert (last.rating, last.note) == (2, "I said three.")
    assert last.reply == ReplyJudgment(would_offend=False, is_understandable=True)


def test_a_replay_with_a_result_is_an_answer_and_one_without_stands_with_the_turn(
    sqlite_store: Store, told: ToldTurn
) -> None:
    found = read(sqlite_store, told)
    assert [(one.release, one.origin) for one in found.answers] == [
        ("worse", "replay"),
        ("newer", "replay"),
    ]
    assert [one.version for one in found.answers[1].trace] == ["ears/2", "pocket/2", "templates/2"]
    assert found.answers[1].reply == "alarm_set!"
    (early,) = turn_of(found).replays
    assert (early.release, early.answer.transcript, early.is_understood) == (
        "early",
        "la la",
        False,
    )


def test_what_was_said_and_replied_can_be_listened_to(sqlite_store: Store, told: ToldTurn) -> None:
    turn = turn_of(read(sqlite_store, told))
    assert turn.clip is not None and turn.clip.audio_seconds == 0.5
    assert turn.speech is not None and turn.speech.audio_seconds == 1.0


def test_another_tester_reads_neither_name_nor_note(sqlite_store: Store, told: ToldTurn) -> None:
    found = story_for_tester(read(sqlite_store, told), told.person_id + 1)
    turn = turn_of(found)
    assert (turn.tester, turn.tester_id) == (None, None)
    assert [one.note for one in turn.judgments] == [None, None]
    assert {one.author for one in turn.corrections} == {None}
    assert {one.author for one in found.revisions} == {found.asked.author} == {None}
    assert "amina" not in repr(found) and "I said three" not in repr(found)
    # What it is about stays.
    assert [one.rating for one in turn.judgments] == [4, 2]
    assert turn.answer.trace == LIVE


def test_who_held_the_turn_reads_her_own_name_and_note(sqlite_store: Store, told: ToldTurn) -> None:
    found = story_for_tester(read(sqlite_store, told), told.person_id)
    assert turn_of(found).tester == "amina"
    assert turn_of(found).judgments[1].note == "I said three."
    assert found.revisions[0].author == "amina"


WHY = "http://10.0.0.7 is down"


def test_why_a_release_failed_is_told_to_engineers_alone(
    sqlite_store: Store, told: ToldTurn
) -> None:
    with sqlite_store.writing() as db:
        run = db.connection().exec_driver_sql
        run(f"UPDATE turns SET status = 'failed', error = '{WHY}'")
        run(f"UPDATE results SET status = 'failed', error = '{WHY}'")
        run(f"UPDATE replayed_turns SET error = '{WHY}'")
        for replayed in db.scalars(select(ReplayedTurn)):
            replayed.trace = [asdict(StageTrace("asr", "ears/2", 1.0, None, f"failed: {WHY}"))]
    found = read(sqlite_store, told)
    answers = (turn_of(found).answer, *turn_of(found).replays, *found.answers)
    assert [one.answer.error for one in answers] == [WHY] * 4
    assert [one.trace[0].output for one in answers[1:]] == [f"failed: {WHY}"] * 3
    for reader in (told.person_id, told.person_id + 1):
        shown = story_for_tester(found, reader)
        assert "10.0.0.7" not in repr(shown)
        answers = (turn_of(shown).answer, *turn_of(shown).replays, *shown.answers)
        assert [one.answer.status for one in answers] == ["failed"] * 4
        # Which stage it was is no secret.
        assert [one.trace[0].version for one in answers[1:]] == ["ears/2"] * 3


def test_why_a_run_failed_is_told_to_engineers_alone_where_nobody_held_a_turn(
    sqlite_store: Store, told: ToldTurn
) -> None:
    with sqlite_store.writing() as db:
        db.execute(delete(Person))
        db.execute(update(Result).values(status="failed", error=WHY))
    found = read(sqlite_store, told)
    assert found.turn is None and WHY in repr(found)
    assert WHY not in repr(story_for_tester(found, told.person_id))


def test_where_the_person_was_erased_the_utterance_is_told_without_its_turn(
    sqlite_store: Store, told: ToldTurn
) -> None:
    with sqlite_store.writing() as db:
        db.execute(delete(Person))
    found = read(sqlite_store, told)
    assert found.turn is None
    assert [one.release for one in found.answers] == ["worse", "newer"]


def test_the_text_tells_the_turn(sqlite_store: Store, told: ToldTurn) -> None:
    shown = show(render_utterance_story(read(sqlite_store, told)))
    assert "live: turn 1 of session 1, by amina" in shown
    assert "2 of 5, wrong_slots, would_offend: no, is_understandable: yes" in shown
    assert "1 of 3 words misheard" in shown
    assert "asr ears/1, nlu pocket/1, reply templates/1, tts espeak/1" in shown
    assert "replays of it, newest first" in shown
