"""How many flips of a cell are shown, and that a link shows as many."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.evaluation.situations import prepare_suite, run_release
from tests.ui.pages import Visitor, html, open_page
from vernacular.wiring import Wiring

SignIn = Callable[..., Visitor]
CELL = "hi-IN intent_acc"


@pytest.fixture
def flipped(wiring: Wiring, sign_in: SignIn, tmp_path: Path) -> None:
    """``second`` breaks 50 of 60 utterances in Hindi and 30 in Swahili."""
    sign_in()
    prepare_suite(wiring.store, tmp_path / "corpus", 60)
    run_release(wiring.store, "first")
    run_release(
        wiring.store,
        "second",
        lambda locale, number: number <= (50 if locale == "hi-IN" else 30),
    )


def test_how_many_are_shown_is_in_the_address(flipped: None) -> None:
    at = open_page("releases", release="second", baseline="first", cell=CELL)
    assert len(html(at, "v-flip")) == 20
    at.button(key="releases.more").click().run()
    assert at.query_params["shown"] == "40"
    assert len(html(at, "v-flip")) == 40
    again = open_page("releases", release="second", baseline="first", cell=CELL, shown="40")
    assert len(html(again, "v-flip")) == 40


def test_another_cell_or_kind_starts_from_its_beginning(flipped: None) -> None:
    at = open_page("releases", release="second", baseline="first", cell=CELL, shown="40")
    at.selectbox(key="releases.cell").set_value("sw-KE intent_acc").run()
    assert "shown" not in at.query_params
    assert len(html(at, "v-flip")) == 20


@pytest.mark.parametrize("shown", ["-3", "many", "3", "99999999999"])
def test_an_odd_number_in_the_address_shows_as_many_as_usual(flipped: None, shown: str) -> None:
    at = open_page("releases", release="second", baseline="first", cell=CELL, shown=shown)
    assert len(html(at, "v-flip")) == 20 and not at.error


def test_a_flip_keeps_how_many_were_shown_for_the_way_back(flipped: None) -> None:
    at = open_page("releases", release="second", baseline="first", cell=CELL, shown="40")
    links = [one.proto.query_string for one in at.get("page_link")]
    assert [link for link in links if link.endswith("kind=regression&shown=40")]
