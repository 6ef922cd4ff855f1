"""What a page says where its address asks for something that is not there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.evaluation.situations import prepare_suite, run_release
from tests.ui.pages import Visitor, html, open_page, read
from vernacular.wiring import Wiring

SignIn = Callable[..., Visitor]


@pytest.fixture
def asked(wiring: Wiring, sign_in: SignIn, tmp_path: Path) -> None:
    """Two releases over six utterances in two locales; ``second`` has Hindi's first one wrong."""
    sign_in(role="engineer")
    prepare_suite(wiring.store, tmp_path / "corpus", 6)
    run_release(wiring.store, "first")
    run_release(wiring.store, "second", lambda locale, number: (locale, number) == ("hi-IN", 1))


def remarks(at: AppTest) -> list[str]:
    """Returns what is said of the address, without the signs that only set words apart."""
    return [one.value.replace("\u2068", "").replace("\u2069", "") for one in at.warning]


def written(at: AppTest) -> str:
    """Returns what a page holds without its style sheets."""
    return "".join(html(at, "<") + [one.value for one in at.code])


@pytest.mark.parametrize(
    ("page", "query", "widget", "there", "hidden"),
    [
        ("utterance", {"suite": "nope", "item": "1"}, "utterance.suite", "smoke", "v-said"),
        ("releases", {"release": "nope"}, "releases.candidate", "first", "Suite smoke"),
        ("releases", {"baseline": "nope"}, "releases.baseline", "first", "Suite smoke"),
        ("releases", {"suite": "nope"}, "releases.suite", "smoke", "Suite smoke"),
        (
            "releases",
            {"baseline": "first", "cell": "nope"},
            "releases.cell",
            "hi-IN intent_acc",
            "v-flip",
        ),
        ("leaderboard", {"suite": "nope"}, "leaderboard.suite", "smoke", "v-table"),
        ("leaderboard", {"metric": "nope"}, "leaderboard.metric", "intent_acc", "v-table"),
        ("trends", {"metric": "nope"}, "trends.metric", "intent_acc", "v-table"),
        ("feedback", {"locale": "nope"}, "feedback.locale", "-", "curl"),
    ],
)
def test_what_is_not_there_is_named_and_nothing_else_is_shown_instead(
    asked: None, page: str, query: dict[str, str], widget: str, there: str, hidden: str
) -> None:
    at = open_page(page, **query)
    (remark,) = remarks(at)
    assert "asks for “nope”, which is not here" in remark
    assert at.selectbox(key=widget).value is None
    assert hidden not in written(at) and not at.error
    at.selectbox(key=widget).set_value(there).run()
    assert hidden in written(at) and not remarks(at) and not at.error


def test_a_switch_that_is_not_there_is_named_too(asked: None) -> None:
    at = open_page("releases", baseline="first", show="nope")
    assert "“nope”" in remarks(at)[0] and not at.get("plotly_chart")
    at.segmented_control(key="releases.show").set_value("rate").run()
    assert not remarks(at) and at.get("plotly_chart")


def test_a_release_that_is_not_there_leaves_the_utterance_and_asks_for_another(
    asked: None,
) -> None:
    at = open_page("utterance", suite="smoke", item="1", release="nope", baseline="first")
    assert html(at, "v-said") and not html(at, "differs first here")
    assert "asks for “nope”, which is not here" in remarks(at)[0]
    at.selectbox(key="utterance.release").set_value("second").run()
    assert html(at, "differs first here") and not remarks(at)


@pytest.mark.parametrize("item", ["abc", "0", "-1", "1.5"])
def test_what_is_no_number_of_an_utterance_is_named(asked: None, item: str) -> None:
    at = open_page("utterance", suite="smoke", item=item)
    assert (
        f"asks for “{item.replace('-', chr(92) + '-').replace('.', chr(92) + '.')}”"
        in (remarks(at)[0])
    )
    assert not html(at, "v-said") and not at.error
    at.number_input(key="utterance.item").set_value(2).run()
    assert html(at, "v-said") and not remarks(at)


def test_locales_that_are_not_there_are_named_beside_those_that_are(asked: None) -> None:
    at = open_page("trends", locales="xx-XX,hi-IN", metric="intent_acc")
    assert at.multiselect(key="trends.locales").value == ["hi-IN"]
    assert "“xx\\-XX”" in remarks(at)[0] and len(at.get("plotly_chart")) == 1
    at = open_page("trends", locales="xx-XX", metric="intent_acc")
    assert at.multiselect(key="trends.locales").value == [] and not at.get("plotly_chart")


def test_a_choice_that_another_one_takes_away_is_nobodys_wrong_link(asked: None) -> None:
    at = open_page("releases", release="second", baseline="first")
    at.selectbox(key="releases.candidate").set_value("first").run()
    assert not remarks(at) and at.selectbox(key="releases.baseline").value == "-"
    # The address goes with the screen, so that a reload shows the same.
    assert "baseline" not in at.query_params


def test_going_back_to_an_address_that_asks_for_nothing_known_shows_nothing_else(
    asked: None,
) -> None:
    at = open_page("releases", release="first", baseline="-")
    assert "Suite smoke" in written(at)
    at.query_params["release"] = "gone"
    at.run()
    assert "Suite smoke" not in written(at) and "“gone”" in remarks(at)[0]


def test_what_was_asked_for_is_shown_as_it_is_written_and_not_without_end(asked: None) -> None:
    at = open_page("releases", release="**<b>" + "x" * 500)
    (remark,) = remarks(at)
    assert "\\*\\*\\<b\\>xxx" in remark and len(remark) < 250


def test_a_reader_of_arabic_is_asked_too(asked: None, sign_in: SignIn) -> None:
    sign_in(login="layla", language="ar")
    at = open_page("releases", release="nope")
    assert "nope" in remarks(at)[0] and not html(at, "v-muted")
    assert "الإصدار" in read(at)
