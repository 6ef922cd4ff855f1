from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.evaluation.situations import add_release, prepare_suite, run_release
from tests.store.measured import (
    HEARD,
    Rates,
    write_gate,
    write_release,
    write_run,
    write_suite,
)
from tests.ui.pages import Visitor, html, open_page, read
from vernacular.evaluation.run import open_run
from vernacular.wiring import Wiring

SignIn = Callable[..., Visitor]


@pytest.fixture
def measured(wiring: Wiring, sign_in: SignIn) -> Wiring:
    """Two releases: sw-KE falls by ten points beyond its interval, the other locales stay."""
    sign_in()
    write_suite(wiring.store)
    same = {("intent_acc", tag): 0.9 for tag in ("da-DK", "de-DE", "en-US", "fi-FI", "fr-FR")}
    for day, rate in enumerate((0.9, 0.7), start=1):
        rates: Rates = {**same, ("intent_acc", "hi-IN"): 0.6, ("intent_acc", "sw-KE"): rate}
        write_run(wiring.store, write_release(wiring.store, f"r{day}", day), rates=rates)
    write_gate(wiring.store, 2, 1, "REGRESSED")
    return wiring


def figure(at: AppTest) -> dict[str, Any]:
    drawn: dict[str, Any] = json.loads(at.get("plotly_chart")[0].proto.spec)
    return drawn


def panels(at: AppTest) -> list[str]:
    titles = figure(at)["layout"]["annotations"]
    return [one["text"].strip("\u2066\u2069") for one in titles]


def test_without_a_finished_run_the_page_says_how_to_make_one(
    wiring: Wiring, sign_in: SignIn, tmp_path: Path
) -> None:
    sign_in()
    prepare_suite(wiring.store, tmp_path)
    add_release(wiring.store, "first")
    open_run(wiring.store, "first", "smoke")
    assert "vernacular run start RELEASE SUITE" in read(open_page("trends"))


def test_one_release_alone_is_no_trend_yet(wiring: Wiring, sign_in: SignIn, tmp_path: Path) -> None:
    sign_in()
    prepare_suite(wiring.store, tmp_path)
    run_release(wiring.store, "first")
    at = open_page("trends")
    assert "One release only: a trend begins with the second one." in read(at)
    assert "Hindi" in read(at) and not at.exception


def test_the_locales_that_lost_most_are_drawn_first(measured: Wiring) -> None:
    at = open_page("trends")
    assert panels(at)[:2] == ["Gate, of the whole release", "Swahili"]
    assert len(panels(at)) == 7
    assert at.multiselect(key="trends.locales").value[0] == "sw-KE"


def test_the_verdicts_of_the_gate_are_drawn_once_and_explained(measured: Wiring) -> None:
    at = open_page("trends")
    assert figure(at)["data"][0]["text"] == ["▼"]
    assert "▼ worse" in read(at)


def test_all_locales_stand_below_with_interval_and_change(measured: Wiring) -> None:
    (table,) = html(open_page("trends"), "Since the release before")
    swahili = next(row for row in table.split("<tr>") if "Swahili" in row)
    assert "70.0\N{NO-BREAK SPACE}%" in swahili and "63.3–75.9" in swahili
    assert "−20.0\u2069 points" in swahili and "v-wrong" in swahili
    assert table.index("Hindi") < table.index("Swahili") < table.index("Danish")


def test_a_change_within_the_intervals_has_a_sign_and_no_colour(measured: Wiring) -> None:
    (table,) = html(open_page("trends"), "Since the release before")
    danish = next(row for row in table.split("<tr>") if "Danish" in row)
    assert "0.0\u2069 points ~" in danish and "v-wrong" not in danish
    assert "~ the intervals overlap" in read(open_page("trends"))


def test_a_change_leads_to_the_utterances_behind_it(measured: Wiring) -> None:
    (table,) = html(open_page("trends"), "Since the release before")
    target = "releases?release=r2&amp;baseline=r1&amp;suite=smoke&amp;cell=sw-KE+intent_acc"
    assert f'<a href="{target}">' in table


def test_the_numbers_of_the_drawing_stand_in_a_table_too(measured: Wiring) -> None:
    (table,) = html(open_page("trends", locales="sw-KE"), "REGRESSED")
    rows = table.split("<tr>")[2:]
    assert "r2" in rows[0] and "70.0" in rows[0]
    assert "r1" in rows[1] and "90.0" in rows[1] and "points" not in rows[1]


def test_choosing_locales_draws_them_and_keeps_them_in_the_address(measured: Wiring) -> None:
    at = open_page("trends")
    at.multiselect(key="trends.locales").set_value(["de-DE", "hi-IN"]).run()
    assert panels(at)[1:] == ["German", "Hindi"]
    assert at.query_params["locales"] == "de-DE,hi-IN"


def test_a_link_opens_the_same_view_again(measured: Wiring) -> None:
    at = open_page("trends", locales="de-DE,xx-XX,hi-IN", suite="smoke", metric="intent_acc")
    assert panels(at)[1:] == ["German", "Hindi"]


def test_without_a_locale_there_is_no_drawing_and_the_table_stays(measured: Wiring) -> None:
    at = open_page("trends")
    at.multiselect(key="trends.locales").set_value([]).run()
    assert not at.get("plotly_chart")
    assert html(at, "Since the release before") and not at.exception


def test_an_error_rate_that_rises_is_written_with_a_plus_and_called_worse(
    wiring: Wiring, sign_in: SignIn
) -> None:
    sign_in()
    write_suite(wiring.store)
    for day, rate in enumerate((0.1, 0.3), start=1):
        release = write_release(wiring.store, f"r{day}", day)
        write_run(wiring.store, release, rates={("wer", "sw-KE"): rate}, rules=HEARD)
    at = open_page("trends")
    assert at.selectbox(key="trends.metric").value == "wer"
    (table,) = html(at, "Since the release before")
    assert "+20.0\u2069 points (worse)" in table and "v-wrong" in table
    assert "Less is better." in read(at)


def test_releases_that_are_not_shown_are_named_with_the_reason(measured: Wiring) -> None:
    write_run(measured.store, write_release(measured.store, "ears", 1), rates={("wer", "sw-KE"): 0})
    at = open_page("trends", metric="intent_acc")
    assert "Not shown: ears, run 3: not scored on this metric" in read(at)


def test_the_page_reads_in_arabic(measured: Wiring, sign_in: SignIn) -> None:
    sign_in(login="layla", language="ar")
    shown = read(open_page("trends"))
    assert "التطوّر عبر الإصدارات" in shown and "Since" not in shown


def test_a_broken_store_is_explained(measured: Wiring, broken_store: Callable[[str], None]) -> None:
    broken_store("trend")
    at = open_page("trends")
    assert "Something went wrong on our side." in at.error[0].value and not at.exception
