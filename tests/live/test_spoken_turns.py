"""Turns that are spoken, with real recordings in a real folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from tests.live.conversation import ANSWER, AnsweringDouble, AssistantsDouble, UnavailableDouble
from vernacular.clips.advice import Advice, advise
from vernacular.clips.audio import Audio
from vernacular.clips.encode import to_flac, to_wav
from vernacular.clips.folder import ClipFolder
from vernacular.corpus.utterance import Slot
from vernacular.errors import Conflict, InvalidInput
from vernacular.live.corrections import record_correction
from vernacular.live.said import Said, keep_recording
from vernacular.live.sessions import SessionView
from vernacular.live.turns import TurnView, ask, list_turns, record_turn
from vernacular.store.database import Store
from vernacular.store.references import LIVE
from vernacular.store.tables import Correction, Recording, Utterance, UtteranceRevision

SAID = "wake me at five am"
HEARD = "wake me at nine a"
TONE = Audio(0.3 * np.sin(np.arange(16_000, dtype=np.float32) / 9))
HEARING = replace(ANSWER, transcript=HEARD, slots=(Slot("time", 11, 17),), speech=TONE)


@pytest.fixture
def clips(tmp_path: Path) -> ClipFolder:
    return ClipFolder(tmp_path / "clips")


@pytest.fixture
def clip(store: Store, clips: ClipFolder) -> str:
    return keep_recording(store, clips, to_wav(TONE)).content_hash


def speak(
    store: Store,
    clips: ClipFolder,
    session: SessionView,
    clip: str,
    assistant: AnsweringDouble | UnavailableDouble,
    key: str = "key",
) -> TurnView:
    assistants = AssistantsDouble(assistant)
    return ask(store, clips, assistants, session.id, session.person_id, key, Said(clip=clip))


def test_the_assistant_is_asked_with_the_sound_and_the_turn_says_what_was_heard(
    store: Store, clips: ClipFolder, session: SessionView, clip: str
) -> None:
    assistant = AnsweringDouble(HEARING)
    turn = speak(store, clips, session, clip, assistant)
    (request,) = assistant.asked
    assert request.text is None and request.audio is not None
    assert request.audio.samples.tobytes() == clips.read(clip).samples.tobytes()
    assert (turn.text, turn.slots) == (HEARD, (Slot("time", 11, 17),))
    assert turn.clip is not None and turn.clip.content_hash == clip
    with store.reading() as db:
        assert list_turns(db, session.id) == [turn]


def test_the_spoken_reply_is_kept(
    store: Store, clips: ClipFolder, session: SessionView, clip: str
) -> None:
    turn = speak(store, clips, session, clip, AnsweringDouble(HEARING))
    assert turn.speech is not None
    assert clips.read_original(turn.speech) == (to_flac(TONE), "flac")


def test_what_was_spoken_is_kept_when_nobody_answers_and_asked_again_as_the_same_turn(
    store: Store, clips: ClipFolder, session: SessionView, clip: str
) -> None:
    failed = speak(store, clips, session, clip, UnavailableDouble())
    assert (failed.status, failed.text) == ("failed", "")
    again = speak(store, clips, session, clip, AnsweringDouble(HEARING))
    assert (again.id, again.status, again.text) == (failed.id, "answered", HEARD)


def test_a_recording_that_cannot_be_decoded_fails_alone_and_stays(
    store: Store, clips: ClipFolder, session: SessionView
) -> None:
    kept = keep_recording(store, clips, b"this is no sound")
    assert advise(kept) == (Advice.UNDECODABLE,)
    assistant = AnsweringDouble(HEARING)
    turn = speak(store, clips, session, kept.content_hash, assistant)
    assert turn.status == "failed" and "cannot be read" in (turn.error or "")
    assert not assistant.asked
    assert clips.has(kept.content_hash)


def test_an_assistant_that_does_not_say_what_it_heard_has_failed(
    store: Store, clips: ClipFolder, session: SessionView, clip: str
) -> None:
    turn = speak(store, clips, session, clip, AnsweringDouble(ANSWER))
    assert turn.status == "failed" and "did not say what it heard" in (turn.error or "")


def test_a_clip_that_nobody_kept_is_no_turn(store: Store, session: SessionView) -> None:
    with store.writing() as db, pytest.raises(InvalidInput, match="record it again"):
        record_turn(db, session.id, "key", Said(clip="0" * 64))


def test_a_turn_is_typed_or_spoken(store: Store, session: SessionView, clip: str) -> None:
    with store.writing() as db, pytest.raises(InvalidInput, match="either type or speak"):
        record_turn(db, session.id, "key", Said("hello", clip))


def test_a_key_is_not_used_for_another_recording(
    store: Store, clips: ClipFolder, session: SessionView, clip: str
) -> None:
    other = keep_recording(store, clips, to_wav(Audio(TONE.samples / 2))).content_hash
    speak(store, clips, session, clip, AnsweringDouble(HEARING))
    with pytest.raises(Conflict, match="under the same key"):
        speak(store, clips, session, other, AnsweringDouble(HEARING))


def test_a_corrected_transcript_is_scored_at_once(
    store: Store, clips: ClipFolder, session: SessionView, clip: str
) -> None:
    turn = speak(store, clips, session, clip, AnsweringDouble(HEARING))
    with store.writing() as db:
        record_correction(db, turn.id, session.person_id, "alarm_set", [Slot("time", 11, 18)], SAID)
    with store.reading() as db:
        (stored,) = db.scalars(select(Correction))
        # "nine a" for "five am": two of five words, and of 18 characters f, v and m.
        assert (stored.n_words, stored.word_edits) == (5, 2)
        assert (stored.n_chars, stored.char_edits) == (18, 3)
        assert stored.normaliser == "vernacular-norm/1"


def test_what_was_never_heard_counts_as_all_lost(
    store: Store, clips: ClipFolder, session: SessionView, clip: str
) -> None:
    turn = speak(store, clips, session, clip, UnavailableDouble())
    with store.writing() as db:
        with pytest.raises(InvalidInput, match="text"):
            record_correction(db, turn.id, session.person_id, "alarm_set", ())
        record_correction(db, turn.id, session.person_id, "alarm_set", (), SAID)
    with store.reading() as db:
        (stored,) = db.scalars(select(Correction))
        assert (stored.n_words, stored.word_edits) == (5, 5)


def test_a_turn_that_was_corrected_before_it_was_heard_is_scored_when_it_is(
    store: Store, clips: ClipFolder, session: SessionView, clip: str
) -> None:
    turn = speak(store, clips, session, clip, UnavailableDouble())
    with store.writing() as db:
        record_correction(db, turn.id, session.person_id, "alarm_set", (), SAID)
    speak(store, clips, session, clip, AnsweringDouble(HEARING))
    with store.reading() as db:
        before, after = db.scalars(select(Correction).order_by(Correction.id))
        assert (before.word_edits, after.word_edits) == (5, 2)
        assert (after.text, after.intent) == (SAID, "alarm_set")


def test_a_corrected_turn_is_a_recorded_utterance_with_a_revision_per_correction(
    store: Store, clips: ClipFolder, session: SessionView, clip: str
) -> None:
    turn = speak(store, clips, session, clip, AnsweringDouble(HEARING))
    time = [Slot("time", 11, 18)]
    with store.writing() as db:
        record_correction(db, turn.id, session.person_id, "alarm_query", time, SAID)
        record_correction(db, turn.id, session.person_id, "alarm_set", time)
        record_correction(db, turn.id, session.person_id, "alarm_set", time)
    with store.reading() as db:
        (utterance,) = db.scalars(select(Utterance))
        assert (utterance.source, utterance.locale) == (LIVE, session.locale)
        assert utterance.origin == {"session": session.id, "turn": 1}
        revisions = list(db.scalars(select(UtteranceRevision).order_by(UtteranceRevision.number)))
        assert [(one.number, one.text, one.intent) for one in revisions] == [
            (1, SAID, "alarm_query"),
            (2, SAID, "alarm_set"),
        ]
        assert {one.author_id for one in revisions} == {session.person_id}
        (recording,) = db.scalars(select(Recording))
        assert (recording.utterance_id, recording.clip) == (utterance.id, clip)
        assert recording.person_id == session.person_id


def test_what_was_typed_cannot_be_said_to_have_been_misheard(
    store: Store, session: SessionView
) -> None:
    with store.writing() as db:
        turn = record_turn(db, session.id, "key", Said("wake me at nine"))
        with pytest.raises(InvalidInput, match="stays as it is"):
            record_correction(db, turn.id, session.person_id, "alarm_set", (), SAID)
