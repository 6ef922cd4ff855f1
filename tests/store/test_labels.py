"""What a run answered beside what was expected, and what people judged, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.corpus.massive_files import judgment, lines, row, write_files
from tests.evaluation.situations import prepare_suite, run_release
from vernacular.collection.import_corpus import import_massive
from vernacular.corpus.utterance import Judgment
from vernacular.errors import NotFound
from vernacular.store.database import Store
from vernacular.store.labels import list_judgments, list_labels
from vernacular.store.runs import find_run
from vernacular.store.scores import find_score_set


def test_labels_come_in_the_order_of_the_suite(store: Store, tmp_path: Path) -> None:
    prepare_suite(store, tmp_path, 2)
    run_id = run_release(store, "alpha", lambda tag, number: (tag, number) == ("sw-KE", 2))
    with store.reading() as db:
        run, scores = find_run(db, run_id), find_score_set(db, run_id).id
        found = list_labels(db, run, scores)
        swahili = list_labels(db, run, scores, "sw-KE")
    assert [tuple(one) for one in found] == [
        ("hi-IN", "alarm_set", "alarm_set", 0.75, False),
        ("hi-IN", "general_greet", "general_greet", 0.5, False),
        ("sw-KE", "alarm_set", "alarm_set", 0.75, False),
        ("sw-KE", "general_greet", "play_music", 0.25, False),
    ]
    assert swahili == found[2:]


def test_the_labels_of_one_run_hold_nothing_of_another(store: Store, tmp_path: Path) -> None:
    prepare_suite(store, tmp_path, 3)
    run_release(store, "alpha")
    second = run_release(store, "beta", lambda _tag, _number: True)
    with store.reading() as db:
        found = list_labels(db, find_run(db, second), find_score_set(db, second).id)
    assert [intent for _, _, intent, _, _ in found] == ["play_music"] * 6


def test_a_run_that_only_heard_has_no_labels(store: Store, tmp_path: Path) -> None:
    prepare_suite(store, tmp_path, 1)
    run_id = run_release(store, "alpha")
    with store.writing() as db:
        find_run(db, run_id).has_intents = False
    with (
        store.reading() as db,
        pytest.raises(NotFound, match=f"run {run_id} holds transcripts only"),
    ):
        list_labels(db, find_run(db, run_id), find_score_set(db, run_id).id)


def test_judgments_are_read_as_they_were_imported(store: Store, tmp_path: Path) -> None:
    first = judgment(worker_id="8", grammar_score=3)
    second = judgment(worker_id="9", language_identification="english")
    write_files(
        tmp_path,
        hi_IN=lines(row(1, "hi-IN", judgments=[second]), row(2, "hi-IN", worker_id="4")),
        sw_KE=lines(
            row(1, judgments=[first, second]), row(2, partition="dev", judgments=[first]), row(3)
        ),
    )
    assert [file.n_added for file in import_massive(store, tmp_path)] == [2, 3]
    eight = Judgment("8", 1, 1, 3, 2, "target|english")
    nine = Judgment("9", 1, 1, 4, 2, "english")
    with store.reading() as db:
        found = list(list_judgments(db, "massive-1.1"))
        assert found == [("hi-IN", [nine]), ("sw-KE", [eight, nine]), ("sw-KE", [eight])]
        assert list(list_judgments(db, "massive-1.1", "test", "sw-KE")) == [found[1]]
        assert list(list_judgments(db, "another")) == []
