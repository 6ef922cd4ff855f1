"""Odd recordings through a real recogniser: each is heard or fails alone, and nothing is lost."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.clips.odd_clips import HEARD, ODD_CLIPS
from tests.evaluation.situations import ignore
from tests.evaluation.voice_situations import write_list
from vernacular.assistants.load import load_assistant
from vernacular.clips.folder import ClipFolder
from vernacular.collection.import_clips import import_clips
from vernacular.errors import InvalidInput
from vernacular.evaluation.local_engine import LocalEngine
from vernacular.evaluation.releases import add_release, manifest_of
from vernacular.evaluation.run import Progress, asking_of, carry_out, open_run
from vernacular.evaluation.suites import freeze, select_utterances
from vernacular.store.database import Store
from vernacular.store.releases import find_release
from vernacular.store.runs import find_run
from vernacular.store.tables import Result, Utterance, UtteranceRevision
from vernacular.store.tables.suites import SuiteItem

MANIFEST = Path(__file__).parents[2] / "seed_data" / "pocket_ears" / "pocket-voice-1.yaml"
NAMES = [one.name for one in ODD_CLIPS]


def write_odd_list(folder: Path) -> Path:
    rows = []
    for one in ODD_CLIPS:
        (folder / f"{one.name}.bin").write_bytes(one.make())
        rows.append(
            {
                "audio": f"{one.name}.bin",
                "id": one.name,
                "locale": "en-US",
                "text": "wake me at six",
                "intent": "alarm_set",
            }
        )
    return write_list(folder, rows)


def test_without_leave_the_undecodable_are_named_and_nothing_is_stored(
    sqlite_store: Store, tmp_path: Path
) -> None:
    path = write_odd_list(tmp_path)
    with pytest.raises(InvalidInput) as caught:
        import_clips(sqlite_store, ClipFolder(tmp_path / "clips"), path, source="odd")
    for number, one in enumerate(ODD_CLIPS, start=1):
        is_named = f"{one.name}.bin: " in str(caught.value)
        assert is_named == (not one.decodes), one.name
        assert one.decodes or f"{path}:{number}" in str(caught.value)
    with sqlite_store.reading() as db:
        assert db.scalars(select(Utterance)).all() == []


def test_every_odd_clip_is_heard_or_fails_alone(sqlite_store: Store, tmp_path: Path) -> None:
    clips = ClipFolder(tmp_path / "clips")
    path = write_odd_list(tmp_path)
    import_clips(sqlite_store, clips, path, source="odd", keep_bad=True)
    with sqlite_store.writing() as db:
        freeze(db, "odd", select_utterances(db, source="odd", by_voice=True))
        add_release(db, MANIFEST)
    run_id = open_run(sqlite_store, "pocket-voice-1", "odd")
    with sqlite_store.reading() as db:
        manifest, asking = (
            manifest_of(find_release(db, "pocket-voice-1")),
            asking_of(find_run(db, run_id)),
        )
    with closing(load_assistant(manifest, MANIFEST.parent)) as assistant:
        end = carry_out(sqlite_store, run_id, LocalEngine(assistant, clips, asking), ignore)
    with sqlite_store.reading() as db:
        query = (
            select(Utterance.external_id, Result)
            .join(UtteranceRevision, UtteranceRevision.utterance_id == Utterance.id)
            .join(SuiteItem, SuiteItem.revision_id == UtteranceRevision.id)
            .join(Result, Result.item == SuiteItem.number)
            .where(Result.run_id == run_id)
        )
        found = {row[0]: row[1] for row in db.execute(query)}
    expected = {one.name: one for one in ODD_CLIPS}
    n_failed = sum(one.expected != HEARD for one in expected.values())
    assert end == Progress(run_id, len(expected), len(expected), n_failed)
    for name, one in expected.items():
        result = found[name]
        if one.expected == HEARD:
            assert (result.error, result.transcript is not None) == (None, True), name
        else:
            assert result.error is not None, name
            assert re.search(one.expected, result.error), (name, result.error)
        # What the text would have given is known whatever the clip was.
        assert result.text_intent is not None, name
