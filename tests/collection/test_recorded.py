"""What people say aloud beside what they write: kept, tied to it once, frozen and heard."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import numpy as np
import pytest
from sqlalchemy import func, select

from tests.clips.recordings import record, sine
from tests.collection.situations import submit
from tests.evaluation.situations import ignore
from tests.evaluation.voice_situations import (
    ListeningAssistant,
    add_voice_release,
    clip_of,
    text_of,
)
from tests.testers import write_tester
from vernacular.clips.folder import ClipFolder
from vernacular.collection.submissions import Submission, list_submissions, record_recording
from vernacular.errors import Conflict, InvalidInput, NotFound
from vernacular.evaluation.local_engine import LocalEngine
from vernacular.evaluation.run import asking_of, carry_out, open_run
from vernacular.evaluation.suites import freeze, select_utterances
from vernacular.live.said import keep_recording
from vernacular.store.database import Store
from vernacular.store.runs import find_run
from vernacular.store.tables import PersonLocale, Recording, Result, Utterance

LOCALE = "sw-KE"


@pytest.fixture
def clips(tmp_path: Path) -> ClipFolder:
    return ClipFolder(tmp_path / "clips")


def keep(store: Store, clips: ClipFolder, number: int = 1) -> str:
    """Keeps the recording of utterance ``number`` and returns its hash."""
    return keep_recording(store, clips, clip_of(number)).content_hash


def say(
    store: Store, person_id: int, clip: str | None, number: int = 1, **given: Any
) -> Submission:
    """Submits the text of utterance ``number``, with a recording or without."""
    return submit(store, person_id, text_of(number), LOCALE, clip=clip, **given)


def add(store: Store, person_id: int, utterance_id: int, clip: str) -> Submission:
    with store.writing() as db:
        return record_recording(db, person_id, utterance_id, clip)


def recordings(store: Store) -> list[Recording]:
    with store.reading() as db:
        return list(db.scalars(select(Recording).order_by(Recording.id)))


def test_a_recording_is_stored_with_its_utterance_its_speaker_and_her_accent(
    store: Store, clips: ClipFolder
) -> None:
    person_id = write_tester(store)
    with store.writing() as db:
        db.add(PersonLocale(person_id=person_id, locale=LOCALE, accent="Mombasa"))
    clip = keep(store, clips)
    submitted = say(store, person_id, clip)
    (stored,) = recordings(store)
    assert (stored.utterance_id, stored.clip) == (submitted.utterance_id, clip)
    assert (stored.person_id, stored.speaker) == (person_id, None)
    assert stored.origin == {"accent": "Mombasa"}
    with store.reading() as db:
        (listed,) = list_submissions(db, person_id, LOCALE)
    assert listed == submitted
    assert listed.clip == clip


def test_sent_again_under_its_key_a_recording_is_stored_once(
    store: Store, clips: ClipFolder
) -> None:
    person_id, clip = write_tester(store), keep(store, clips)
    first, second = (say(store, person_id, clip, submit_key="key") for _ in range(2))
    assert first == second
    assert len(recordings(store)) == 1


def test_one_recording_sent_by_many_at_once_is_stored_once(store: Store, clips: ClipFolder) -> None:
    person_id, clip, barrier = write_tester(store), keep(store, clips), Barrier(6)

    def send(_: int) -> Submission:
        barrier.wait(timeout=10)
        return say(store, person_id, clip, submit_key="key", despite_duplicates=True)

    with ThreadPoolExecutor(6) as pool:
        sent = list(pool.map(send, range(6)))
    assert {one.clip for one in sent} == {clip}
    assert len(recordings(store)) == 1


def test_a_key_is_not_used_for_another_recording(store: Store, clips: ClipFolder) -> None:
    person_id = write_tester(store)
    say(store, person_id, keep(store, clips, 1), submit_key="key")
    with pytest.raises(Conflict, match="has another recording already"):
        say(store, person_id, keep(store, clips, 2), submit_key="key")
    assert len(recordings(store)) == 1


def test_what_was_written_is_recorded_later_and_once(store: Store, clips: ClipFolder) -> None:
    person_id = write_tester(store)
    written = say(store, person_id, None)
    assert written.clip is None
    clip = keep(store, clips)
    assert add(store, person_id, written.utterance_id, clip).clip == clip
    assert add(store, person_id, written.utterance_id, clip).clip == clip
    with pytest.raises(Conflict, match="another recording"):
        add(store, person_id, written.utterance_id, keep(store, clips, 2))
    assert [one.clip for one in recordings(store)] == [clip]


def test_of_two_recordings_added_at_once_one_is_refused(store: Store, clips: ClipFolder) -> None:
    person_id = write_tester(store)
    written = say(store, person_id, None)
    kept, barrier = [keep(store, clips, number) for number in range(4)], Barrier(4)

    def send(clip: str) -> bool:
        barrier.wait(timeout=10)
        try:
            add(store, person_id, written.utterance_id, clip)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(send, kept)) == 1
    assert len(recordings(store)) == 1


def test_nobody_records_what_another_person_wrote(store: Store, clips: ClipFolder) -> None:
    written = say(store, write_tester(store), None)
    with pytest.raises(NotFound, match=f"no utterance {written.utterance_id}"):
        add(store, write_tester(store, "bilal"), written.utterance_id, keep(store, clips))


def test_an_id_that_no_column_holds_is_nobodys_utterance(store: Store, clips: ClipFolder) -> None:
    with pytest.raises(NotFound, match=f"no utterance {2**40}"):
        add(store, write_tester(store), 2**40, keep(store, clips))


SILENCE = record(channels=np.zeros((1, 16_000), np.float32))


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (SILENCE, "silent"),
        (record(channels=sine(0.1)[None]), "too_short"),
        (b"no recording at all", "undecodable"),
    ],
)
def test_a_recording_in_which_nothing_is_heard_is_kept_and_tied_to_nothing(
    sqlite_store: Store, clips: ClipFolder, data: bytes, fault: str
) -> None:
    person_id = write_tester(sqlite_store)
    clip = keep_recording(sqlite_store, clips, data).content_hash
    with pytest.raises(InvalidInput, match=fault) as raised:
        say(sqlite_store, person_id, clip)
    assert raised.value.field == "clip"
    assert clips.has(clip)
    with sqlite_store.reading() as db:
        assert db.scalar(select(func.count()).select_from(Utterance)) == 0


@pytest.mark.parametrize("clip", ["0" * 64, "no hash"])
def test_a_clip_that_is_not_kept_is_refused(sqlite_store: Store, clip: str) -> None:
    with pytest.raises(InvalidInput, match=r"record it again|64 lower-case"):
        say(sqlite_store, write_tester(sqlite_store), clip)


def test_what_was_recorded_is_frozen_and_heard(store: Store, clips: ClipFolder) -> None:
    person_id = write_tester(store)
    say(store, person_id, keep(store, clips, 1), 1)
    say(store, person_id, None, 2, despite_duplicates=True)
    say(store, person_id, keep(store, clips, 3), 3, despite_duplicates=True)
    with store.writing() as db:
        freeze(db, "own voices", select_utterances(db, source="collected", by_voice=True))
    add_voice_release(store, "ears")
    run_id = open_run(store, "ears", "own voices")
    with store.reading() as db:
        asking = asking_of(find_run(db, run_id))
    end = carry_out(store, run_id, LocalEngine(ListeningAssistant(), clips, asking), ignore)
    assert (end.n_done, end.n_failed) == (2, 0)
    with store.reading() as db:
        heard = list(db.scalars(select(Result.transcript).order_by(Result.item)))
    assert heard == [text_of(1), text_of(3)]
