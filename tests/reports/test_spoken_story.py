"""The story of an utterance that was spoken: its clip, and the stage that lost its intent."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.evaluation.situations import ignore
from tests.evaluation.voice_situations import (
    ListeningAssistant,
    add_voice_release,
    clip_of,
    number_of,
    prepare_voice_suite,
    text_of,
)
from tests.reports.screens import show
from vernacular.assistants.contract import Answer, Request
from vernacular.clips.contract import hash_content
from vernacular.clips.folder import ClipFolder
from vernacular.corpus.utterance import Slot
from vernacular.evaluation.local_engine import LocalEngine
from vernacular.evaluation.run import asking_of, carry_out, open_run
from vernacular.evaluation.suites import freeze, select_utterances
from vernacular.reports.utterance_story import UtteranceStory, utterance_story
from vernacular.reports.utterance_story_text import render_utterance_story
from vernacular.store.database import Store
from vernacular.store.runs import find_run


class Deaf(ListeningAssistant):
    """Fails where it is to hear 1, and where it is to read 4."""

    def answer(self, request: Request) -> Answer:
        if request.text == text_of(4):
            return Answer(error="it ran out of memory")
        if request.audio is not None and number_of(request.audio) == 1:
            return Answer(error="nothing can be heard")
        return super().answer(request)


@pytest.fixture
def told(sqlite_store: Store, tmp_path: Path) -> Store:
    """Four utterances in Swahili: 2 is misheard, 3 is wrong as text, too."""
    assistant = ListeningAssistant(lambda _tag, number: number == 3, mishears=(2,))
    return tell(sqlite_store, tmp_path, assistant)


def tell(store: Store, folder: Path, assistant: ListeningAssistant) -> Store:
    """Lets an assistant hear four utterances in Swahili."""
    clips = ClipFolder(folder / "clips")
    prepare_voice_suite(store, clips, folder / "corpus", 4, ["sw-KE"])
    add_voice_release(store, "ears")
    run_id = open_run(store, "ears", "spoken")
    with store.reading() as db:
        asking = asking_of(find_run(db, run_id))
    carry_out(store, run_id, LocalEngine(assistant, clips, asking), ignore)
    return store


def read(store: Store, item: int, suite: str = "spoken") -> UtteranceStory:
    with store.reading() as db:
        return utterance_story(db, suite, item)


def test_the_clip_is_named_with_its_length(told: Store) -> None:
    clip = read(told, 1).clip
    assert clip is not None
    assert (clip.content_hash, clip.audio_seconds) == (hash_content(clip_of(1)), 0.5)
    assert (clip.is_incomplete, clip.problem) == (False, None)
    assert f"spoken: clip {clip.content_hash[:12]}, 0.5 s" in show(
        render_utterance_story(read(told, 1))
    )


def test_an_intent_that_is_right_as_text_was_lost_by_hearing(told: Store) -> None:
    (answer,) = read(told, 2).answers
    assert (answer.is_right_as_text, answer.lost_by) == (True, "hearing")
    assert (answer.answer.intent, answer.answer.text_intent) == ("play_music", "general_greet")
    shown = show(render_utterance_story(read(told, 2)))
    assert "of the text: general_greet, right, so lost by hearing" in shown


def test_an_intent_that_is_wrong_both_ways_was_lost_by_understanding(told: Store) -> None:
    (answer,) = read(told, 3).answers
    assert (answer.is_right_as_text, answer.lost_by) == (False, "understanding")


def test_what_is_right_was_not_lost(told: Store) -> None:
    (answer,) = read(told, 1).answers
    assert (answer.is_right_as_text, answer.lost_by) == (True, None)
    assert answer.answer.text_slots == (Slot("time", 8, 16),)
    assert answer.given[8:16] == "saa tatu"
    assert answer.answer.transcript_confidence == 0.5
    assert answer.answer.stages == (("asr", 3.0), ("nlu", 1.0))
    shown = show(render_utterance_story(read(told, 1)))
    assert "of what was heard 0.50" in shown and "4.0 ms (asr 3.0, nlu 1.0)" in shown
    assert "of the text: alarm_set [time: saa tatu], right" in shown


def test_from_a_suite_of_texts_the_answer_names_the_place_that_was_heard(told: Store) -> None:
    with told.writing() as db:
        selection = select_utterances(db, source="massive-1.1")
        freeze(db, "written", selection)
    found = read(told, 1, "written")
    assert found.clip is None
    assert [(one.suite, one.item) for one in found.answers] == [("spoken", 1)]
    assert "also in spoken item 1" in show(render_utterance_story(found))


def test_what_failed_was_lost_by_no_stage_and_its_text_still_counts(
    sqlite_store: Store, tmp_path: Path
) -> None:
    tell(sqlite_store, tmp_path, Deaf())
    (answer,) = read(sqlite_store, 1).answers
    assert answer.answer.error == "nothing can be heard"
    assert (answer.is_right_as_text, answer.lost_by) == (True, None)


def test_a_text_that_could_not_be_asked_about_says_why(sqlite_store: Store, tmp_path: Path) -> None:
    tell(sqlite_store, tmp_path, Deaf())
    (answer,) = read(sqlite_store, 4).answers
    assert (answer.answer.text_error, answer.is_right_as_text) == ("it ran out of memory", False)
    shown = show(render_utterance_story(read(sqlite_store, 4)))
    assert "of the text: failed: it ran out of memory" in shown
