from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.evaluation.situations import prepare_suite, run_release
from tests.ui.pages import Visitor, html, open_page, read
from vernacular.evaluation.import_results import import_results
from vernacular.store.tables import GoldenWin
from vernacular.wiring import Wiring

SignIn = Callable[..., Visitor]


@pytest.fixture
def asked(wiring: Wiring, sign_in: SignIn, tmp_path: Path) -> Wiring:
    """Two releases over six utterances in two locales; ``first`` has Hindi's first one wrong."""
    sign_in()
    prepare_suite(wiring.store, tmp_path / "corpus", 6)
    run_release(wiring.store, "first", lambda locale, number: (locale, number) == ("hi-IN", 1))
    run_release(wiring.store, "second")
    return wiring


def hear(wiring: Wiring, folder: Path, transcript: str) -> None:
    file = folder / "ears.jsonl"
    rows = [
        {"id": str(number), "locale": locale, "transcript": transcript}
        for locale in ("hi-IN", "sw-KE")
        for number in range(1, 7)
    ]
    file.write_text("".join(json.dumps(one) + "\n" for one in rows))
    import_results(wiring.store, file, "ears", "smoke", assistant="ears")


def test_without_a_suite_the_page_says_how_to_freeze_one(wiring: Wiring, sign_in: SignIn) -> None:
    sign_in()
    assert "vernacular suite create NAME" in read(open_page("utterance"))


def test_without_a_number_the_page_asks_for_one(asked: Wiring) -> None:
    at = open_page("utterance")
    assert "Give its number in the suite" in read(at)
    at.number_input(key="utterance.item").set_value(7).run()
    assert at.query_params["item"] == "7"
    assert at.title[0].value.startswith("Swahili")


def test_a_link_opens_what_was_said_with_its_slots_and_intent(asked: Wiring) -> None:
    at = open_page("utterance", suite="smoke", item="1")
    assert at.title[0].value.startswith("Hindi \\(India\\)")
    (said,) = html(at, "v-said")
    assert "niamshe <mark" in said and "saa tatu" in said
    assert "Suite smoke, number 1" in read(at)
    assert "Set an alarm" in read(at)


def test_every_release_says_whether_it_understood_and_why_not(asked: Wiring) -> None:
    at = open_page("utterance", suite="smoke", item="1")
    second, first = html(at, "confidence")
    assert "✓ understood" in second and "<bdi>second</bdi>" in second and "Wrong by" not in second
    assert "✗ not understood" in first and "✗ Play music" in first
    assert "Intent accuracy" in first.split("Wrong by")[1]


def test_other_locales_lead_to_the_same_page(asked: Wiring) -> None:
    (table,) = html(
        open_page("utterance", suite="smoke", item="1"), 'aria-label="The same in other locales"'
    )
    assert '<a href="utterance?suite=smoke&amp;item=7">Swahili (Kenya)</a>' in table
    assert "✓ understood" in table


def test_what_was_heard_is_laid_beside_what_was_said(asked: Wiring, tmp_path: Path) -> None:
    hear(asked, tmp_path, "niamshe saa nne 1 tu")
    (heard,) = html(open_page("utterance", suite="smoke", item="1"), "v-heard")
    assert "niamshe saa <del>tatu</del> <ins>nne</ins> 1 <ins>tu</ins>" in heard
    assert "1 changed, 0 missing, 1 added of 4" in heard
    assert "Word error rate" in heard


def test_a_golden_win_is_marked_with_its_note(asked: Wiring) -> None:
    with asked.store.writing() as db:
        day = datetime(2026, 3, 1, tzinfo=UTC)
        db.add(GoldenWin(utterance_id=1, note="<Asha> reported it.", added_at=day))
    (golden,) = html(open_page("utterance", suite="smoke", item="1"), "★")
    assert "every release must understand it. &lt;Asha&gt; reported it." in golden


def test_revisions_stand_at_the_end(asked: Wiring) -> None:
    (table,) = html(open_page("utterance", suite="smoke", item="1"), 'aria-label="Revisions"')
    assert "in the suite" in table and "imported" in table


def test_a_number_that_is_not_there_is_explained_and_another_can_be_given(asked: Wiring) -> None:
    at = open_page("utterance", suite="smoke", item="99")
    assert "Suite smoke has no utterance with the number 99." in at.warning[0].value
    at.number_input(key="utterance.item").set_value(2).run()
    assert not at.warning and "habari yako" in read(at)


def test_the_page_reads_in_arabic_and_keeps_the_direction_of_the_utterance(
    asked: Wiring, sign_in: SignIn
) -> None:
    sign_in(login="layla", language="ar")
    at = open_page("utterance", suite="smoke", item="7")
    assert "ما أجابت به الإصدارات" in read(at)
    assert 'dir="ltr" lang="sw-KE"' in html(at, "v-said")[0]


def test_a_broken_store_is_explained(asked: Wiring, broken_store: Callable[[str], None]) -> None:
    broken_store("utterance_story")
    at = open_page("utterance", suite="smoke", item="1")
    assert "Something went wrong on our side." in at.error[0].value and not at.exception
