from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.evaluation.situations import (
    RuleAssistant,
    add_release,
    ignore,
    nothing,
    prepare_suite,
    run_release,
    text_engine,
)
from tests.ui.pages import Visitor, html, keys, open_page, read
from vernacular.evaluation.import_results import import_results
from vernacular.evaluation.run import carry_out, open_run
from vernacular.evaluation.suites import freeze, select_utterances
from vernacular.store.releases import accept_release
from vernacular.wiring import Wiring

SignIn = Callable[..., Visitor]


def breaks_hindi(locale: str, number: int) -> bool:
    return locale == "hi-IN" and number <= 80


@pytest.fixture
def compared(wiring: Wiring, sign_in: SignIn, tmp_path: Path) -> None:
    """A candidate that breaks 80 of 240 Hindi utterances, and the accepted baseline."""
    sign_in()
    prepare_suite(wiring.store, tmp_path / "corpus", n=240)
    run_release(wiring.store, "first", nothing)
    with wiring.store.writing() as db:
        accept_release(db, "first")
    run_release(wiring.store, "second", breaks_hindi)


def drawn(at: AppTest) -> dict[str, Any]:
    """Returns the heat map as Plotly gets it."""
    figure: dict[str, Any] = json.loads(at.get("plotly_chart")[0].proto.spec)
    return figure


def test_without_a_release_the_page_says_how_to_add_one(wiring: Wiring, sign_in: SignIn) -> None:
    sign_in()
    assert "vernacular release add" in read(open_page("releases"))


def test_a_release_without_a_finished_run_says_how_to_make_one(
    wiring: Wiring, sign_in: SignIn, tmp_path: Path
) -> None:
    sign_in()
    prepare_suite(wiring.store, tmp_path / "corpus")
    add_release(wiring.store, "first")
    open_run(wiring.store, "first", "smoke")
    assert "vernacular run start first SUITE" in read(open_page("releases"))


def test_releases_that_share_no_suite_are_explained_in_the_readers_language(
    wiring: Wiring, sign_in: SignIn, tmp_path: Path
) -> None:
    sign_in(language="ar")
    prepare_suite(wiring.store, tmp_path / "corpus")
    run_release(wiring.store, "first")
    add_release(wiring.store, "second")
    at = open_page("releases", release="first", baseline="second")
    assert "لا يمكن مقارنة هذين الإصدارين" in at.error[0].value


def test_the_newest_release_is_compared_with_the_accepted_one(compared: None) -> None:
    at = open_page("releases")
    assert at.selectbox(key="releases.candidate").value == "second"
    assert at.selectbox(key="releases.baseline").value == "first"
    assert "<bdi>REGRESSED</bdi>: worse" in read(at)


def test_a_mean_stands_beside_the_worst_locale(compared: None) -> None:
    shown = read(open_page("releases"))
    assert "Mean of 2 locales. Worst: Hindi (India), \u2066−33.3\u2069 points" in shown


def test_the_worst_locale_is_the_first_row(compared: None) -> None:
    figure = drawn(open_page("releases"))
    names = [text.strip("\u2066\u2069") for text in figure["layout"]["yaxis"]["ticktext"]]
    assert names == ["Hindi", "Swahili"]
    assert figure["data"][0]["text"][0][0] == "−33.3"


@pytest.mark.parametrize(("show", "text"), [("rate", "66.7"), ("verdict", "▼")])
def test_rates_and_verdicts_can_be_shown_instead(compared: None, show: str, text: str) -> None:
    assert drawn(open_page("releases", show=show))["data"][0]["text"][0][0] == text


def test_choosing_a_cell_opens_its_flips_with_both_answers(compared: None) -> None:
    at = open_page("releases")
    at.selectbox(key="releases.cell").set_value("hi-IN intent_acc").run()
    assert at.query_params["cell"] == "hi-IN intent_acc"
    shown = read(at)
    assert "niamshe <mark" in shown
    assert "✓ Set an alarm" in shown and "✗ Play music" in shown
    assert "80 got worse" in at.segmented_control(key="releases.kind").options


