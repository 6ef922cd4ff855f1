"""Two answers to an utterance side by side, and the way from one flip to the next."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.evaluation.situations import prepare_suite, run_release
from tests.ui.pages import Visitor, html, keys, open_page, read
from vernacular.wiring import Wiring

SignIn = Callable[..., Visitor]


@pytest.fixture
def flipped(wiring: Wiring, sign_in: SignIn, tmp_path: Path) -> None:
    """``second`` has items 1, 3 and 5 in Hindi wrong, which ``first`` has right."""
    sign_in()
    prepare_suite(wiring.store, tmp_path / "corpus", 6)
    run_release(wiring.store, "first")
    run_release(
        wiring.store, "second", lambda locale, number: locale == "hi-IN" and number % 2 == 1
    )


def open_flip(item: int = 3, **query: str) -> AppTest:
    chosen = {"suite": "smoke", "item": str(item), "release": "second", "baseline": "first"}
    return open_page("utterance", **(chosen | query))


def test_a_link_with_two_releases_puts_them_side_by_side(flipped: None) -> None:
    at = open_flip()
    assert "They first differ in understanding: \u2066first\u2069 is right." in read(at)
    (stage,) = html(at, 'aria-label="understanding"')
    assert "differs first here" in stage
    assert stage.index("✓ Set an alarm") < stage.index("✗ Play music")
    assert "Other answers, newest run first" not in read(at)


def test_without_releases_two_can_be_chosen(flipped: None) -> None:
    at = open_page("utterance", suite="smoke", item="3")
    assert not html(at, "differs first here")
    assert "What the releases answered, newest run first" in read(at)
    at.selectbox(key="utterance.baseline").set_value("first").run()
    at.selectbox(key="utterance.release").set_value("second").run()
    assert html(at, "differs first here")
    assert (at.query_params["baseline"], at.query_params["release"]) == ("first", "second")


def test_one_beside_itself_asks_for_another(flipped: None) -> None:
    assert "Choose two different answers" in read(open_flip(baseline="second"))


def test_a_release_that_never_answered_leaves_the_choice_open(flipped: None) -> None:
    at = open_flip(baseline="<nobody>")
    assert at.selectbox(key="utterance.baseline").value is None
    assert not html(at, "differs first here")
    assert not at.exception and not at.error


def test_from_a_flip_one_goes_to_its_neighbours_and_back(flipped: None) -> None:
    at = open_flip(3, cell="hi-IN intent_acc", kind="regression")
    assert "2 of 3" in read(at)
    at.button(key="utterance.next").click().run()
    assert at.query_params["item"] == "5"
    assert at.number_input(key="utterance.item").value == 5
    assert at.button(key="utterance.next").disabled
    at.button(key="utterance.previous").click().run()
    at.button(key="utterance.previous").click().run()
    assert at.query_params["item"] == "1" and "1 of 3" in read(at)
    assert html(at, "differs first here")
    (back,) = [one.proto for one in at.get("page_link") if one.proto.label == "Back to the list"]
    assert back.page == "releases"
    assert back.query_string == (
        "release=second&baseline=first&suite=smoke&cell=hi-IN+intent_acc&kind=regression"
    )


def test_an_utterance_that_did_not_flip_leads_back_all_the_same(flipped: None) -> None:
    at = open_flip(2, cell="hi-IN intent_acc", kind="regression")
    assert "It is not among the changed utterances of that list." in read(at)
    assert "utterance.next" not in keys(at, "button")


def test_a_list_that_cannot_be_made_does_not_hide_the_utterance(flipped: None) -> None:
    at = open_flip(3, cell="hi-IN wer", kind="regression")
    assert at.error and html(at, "differs first here")


@pytest.mark.parametrize("cell", ["", "hi-IN", "nonsense"])
def test_an_address_without_a_cell_has_no_neighbours(flipped: None, cell: str) -> None:
    at = open_flip(3, cell=cell, kind="regression")
    assert "utterance.next" not in keys(at, "button") and not at.error


def test_going_back_in_the_browser_shows_what_the_address_says(flipped: None) -> None:
    at = open_flip(3, cell="hi-IN intent_acc", kind="regression")
    at.button(key="utterance.next").click().run()
    at.query_params["item"] = "3"
    at.query_params["baseline"] = "-"
    at.run()
    assert at.number_input(key="utterance.item").value == 3
    assert at.selectbox(key="utterance.baseline").value == "-"


def test_the_link_names_the_whole_view(flipped: None) -> None:
    at = open_flip(3, cell="hi-IN intent_acc", kind="regression")
    (link,) = [one.value for one in at.code]
    assert link.endswith(
        "?suite=smoke&item=3&release=second&baseline=first&cell=hi-IN+intent_acc&kind=regression"
    )


def test_the_link_of_a_heat_map_names_what_nobody_chose(flipped: None) -> None:
    at = open_page("releases", baseline="first", cell="hi-IN intent_acc")
    (link,) = [one.value for one in at.code]
    asked = dict(pair.split("=") for pair in link.partition("?")[2].split("&"))
    assert asked == {
        "release": "second",
        "baseline": "first",
        "suite": "smoke",
        "show": "delta",
        "cell": "hi-IN+intent_acc",
        "kind": "regression",
    }


def test_the_page_reads_from_the_right(flipped: None, sign_in: SignIn) -> None:
    sign_in(login="layla", language="ar")
    at = open_flip(3, cell="hi-IN intent_acc", kind="regression")
    (back,) = [one.proto for one in at.get("page_link") if one.proto.page == "releases"]
    assert back.icon == ":material/arrow_forward:"
    assert not at.error
