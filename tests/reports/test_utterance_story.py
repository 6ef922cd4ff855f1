from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.corpus.massive_files import judgment, lines, row, write_files
from tests.evaluation.situations import add_release, prepare_suite, run_release
from tests.reports.screens import show
from vernacular.collection.import_corpus import import_massive
from vernacular.corpus.utterance import Judgment
from vernacular.errors import NotFound
from vernacular.evaluation.import_results import import_results
from vernacular.evaluation.suites import freeze, select_utterances
from vernacular.reports.utterance_story import UtteranceStory, utterance_story
from vernacular.reports.utterance_story_text import render_utterance_story
from vernacular.store.database import Store
from vernacular.store.tables import GoldenWin, UtteranceRevision


@pytest.fixture
def told(sqlite_store: Store, tmp_path: Path) -> Store:
    """Two releases over six utterances in two locales: ``first`` has Hindi's first one wrong."""
    prepare_suite(sqlite_store, tmp_path / "corpus", 6)
    run_release(sqlite_store, "first", lambda locale, number: (locale, number) == ("hi-IN", 1))
    run_release(sqlite_store, "second", lambda locale, number: (locale, number) == ("sw-KE", 1))
    return sqlite_store


def read(store: Store, item: int = 1, suite: str = "smoke") -> UtteranceStory:
    with store.reading() as db:
        return utterance_story(db, suite, item)


def hear(store: Store, folder: Path, **prediction: object) -> None:
    """Imports what ``ears`` heard of the first Hindi utterance."""
    folder.mkdir(exist_ok=True)
    file = folder / "ears.jsonl"
    rows = [
        {"id": str(number), "locale": locale, "transcript": "habari"}
        for locale in ("hi-IN", "sw-KE")
        for number in range(1, 7)
    ]
    rows[0] = {"id": "1", "locale": "hi-IN", **prediction}
    file.write_text("".join(json.dumps(one) + "\n" for one in rows))
    import_results(store, file, "ears", "smoke", assistant="ears")


def test_every_answer_is_there_newest_first_with_what_was_right_of_it(told: Store) -> None:
    second, first = read(told).answers
    assert (second.release, second.is_understood) == ("second", True)
    assert (first.release, first.is_understood) == ("first", False)
    assert {check.metric: check.is_right for check in first.checks} == {
        "intent_acc": False,
        "slot_micro_f1": False,
        "ex_match_acc": False,
    }
    assert (first.answer.intent, first.latency_ms, first.alignment) == ("play_music", 1.5, None)


def test_other_locales_say_whether_the_newest_release_understood_them(told: Store) -> None:
    found = read(told)
    (swahili,) = found.parallels
    assert found.judged_by == "second"
    assert (swahili.locale, swahili.item, swahili.is_understood) == ("sw-KE", 7, False)
    (hindi,) = read(told, 7).parallels
    assert hindi.is_understood is True


def test_before_any_release_was_asked_nothing_is_claimed(
    sqlite_store: Store, tmp_path: Path
) -> None:
    prepare_suite(sqlite_store, tmp_path, 2)
    found = read(sqlite_store)
    assert (found.answers, found.judged_by) == ((), None)
    assert [one.is_understood for one in found.parallels] == [None]
    assert "no release has answered it" in show(render_utterance_story(found))


def test_an_item_that_is_not_there_is_named(told: Store) -> None:
    with pytest.raises(NotFound, match="suite smoke has no item 99"):
        read(told, 99)


def test_what_was_heard_stands_beside_what_was_said(told: Store, tmp_path: Path) -> None:
    hear(told, tmp_path / "heard", transcript="niamshe saa nne 1 tu")
    answer = read(told).answers[0]
    assert answer.alignment is not None
    counts = answer.alignment.counts
    assert (counts.substitutions, counts.deletions, counts.insertions) == (1, 0, 1)
    assert [check.metric for check in answer.checks] == ["wer"]
    assert (answer.is_understood, answer.text) == (False, "niamshe saa nne 1 tu")
    shown = show(render_utterance_story(read(told)))
    assert "heard: niamshe saa [tatu → nne] 1 [+tu]" in shown
    assert "1 changed, 0 missing, 1 added of 4 words" in shown
    assert "heard only, nothing understood" in shown


