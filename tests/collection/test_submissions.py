from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from tests.collection.situations import prompt, submit
from tests.testers import write_tester
from vernacular.collection.duplicates import duplicate_key
from vernacular.collection.submissions import Submission, find_submission, list_submissions
from vernacular.corpus.utterance import Slot, content_hash
from vernacular.errors import Conflict, InvalidInput
from vernacular.store.database import Store
from vernacular.store.people import update_dialect
from vernacular.store.tables import PersonLocale, Utterance, UtteranceRevision

TEXT = "wake me at five am"


def test_what_is_stored_names_its_maker_its_prompt_and_its_hashes(store: Store) -> None:
    person_id = write_tester(store)
    slots = (Slot("time", 11, 18),)
    submitted = submit(store, person_id, TEXT, "EN-us", slots=slots)
    with store.reading() as db:
        utterance, revision = db.execute(
            select(Utterance, UtteranceRevision).join(UtteranceRevision)
        ).one()
    assert (utterance.source, utterance.partition, utterance.locale) == (
        "collected",
        "collected",
        "en-US",
    )
    assert (utterance.person_id, revision.author_id) == (person_id, person_id)
    assert utterance.origin == {"prompt": "early_bus", "prompt_language": "en"}
    assert (revision.number, revision.text, revision.slots) == (1, TEXT, slots)
    assert (revision.domain, revision.intent) == ("alarm", "alarm_set")
    expected = content_hash("en-US", TEXT, "alarm", "alarm_set", slots)
    assert revision.content_hash.hex() == expected
    assert revision.duplicate_key == duplicate_key("en-US", TEXT)
    assert (submitted.utterance_id, submitted.prompt) == (utterance.id, "early_bus")
    assert len(submitted.external_id) == 32
    assert int(submitted.external_id, 16)


def test_the_same_key_stores_once_and_gives_the_first_one_back(store: Store) -> None:
    person_id = write_tester(store)
    first, second = (submit(store, person_id, TEXT, submit_key="key") for _ in range(2))
    assert first == second
    assert _texts(store, person_id) == [TEXT]


def test_a_submission_is_found_by_its_makers_key_only(store: Store) -> None:
    person_id, other = write_tester(store), write_tester(store, "bilal")
    submitted = submit(store, person_id, TEXT, submit_key="key")
    with store.reading() as db:
        assert find_submission(db, person_id, "en-us", "key") == submitted
        assert find_submission(db, other, "en-US", "key") is None
        assert find_submission(db, person_id, "en-US", "other key") is None


def test_one_key_sent_by_many_at_once_stores_once(store: Store) -> None:
    person_id, barrier = write_tester(store), Barrier(6)

    def send(_: int) -> Submission:
        barrier.wait(timeout=10)
        return submit(store, person_id, TEXT, submit_key="key", despite_duplicates=True)

    with ThreadPoolExecutor(6) as pool:
        sent = list(pool.map(send, range(6)))
    assert len({one.utterance_id for one in sent}) == 1
    assert _texts(store, person_id) == [TEXT]


@pytest.mark.parametrize("change", [{"text": "wake me at six"}, {"slots": [Slot("time", 11, 18)]}])
def test_a_key_is_not_used_for_another_utterance(store: Store, change: dict[str, object]) -> None:
    person_id = write_tester(store)
    submit(store, person_id, TEXT, submit_key="key")
    with pytest.raises(Conflict, match="another utterance, 'wake me at five am'"):
        submit(store, person_id, **{"text": TEXT, "submit_key": "key", **change})
    assert _texts(store, person_id) == [TEXT]


def test_two_people_may_use_the_same_key(store: Store) -> None:
    amina, bilal = write_tester(store), write_tester(store, "bilal")
    submit(store, amina, TEXT, submit_key="key")
    submit(store, bilal, "an entirely different wish", submit_key="key")
    assert _texts(store, amina) == [TEXT]
    assert _texts(store, bilal) == ["an entirely different wish"]


def test_a_duplicate_is_named_and_stored_only_when_insisted_on(store: Store) -> None:
    person_id, other = write_tester(store), write_tester(store, "bilal")
    submit(store, other, "Wake me at five, am!")
    with pytest.raises(Conflict, match="'Wake me at five, am!'"):
        submit(store, person_id, TEXT)
    assert _texts(store, person_id) == []
    submit(store, person_id, TEXT, despite_duplicates=True)
    assert _texts(store, person_id) == [TEXT]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "a" * 2001}, "text"),
        ({"text": "a\0b"}, "text"),
        ({"locale": "nowhere at all"}, "locale"),
        ({"locale": "en-US-x-" + "a" * 8 + "-b" * 14}, "locale"),
        ({"submit_key": ""}, "submit_key"),
        ({"slots": [Slot("time", 11, 19)]}, "slots"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(
    sqlite_store: Store, change: dict[str, object], field: str
) -> None:
    person_id = write_tester(sqlite_store)
    with pytest.raises(InvalidInput) as raised:
        submit(sqlite_store, person_id, **{"text": TEXT, **change})
    assert raised.value.field == field


def test_submissions_are_listed_newest_first_by_person_and_locale(store: Store) -> None:
    person_id, other = write_tester(store), write_tester(store, "bilal")
    first = submit(store, person_id, "play some jazz", prompt=prompt("too_quiet"))
    second = submit(store, person_id, TEXT)
    submit(store, person_id, "نبّهني في الخامسة", "ar-SA")
    submit(store, other, "what is new in the world")
    with store.reading() as db:
        assert list_submissions(db, person_id, "en-us") == [second, first]
        assert list_submissions(db, person_id, "en-US", limit=1) == [second]


def _texts(store: Store, person_id: int) -> list[str]:
    with store.reading() as db:
        return [one.text for one in list_submissions(db, person_id, "en-US")]


def test_what_is_collected_carries_the_dialect_its_speaker_had_then(store: Store) -> None:
    person_id = write_tester(store)
    with store.writing() as db:
        db.add(PersonLocale(person_id=person_id, locale="en-US", dialect="Gullah"))
    submit(store, person_id, TEXT, "en-US")
    with store.writing() as db:
        update_dialect(db, person_id, "en-US", None)
    submit(store, person_id, "set an alarm for noon", "en-US")
    with store.reading() as db:
        assert list(db.scalars(select(Utterance.dialect).order_by(Utterance.id))) == [
            "Gullah",
            None,
        ]
