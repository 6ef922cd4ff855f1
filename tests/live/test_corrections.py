from __future__ import annotations

from pathlib import Path

import pytest

from tests.clips.recordings import record
from tests.live.conversation import TEXT
from tests.testers import write_tester
from vernacular.clips.folder import ClipFolder
from vernacular.corpus.utterance import Slot
from vernacular.errors import InvalidInput, NotFound
from vernacular.live.corrections import record_correction
from vernacular.live.said import Said, keep_recording
from vernacular.live.sessions import SessionView
from vernacular.live.turns import list_turns, record_turn
from vernacular.store.database import Store
from vernacular.store.tables import Correction, UtteranceRevision

FAMILY = "ring 👩‍👩‍👧 at नौ"


def test_the_newest_correction_is_shown_and_the_earlier_one_kept(
    store: Store, session: SessionView
) -> None:
    with store.writing() as db:
        turn = record_turn(db, session.id, "key", Said(TEXT))
        record_correction(db, turn.id, session.person_id, "alarm_query", ())
        newest = record_correction(
            db, turn.id, session.person_id, "alarm_set", [Slot("time", 11, 18)]
        )
    with store.reading() as db:
        assert list_turns(db, session.id)[0].correction == newest
        assert db.query(Correction).count() == 2
    assert newest.slots == (Slot("time", 11, 18),)


def test_a_correction_sent_twice_is_stored_once(store: Store, session: SessionView) -> None:
    with store.writing() as db:
        turn = record_turn(db, session.id, "key", Said(TEXT))
        first, second = (
            record_correction(db, turn.id, session.person_id, "alarm_set", [Slot("time", 11, 18)])
            for _ in range(2)
        )
        assert first == second
        assert db.query(Correction).count() == 1


@pytest.mark.parametrize(
    ("text", "slots", "complaint"),
    [
        (TEXT, [Slot("time", 11, 19)], "18 characters"),
        (TEXT, [Slot("time", -2, 4)], "spans -2"),
        (TEXT, [Slot("time", 4, 4)], "spans 4 to 4"),
        (TEXT, [Slot("time", 11, 18), Slot("date", 0, 4)], "before the slot left of it"),
        (TEXT, [Slot("time", 0, 7), Slot("date", 5, 10)], "before the slot left of it"),
        (TEXT, [Slot("time", 11, 16)], "white space"),
        (TEXT, [Slot("", 11, 18)], "name"),
        (TEXT, [Slot("t" * 81, 11, 18)], "81"),
        # One emoji of three people is one character to its reader, and so is न with its vowel.
        (FAMILY, [Slot("person", 5, 6)], "person"),
        (FAMILY, [Slot("time", 14, 15)], "time"),
    ],
)
def test_a_span_that_does_not_fit_the_text_is_refused(
    sqlite_store: Store, sqlite_session: SessionView, text: str, slots: list[Slot], complaint: str
) -> None:
    with sqlite_store.writing() as db:
        turn = record_turn(db, sqlite_session.id, "key", Said(text))
        with pytest.raises(InvalidInput, match=complaint) as raised:
            record_correction(db, turn.id, sqlite_session.person_id, "alarm_set", slots)
        assert raised.value.field == "slots"
        assert list_turns(db, sqlite_session.id)[0].correction is None


def test_spans_may_hold_whole_clusters(sqlite_store: Store, sqlite_session: SessionView) -> None:
    slots = (Slot("person", 5, 10), Slot("time", 14, 16))
    assert [FAMILY[slot.start : slot.end] for slot in slots] == ["👩‍👩‍👧", "नौ"]
    with sqlite_store.writing() as db:
        turn = record_turn(db, sqlite_session.id, "key", Said(FAMILY))
        assert (
            record_correction(db, turn.id, sqlite_session.person_id, "alarm_set", slots).slots
            == slots
        )


@pytest.mark.parametrize("signs", ["!!! ...", "🎉🎉", "…", " "])
def test_a_spoken_turn_is_not_corrected_to_a_text_without_a_word(
    store: Store, session: SessionView, tmp_path: Path, signs: str
) -> None:
    clip = keep_recording(store, ClipFolder(tmp_path), record()).content_hash
    with store.writing() as db:
        turn = record_turn(db, session.id, "key", Said(clip=clip))
        with pytest.raises(InvalidInput, match="text: ") as raised:
            record_correction(db, turn.id, session.person_id, "alarm_set", (), signs)
        assert raised.value.field == "text"
        assert db.query(Correction).count() == 0
        right = record_correction(db, turn.id, session.person_id, "alarm_set", (), "नौ!")
        assert right.text == "नौ!"


def test_what_was_typed_may_be_signs_alone(store: Store, session: SessionView) -> None:
    with store.writing() as db:
        turn = record_turn(db, session.id, "key", Said("🎉"))
        right = record_correction(db, turn.id, session.person_id, "general_greet", ())
    assert right.text == "🎉"


@pytest.mark.parametrize("intent", ["", " ", " alarm_set", "i" * 81, "a\0b"])
def test_an_intent_that_is_no_name_is_refused(
    sqlite_store: Store, sqlite_session: SessionView, intent: str
) -> None:
    with sqlite_store.writing() as db:
        turn = record_turn(db, sqlite_session.id, "key", Said(TEXT))
        with pytest.raises(InvalidInput, match="intent"):
            record_correction(db, turn.id, sqlite_session.person_id, intent, ())


def test_nobody_corrects_somebody_elses_turn(store: Store, session: SessionView) -> None:
    other = write_tester(store, "bilal")
    with store.writing() as db:
        turn = record_turn(db, session.id, "key", Said(TEXT))
        for person_id, turn_id in ((other, turn.id), (session.person_id, 2**40)):
            with pytest.raises(NotFound, match=f"you have no turn {turn_id}"):
                record_correction(db, turn_id, person_id, "alarm_set", ())


def test_the_longest_intent_is_a_reference_too(store: Store, session: SessionView) -> None:
    with store.writing() as db:
        turn = record_turn(db, session.id, "key", Said(TEXT))
        record_correction(db, turn.id, session.person_id, "i" * 80, ())
    with store.reading() as db:
        (revision,) = db.query(UtteranceRevision).all()
    assert (revision.intent, revision.domain) == ("i" * 80, "i" * 60)
