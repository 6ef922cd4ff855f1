"""Suites of what people corrected in their sessions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.evaluation.session_situations import HINDI, SWAHILI, Talk, prepare_release
from tests.evaluation.voice_situations import clip_of
from tests.live.conversation import write_release
from tests.testers import write_tester
from vernacular.corpus.utterance import Slot
from vernacular.errors import Conflict, InvalidInput, NotFound
from vernacular.evaluation.session_suites import freeze_session, select_corrected
from vernacular.evaluation.suites import freeze, select_utterances
from vernacular.store.database import Store
from vernacular.store.references import LIVE
from vernacular.store.suites import list_named_references
from vernacular.store.tables import Suite, SuiteItem


def items_of(store: Store, suite: Suite) -> list[tuple[str, str, bool]]:
    """Returns (text, intent, whether it is heard) of each item."""
    with store.reading() as db:
        found = [one.reference for one in list_named_references(db, suite.id)]
    return [(one.text, one.intent, one.clip is not None) for one in found]


def test_corrected_turns_are_frozen_as_text_or_as_they_were_spoken(
    store: Store, tmp_path: Path
) -> None:
    talk = Talk(store, tmp_path, prepare_release(store))
    typed = talk.type("niamshe saa tatu")
    spoken = talk.speak(clip_of(2), heard="habari yangu")
    talk.type("nobody corrects this")
    talk.correct(typed, "alarm_set", (Slot("time", 8, 16),))
    talk.correct(spoken, "general_greet", text="habari yako")
    with store.writing() as db:
        text, _ = freeze(db, "all", select_corrected(db))
        voice, _ = freeze(db, "heard", select_corrected(db, by_voice=True))
    assert items_of(store, text) == [
        ("niamshe saa tatu", "alarm_set", False),
        ("habari yako", "general_greet", False),
    ]
    assert items_of(store, voice) == [("habari yako", "general_greet", True)]


def test_the_errors_of_one_speaker_go_together_across_sessions(
    store: Store, tmp_path: Path
) -> None:
    first, second = prepare_release(store), write_tester(store, "neha")
    for person, locale in ((first, SWAHILI), (first, HINDI), (second, SWAHILI)):
        talk = Talk(store, tmp_path, person, locale)
        talk.correct(talk.type("moja"), "alarm_set")
        talk.correct(talk.type("mbili"), "alarm_set")
    with store.writing() as db:
        suite, _ = freeze(db, "all", select_corrected(db))
        query = select(SuiteItem).where(SuiteItem.suite_id == suite.id).order_by(SuiteItem.number)
        clusters = [item.cluster for item in db.scalars(query)]
    hindi, swahili_first, swahili_second = clusters[0:2], clusters[2:4], clusters[4:6]
    assert len({*hindi, *swahili_first}) == 1
    assert len(set(swahili_second)) == 1
    assert hindi[0] != swahili_second[0]
    assert not {first, second} & set(clusters)


def test_sessions_are_chosen_by_locale_day_and_release(store: Store, tmp_path: Path) -> None:
    person = prepare_release(store)
    write_release(store, "pocket-2")
    for locale, release in ((SWAHILI, "pocket-1"), (HINDI, "pocket-1"), (HINDI, "pocket-2")):
        talk = Talk(store, tmp_path, person, locale, release)
        talk.correct(talk.type(f"{locale} {release}"), "alarm_set")
    now, day = datetime.now(UTC), timedelta(days=1)
    with store.reading() as db:
        assert len(select_corrected(db, locales=[HINDI]).items) == 2
        assert len(select_corrected(db, release="pocket-2").items) == 1
        assert len(select_corrected(db, since=now - day, until=now + day).items) == 3
        assert len(select_corrected(db, per_locale=1).items) == 2
        with pytest.raises(InvalidInput, match="no turn that was corrected fits"):
            select_corrected(db, since=now + day)
        with pytest.raises(InvalidInput, match="no turn that was corrected fits"):
            select_corrected(db, until=now - day)
        with pytest.raises(InvalidInput, match="no spoken turn"):
            select_corrected(db, by_voice=True)
        with pytest.raises(NotFound, match="'pocket-9'"):
            select_corrected(db, release="pocket-9")


def test_one_session_is_frozen_once_until_something_more_is_corrected(
    store: Store, tmp_path: Path
) -> None:
    person = prepare_release(store)
    talk = Talk(store, tmp_path, person)
    first, second = talk.type("moja"), talk.type("mbili")
    talk.correct(first, "alarm_set")

    def frozen() -> tuple[str, int, bool]:
        with store.writing() as db:
            suite, is_new = freeze_session(db, talk.id, person)
            return suite.name, suite.n_items, is_new

    assert frozen() == (f"session-{talk.id}-text", 1, True)
    assert frozen() == (f"session-{talk.id}-text", 1, False)
    talk.correct(second, "general_greet")
    assert frozen() == (f"session-{talk.id}-text-2", 2, True)
    assert frozen() == (f"session-{talk.id}-text-2", 2, False)
    # A changed mind is another content, and what was frozen stays what it was.
    talk.correct(second, "play_music")
    assert frozen() == (f"session-{talk.id}-text-3", 2, True)
    with store.writing() as db, pytest.raises(Conflict, match="choose another name"):
        freeze_session(db, talk.id, person, f"session-{talk.id}-text")


def test_nobody_freezes_a_session_of_somebody_else(store: Store, tmp_path: Path) -> None:
    talk = Talk(store, tmp_path, prepare_release(store))
    talk.correct(talk.type("moja"), "alarm_set")
    other = write_tester(store, "neha")
    with store.writing() as db, pytest.raises(NotFound):
        freeze_session(db, talk.id, other)


def test_a_session_without_corrections_has_nothing_to_freeze(store: Store, tmp_path: Path) -> None:
    person = prepare_release(store)
    talk = Talk(store, tmp_path, person)
    talk.type("moja")
    with store.writing() as db, pytest.raises(InvalidInput, match="1 looked at"):
        freeze_session(db, talk.id, person)


def test_a_suite_of_sessions_is_what_its_source_gives_but_for_its_clusters(
    store: Store, tmp_path: Path
) -> None:
    talk = Talk(store, tmp_path, prepare_release(store))
    talk.correct(talk.type("moja"), "alarm_set")
    with store.reading() as db:
        of_sessions, of_source = select_corrected(db), select_utterances(db, source=LIVE)
    assert of_sessions.content_hash == of_source.content_hash
    assert of_sessions.items[0].revision_id == of_source.items[0].revision_id
