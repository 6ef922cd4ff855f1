from __future__ import annotations

from pathlib import Path

import pytest

from tests.evaluation.situations import prepare_suite, run_release
from tests.evaluation.voice_situations import ListeningAssistant
from tests.reports.screens import show
from tests.reports.test_spoken_story import tell
from tests.reports.told_turn import ToldTurn, tell_turn
from vernacular.errors import NotFound
from vernacular.reports.utterance_story import UtteranceStory, utterance_story
from vernacular.reports.utterance_story_pair import SideBySide, list_choices, side_by_side
from vernacular.reports.utterance_story_text import render_utterance_story
from vernacular.store.database import Store


@pytest.fixture
def told(sqlite_store: Store, tmp_path: Path) -> ToldTurn:
    return tell_turn(sqlite_store, tmp_path / "clips")


def read(store: Store, suite: str = "smoke", item: int = 1) -> UtteranceStory:
    with store.reading() as db:
        return utterance_story(db, suite, item)


def pair(store: Store, told: ToldTurn, baseline: str, release: str) -> SideBySide:
    return side_by_side(read(store, told.suite, told.item), baseline, release)


def test_the_choices_are_runs_replays_and_what_was_answered_live(
    sqlite_store: Store, told: ToldTurn
) -> None:
    assert list(list_choices(read(sqlite_store, told.suite, told.item))) == [
        "worse",
        "newer",
        "early",
        "pocket-1:live",
    ]


def test_who_heard_it_rightly_is_right_where_they_part_in_hearing(
    sqlite_store: Store, told: ToldTurn
) -> None:
    found = pair(sqlite_store, told, "pocket-1:live", "newer")
    assert (found.first_difference, found.right) == ("asr", "release")
    assert [(one.stage, one.is_same) for one in found.stages] == [
        ("asr", False),
        ("nlu", False),
        ("reply", False),
        # Of speech nobody can tell, and only one of them spoke.
        ("tts", None),
    ]
    hearing = found.stages[0]
    assert hearing.baseline is not None and hearing.release is not None
    assert (hearing.baseline.output, hearing.baseline.version) == ("niamshe saa nane", "ears/1")
    assert (hearing.release.confidence, hearing.release.latency_ms) == (0.8, 300.0)
    assert (hearing.baseline.is_right, hearing.release.is_right) == (False, True)


def test_what_is_heard_alike_is_passed_over(sqlite_store: Store, told: ToldTurn) -> None:
    found = pair(sqlite_store, told, "newer", "worse")
    assert (found.first_difference, found.right) == ("nlu", "baseline")
    assert found.stages[0].is_same is True


def test_where_both_are_wrong_neither_is_right(sqlite_store: Store, told: ToldTurn) -> None:
    found = pair(sqlite_store, told, "early", "pocket-1:live")
    assert (found.first_difference, found.right) == ("asr", "neither")


def test_one_that_has_not_answered_is_named(sqlite_store: Store, told: ToldTurn) -> None:
    with pytest.raises(
        NotFound, match=r"'nobody' has not answered item 2 .* there is worse, newer"
    ):
        pair(sqlite_store, told, "nobody", "newer")


def test_of_two_wrong_slots_the_right_intent_is_right(sqlite_store: Store, tmp_path: Path) -> None:
    prepare_suite(sqlite_store, tmp_path, 2)
    run_release(sqlite_store, "first", lambda _locale, number: number == 1)
    run_release(sqlite_store, "second")
    with sqlite_store.writing() as db:
        db.connection().exec_driver_sql(
            "UPDATE scores SET tp = 0, fp = 1, fn = 1, exact = 0 WHERE item = 1"
        )
    found = side_by_side(read(sqlite_store), "first", "second")
    assert (found.first_difference, found.right) == ("nlu", "release")
    assert [one.stage for one in found.stages] == ["nlu"]


def test_two_that_answer_alike_do_not_differ(sqlite_store: Store, tmp_path: Path) -> None:
    prepare_suite(sqlite_store, tmp_path, 2)
    run_release(sqlite_store, "first")
    run_release(sqlite_store, "second")
    found = side_by_side(read(sqlite_store), "first", "second")
    assert (found.first_difference, found.right) == (None, None)
    assert "no stage came to something else" in show(
        render_utterance_story(read(sqlite_store), found)
    )


def test_a_run_that_hears_tells_the_milliseconds_of_its_stages(
    sqlite_store: Store, tmp_path: Path
) -> None:
    store = tell(sqlite_store, tmp_path, ListeningAssistant(mishears=(2,)))
    found = read(store, "spoken", 2)
    same = side_by_side(found, "ears", "ears")
    assert [(one.stage, one.is_same) for one in same.stages] == [("asr", True), ("nlu", True)]
    assert same.stages[0].release is not None
    assert (same.stages[0].release.output, same.stages[0].release.latency_ms) == ("la la", 3.0)


def test_a_failed_answer_differs_from_any_other(sqlite_store: Store, tmp_path: Path) -> None:
    prepare_suite(sqlite_store, tmp_path, 2)
    run_release(sqlite_store, "first")
    run_release(sqlite_store, "second")
    with sqlite_store.writing() as db:
        db.connection().exec_driver_sql(
            "UPDATE results SET status = 'failed', intent = NULL, error = 'out' WHERE run_id = 2"
        )
        db.connection().exec_driver_sql(
            "UPDATE scores SET failed = true, correct_intent = 0, exact = 0 WHERE score_set_id = 2"
        )
    found = side_by_side(read(sqlite_store), "first", "second")
    assert (found.first_difference, found.right) == ("nlu", "baseline")


def test_the_text_puts_both_beside_each_other(sqlite_store: Store, told: ToldTurn) -> None:
    found = read(sqlite_store, told.suite, told.item)
    shown = show(render_utterance_story(found, side_by_side(found, "pocket-1:live", "newer")))
    assert "pocket-1:live beside newer: first they differ in what they heard, newer is right" in (
        shown
    )
    assert "✗ niamshe saa nane" in shown and "✓ niamshe saa tatu" in shown