def test_a_link_opens_the_same_flips_again(compared: None) -> None:
    at = open_page("releases", release="second", cell="hi-IN intent_acc")
    assert len(html(at, "v-flip")) == 20


def test_a_cell_without_regressions_opens_with_what_became_better(compared: None) -> None:
    at = open_page("releases", release="first", baseline="second", cell="hi-IN intent_acc")
    assert "✓ Set an alarm" in read(at)
    at.segmented_control(key="releases.kind").set_value("regression").run()
    assert "No utterance of this kind." in read(at)


def test_selecting_in_the_drawing_chooses_the_cell(compared: None) -> None:
    at = open_page("releases")
    import charts  # noqa: PLC0415 - the UI's folder is on the path only in its tests

    targets = drawn(at)["data"][1]
    point = {"customdata": targets["customdata"][0], "curve_number": 1}
    assert charts.selected_cell([point]) == ("hi-IN", "intent_acc")


def test_without_a_baseline_the_rates_stand_alone(compared: None) -> None:
    at = open_page("releases", baseline="-")
    assert "Choose a release to compare with" in read(at)
    assert drawn(at)["data"][0]["text"][0][0] == "66.7"


def test_a_flip_leads_to_everything_about_its_utterance(compared: None) -> None:
    at = open_page("releases", cell="hi-IN intent_acc")
    links = [link.proto for link in at.get("page_link")]
    first = next(link for link in links if link.label == "Everything about this utterance")
    assert first.page == "utterance"
    assert first.query_string == (
        "suite=smoke&item=1&release=second&baseline=first&cell=hi-IN+intent_acc&kind=regression"
    )


def test_with_several_suites_one_can_be_chosen(
    compared: None, wiring: Wiring, tmp_path: Path
) -> None:
    assert "releases.suite" not in keys(open_page("releases"), "selectbox")
    with wiring.store.writing() as db:
        freeze(db, "swahili", select_utterances(db, source="massive-1.1", locales=["sw-KE"]))
    for name in ("first", "second"):
        run_id = open_run(wiring.store, name, "swahili")
        carry_out(wiring.store, run_id, text_engine(RuleAssistant()), ignore)
    at = open_page("releases")
    assert "Suite swahili" in read(at)
    at.selectbox(key="releases.suite").set_value("smoke").run()
    assert "Suite smoke" in read(at) and at.query_params["suite"] == "smoke"


def test_what_was_heard_flips_by_what_was_heard(
    wiring: Wiring, sign_in: SignIn, tmp_path: Path
) -> None:
    sign_in()
    prepare_suite(wiring.store, tmp_path / "corpus", n=120)
    for name, heard in (("ears-1", "habari yako {n}"), ("ears-2", "habari {n}")):
        file = tmp_path / f"{name}.jsonl"
        rows = [
            {"id": str(n), "locale": tag, "transcript": heard.format(n=n) if n > 1 else ""}
            for tag in ("hi-IN", "sw-KE")
            for n in range(1, 121)
        ]
        file.write_text("".join(json.dumps(one) + "\n" for one in rows))
        import_results(wiring.store, file, name, "smoke", assistant="ears")
    at = open_page("releases", release="ears-2", baseline="ears-1", cell="hi-IN wer")
    first = html(at, "v-flip")[0]
    assert "✓ <bdi>ears-1</bdi>" in first and "✗ <bdi>ears-2</bdi>" in first
    assert ">habari 2</bdi>" in first
    assert "points (worse)" in read(at)


def test_a_broken_store_is_explained(compared: None, broken_store: Callable[[str], None]) -> None:
    broken_store("heat_map")
    at = open_page("releases")
    assert "Something went wrong on our side." in at.error[0].value and not at.exception
