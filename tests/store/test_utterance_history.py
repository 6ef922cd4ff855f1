from __future__ import annotations

from pathlib import Path

import pytest

from tests.evaluation.situations import LOCALES, import_corpus, prepare_suite, run_release
from vernacular.corpus.utterance import Slot
from vernacular.errors import NotFound
from vernacular.evaluation.suites import freeze, select_utterances
from vernacular.scoring.normaliser import LENIENT
from vernacular.store.database import Store
from vernacular.store.scores import ScoringRules, start_score_set
from vernacular.store.tables import Person, Run, UtteranceRevision
from vernacular.store.tables.people import Role
from vernacular.store.utterance_history import (
    Place,
    find_asked_item,
    find_golden_win,
    list_parallel_items,
    list_revisions,
    list_stored_answers,
    list_suite_places,
)


@pytest.fixture
def asked(store: Store, tmp_path: Path) -> Store:
    """A suite of six utterances in two locales; ``first`` has the second in Hindi wrong."""
    prepare_suite(store, tmp_path, 6)
    run_release(store, "first", lambda locale, number: (locale, number) == ("hi-IN", 2))
    return store


def correct(store: Store, utterance_id: int, text: str) -> None:
    """Writes a second revision, by a person."""
    with store.writing() as db:
        person = Person(
            login="amina",
            display_name="Amina",
            password_hash="-",
            role=Role.TESTER,
            ui_language="en",
        )
        db.add(person)
        db.flush()
        db.add(
            UtteranceRevision(
                utterance_id=utterance_id,
                number=2,
                text=text,
                domain="alarm",
                intent="alarm_set",
                slots=(),
                content_hash=b"-" * 32,
                author_id=person.id,
            )
        )


def test_an_item_is_found_with_where_its_utterance_came_from(asked: Store) -> None:
    with asked.reading() as db:
        item = find_asked_item(db, "smoke", 8)
    assert (item.locale, item.source, item.external_id) == ("sw-KE", "massive-1.1", "2")
    assert (item.revision, item.partition, item.origin) == (1, "test", {})


def test_a_place_that_is_not_there_is_named(asked: Store) -> None:
    with asked.reading() as db:
        with pytest.raises(NotFound, match="suite smoke has no item 13; it has 1 to 12"):
            find_asked_item(db, "smoke", 13)
        with pytest.raises(NotFound, match="no suite 'large'"):
            find_asked_item(db, "large", 1)


def test_revisions_come_oldest_first_with_their_authors(asked: Store) -> None:
    with asked.reading() as db:
        utterance_id = find_asked_item(db, "smoke", 1).utterance_id
    correct(asked, utterance_id, "niamshe saa nne")
    with asked.reading() as db:
        first, second = list_revisions(db, utterance_id)
    assert (first.number, first.text, first.author) == (1, "niamshe saa tatu 1", None)
    assert first.slots == (Slot("time", 8, 16),)
    assert (second.number, second.text, second.author) == (2, "niamshe saa nne", "Amina")


def test_every_suite_that_holds_a_revision_of_it_is_listed(asked: Store) -> None:
    with asked.reading() as db:
        utterance_id = find_asked_item(db, "smoke", 7).utterance_id
    correct(asked, utterance_id, "niamshe saa nne")
    with asked.writing() as db:
        freeze(db, "swahili", select_utterances(db, source="massive-1.1", locales=["sw-KE"]))
    with asked.reading() as db:
        places = list_suite_places(db, utterance_id)
    assert places == [Place("swahili", 1, 2), Place("smoke", 7, 1)]


def test_answers_of_all_runs_come_newest_first_with_their_strict_scores(asked: Store) -> None:
    run_release(asked, "second")
    with asked.writing() as db:
        # A lenient set is newer, but says nothing of right and wrong.
        start_score_set(db, db.get_one(Run, 1), ScoringRules("test/1", LENIENT))
    with asked.reading() as db:
        answers = list_stored_answers(db, [Place("smoke", 2, 1)])
    assert [(one.release, one.run.id, one.item) for one in answers] == [
        ("second", 2, 2),
        ("first", 1, 2),
    ]
    assert [one.answer.intent for one in answers] == ["general_greet", "play_music"]
    assert [one.score and one.score.correct_intent for one in answers] == [1, 0]
    assert [(one.revision, one.latency_ms) for one in answers] == [(1, 1.5), (1, 1.5)]


def test_an_answer_without_a_score_is_an_answer_all_the_same(asked: Store) -> None:
    with asked.writing() as db:
        db.connection().exec_driver_sql("DELETE FROM scores")
    with asked.reading() as db:
        (answer,) = list_stored_answers(db, [Place("smoke", 2, 1)])
    assert (answer.answer.intent, answer.score, answer.revision) == ("play_music", None, None)


def test_parallels_are_those_of_the_same_source_and_id(asked: Store, tmp_path: Path) -> None:
    import_corpus(asked, tmp_path / "more", 6, (*LOCALES, "th-TH"))
    with asked.reading() as db:
        item = find_asked_item(db, "smoke", 8)
        hindi, thai = list_parallel_items(db, item, 1)
        assert [one.score for one in list_parallel_items(db, item, None)] == [None, None]
    assert (hindi.locale, hindi.item, hindi.text) == ("hi-IN", 2, "habari yako 2")
    assert hindi.score is not None and hindi.score.correct_intent == 0
    # The suite does not hold Thai, so nobody was asked.
    assert (thai.locale, thai.item, thai.score) == ("th-TH", None, None)


def test_a_parallel_is_shown_as_the_suite_froze_it(asked: Store) -> None:
    with asked.reading() as db:
        utterance_id = find_asked_item(db, "smoke", 1).utterance_id
    correct(asked, utterance_id, "niamshe saa nne")
    with asked.reading() as db:
        (hindi,) = list_parallel_items(db, find_asked_item(db, "smoke", 7), 1)
    assert (hindi.text, hindi.item) == ("niamshe saa tatu 1", 1)


def test_an_utterance_that_nobody_pinned_is_no_golden_win(asked: Store) -> None:
    with asked.reading() as db:
        assert find_golden_win(db, 1) is None
