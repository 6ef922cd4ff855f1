"""How long the clips of suites last."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.evaluation.voice_situations import prepare_voice_suite
from vernacular.clips.folder import ClipFolder
from vernacular.evaluation.suites import freeze, select_utterances
from vernacular.store.clips import list_spoken_suites
from vernacular.store.database import Store
from vernacular.store.tables import Clip


@pytest.fixture
def spoken(store: Store, tmp_path: Path) -> Store:
    """``spoken`` has three clips of half a second in each of two locales, ``written`` has none."""
    prepare_voice_suite(store, ClipFolder(tmp_path / "clips"), tmp_path / "corpus", 3)
    with store.writing() as db:
        freeze(db, "written", select_utterances(db, source="massive-1.1"))
    return store


def test_the_clips_of_all_items_are_added_up_and_texts_have_none(spoken: Store) -> None:
    with spoken.reading() as db:
        assert list_spoken_suites(db) == {"spoken": pytest.approx(3.0)}


def test_what_cannot_be_decoded_lasts_no_time_but_is_still_speech(spoken: Store) -> None:
    with spoken.writing() as db:
        for clip in db.query(Clip):
            clip.audio_seconds = None
    with spoken.reading() as db:
        assert list_spoken_suites(db) == {"spoken": 0.0}
