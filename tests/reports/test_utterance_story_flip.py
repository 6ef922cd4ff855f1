from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.evaluation.situations import prepare_suite, run_release
from vernacular.errors import InvalidInput
from vernacular.reports.utterance_story_flip import FlipCell, FlipPlace, find_flip_place
from vernacular.store.database import Store

WORSE = FlipCell("second", "first", "smoke", "hi-IN", "intent_acc", "regression")


@pytest.fixture
def flipped(store: Store, tmp_path: Path) -> Store:
    """``second`` breaks items 1, 3 and 5 in Hindi and nothing in Swahili."""
    prepare_suite(store, tmp_path, 6)
    run_release(store, "first")
    run_release(store, "second", lambda locale, number: locale == "hi-IN" and number % 2 == 1)
    return store


def place(store: Store, item: int, cell: FlipCell = WORSE) -> FlipPlace | None:
    with store.reading() as db:
        return find_flip_place(db, cell, item)


def test_a_flip_knows_its_neighbours(flipped: Store) -> None:
    assert place(flipped, 1) == FlipPlace(1, 3, previous=None, following=3)
    assert place(flipped, 3) == FlipPlace(2, 3, previous=1, following=5)
    assert place(flipped, 5) == FlipPlace(3, 3, previous=3, following=None)


def test_what_did_not_flip_has_no_place(flipped: Store) -> None:
    assert place(flipped, 2) is None
    assert place(flipped, 1, replace(WORSE, kind="fix")) is None


def test_a_metric_that_nobody_is_scored_on_is_named(flipped: Store) -> None:
    with pytest.raises(InvalidInput, match="'wer' is none of"):
        place(flipped, 1, replace(WORSE, metric="wer"))