def test_what_was_understood_of_speech_is_judged_by_values(told: Store, tmp_path: Path) -> None:
    transcript = "niamshe saa tatu 1"
    slots = [{"label": "time", "start": 8, "end": 16}]
    hear(told, tmp_path / "heard", transcript=transcript, intent="alarm_set", slots=slots)
    answer = read(told).answers[0]
    assert [(check.metric, check.is_right) for check in answer.checks] == [
        ("wer", True),
        ("intent_acc", True),
        ("slot_value_f1", True),
    ]


def test_a_correction_is_a_revision_and_the_suite_keeps_its_own(told: Store) -> None:
    with told.writing() as db:
        db.add(
            UtteranceRevision(
                utterance_id=1,
                number=2,
                text="niamshe saa nne",
                domain="alarm",
                intent="alarm_set",
                slots=(),
                content_hash=b"-" * 32,
            )
        )
    found = read(told)
    assert [one.number for one in found.revisions] == [1, 2]
    assert (found.asked.number, found.asked.text) == (1, "niamshe saa tatu 1")
    shown = show(render_utterance_story(found))
    assert "1 (in the suite)" in shown and "niamshe saa nne" in shown


def test_a_golden_win_says_since_when(told: Store) -> None:
    day = datetime(2026, 3, 1, tzinfo=UTC)
    with told.writing() as db:
        db.add(GoldenWin(utterance_id=1, note="Asha reported it.", added_at=day))
    found = read(told)
    assert found.golden is not None and found.golden.note == "Asha reported it."
    shown = show(render_utterance_story(found))
    assert (
        "golden win since 2026-03-01, every release must understand it: Asha reported it." in shown
    )
    assert read(told, 2).golden is None


def test_the_judgments_of_its_source_are_kept_with_their_scales(
    sqlite_store: Store, tmp_path: Path
) -> None:
    judged = row(worker_id="w3", judgments=[judgment(grammar_score=2)])
    list(import_massive(sqlite_store, write_files(tmp_path, sw_KE=lines(judged))))
    with sqlite_store.writing() as db:
        freeze(db, "smoke", select_utterances(db, source="massive-1.1"))
    found = read(sqlite_store)
    assert found.judgments == (Judgment("8", 1, 1, 2, 2, "target|english"),)
    assert found.translator == "w3"
    shown = show(render_utterance_story(found))
    assert "judged by people at its source, translator w3" in shown and "grammar 0-4" in shown


def test_other_suites_that_hold_it_add_their_answers(told: Store) -> None:
    with told.writing() as db:
        freeze(db, "hindi", select_utterances(db, source="massive-1.1", locales=["hi-IN"]))
    run_release(told, "third", suite="hindi")
    found = read(told)
    assert [(one.suite, one.item) for one in found.places] == [("hindi", 1), ("smoke", 1)]
    assert [one.release for one in found.answers] == ["third", "second", "first"]
    assert "also in hindi item 1" in show(render_utterance_story(found))


def test_the_text_names_what_was_expected_and_what_was_wrong(told: Store) -> None:
    shown = show(render_utterance_story(read(told)))
    assert "expected: alarm, alarm_set [time: saa tatu]" in shown
    assert "✗ first (run 1, smoke), wrong: intent acc, slot F1, exact match" in shown
    assert "the same in other locales, understood by second" in shown
    assert "confidence 0.25, 1.5 ms" in shown


def test_a_failed_answer_says_why(told: Store) -> None:
    with told.writing() as db:
        db.connection().exec_driver_sql(
            "UPDATE results SET status = 'failed', error = 'timed out' WHERE run_id = 2"
        )
    assert "failed: timed out" in show(render_utterance_story(read(told)))


def test_a_release_that_is_not_run_to_its_end_shows_what_it_answered(told: Store) -> None:
    add_release(told, "third")
    with told.writing() as db:
        db.connection().exec_driver_sql("UPDATE runs SET status = 'open', finished_at = NULL")
    found = read(told)
    assert [one.answered_at for one in found.answers] == [None, None]
    assert found.judged_by is None
