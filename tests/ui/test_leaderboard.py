from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.store.measured import Rates, write_gate, write_release, write_run, write_suite
from tests.ui.pages import Visitor, html, open_page, read
from vernacular.wiring import Wiring

SignIn = Callable[..., Visitor]


def rates(hindi: float, swahili: float) -> Rates:
    return {
        ("intent_acc", "hi-IN"): hindi,
        ("intent_acc", "sw-KE"): swahili,
        ("ex_match_acc", "hi-IN"): 1 - hindi,
        ("ex_match_acc", "sw-KE"): 1 - swahili,
    }


@pytest.fixture
def ranked(wiring: Wiring, sign_in: SignIn) -> Wiring:
    """``good`` is far ahead of ``fair`` and ``close``, which cannot be told apart."""
    sign_in()
    write_suite(wiring.store, items={"hi-IN": 200, "sw-KE": 200})
    for day, (name, hindi, swahili) in enumerate(
        (("fair", 0.6, 0.5), ("good", 0.9, 0.95), ("close", 0.58, 0.51)), start=1
    ):
        release = write_release(wiring.store, name, day)
        write_run(wiring.store, release, rates=rates(hindi, swahili))
    write_gate(wiring.store, 2, 1, "PASS")
    return wiring


def rows(table: str) -> list[str]:
    return table.split("<tr>")[2:]


def test_without_a_finished_run_the_page_says_how_to_make_one(
    wiring: Wiring, sign_in: SignIn
) -> None:
    sign_in()
    assert "vernacular run start RELEASE SUITE" in read(open_page("leaderboard"))


def test_the_best_release_stands_first_beside_its_worst_locale(ranked: Wiring) -> None:
    ranking, _ = html(open_page("leaderboard"), "v-table")
    first, second, third = rows(ranking)
    assert "good" in first and "92.5\N{NO-BREAK SPACE}%" in first
    assert "worst: \u2066Hindi\u2069, \u206690.0" in first
    assert "PASS" in first and "PASS" not in second
    assert "fair" in second and "close" in third


def test_places_that_cannot_be_told_apart_are_ranges(ranked: Wiring) -> None:
    at = open_page("leaderboard")
    first, second, third = rows(html(at, "v-table")[0])
    assert ">1</bdi>" in first and ">2–3</bdi>" in second and ">2–3</bdi>" in third
    assert "A place is a range where intervals overlap" in read(at)
    assert "The interval of a mean is the widest it can be." in read(at)


def test_every_locale_stands_below_and_leads_to_its_flips(ranked: Wiring) -> None:
    _, locales = html(open_page("leaderboard"), "v-table")
    hindi, swahili = rows(locales)
    assert "Hindi" in hindi and "Swahili" in swahili
    target = "releases?release=good&amp;suite=smoke&amp;cell=hi-IN+intent_acc"
    assert f'<a href="{target}">' in hindi


def test_another_metric_ranks_them_anew_and_stays_in_the_address(ranked: Wiring) -> None:
    at = open_page("leaderboard")
    at.selectbox(key="leaderboard.metric").set_value("ex_match_acc").run()
    assert at.query_params["metric"] == "ex_match_acc"
    ranking, _ = html(at, "v-table")
    assert "good" in rows(ranking)[-1]
    assert ranking.index("Exact match") < ranking.index("Intent accuracy")
    assert "Exact match in every locale" in read(at)


def test_a_release_that_answered_a_part_is_named_and_not_ranked(ranked: Wiring) -> None:
    release = write_release(ranked.store, "part", 4)
    write_run(ranked.store, release, rates={("intent_acc", "hi-IN"): 1.0})
    at = open_page("leaderboard")
    assert "part" not in html(at, "v-table")[0]
    assert "Not shown: part, run 4: it answered a part of the suite only" in read(at)


def test_where_nothing_can_be_ranked_the_page_says_so(wiring: Wiring, sign_in: SignIn) -> None:
    sign_in()
    write_suite(wiring.store, items={"hi-IN": 200, "sw-KE": 200})
    release = write_release(wiring.store, "part")
    write_run(wiring.store, release, rates={("intent_acc", "hi-IN"): 1.0})
    assert "No release can be ranked yet." in read(open_page("leaderboard"))


def test_the_page_reads_in_arabic(ranked: Wiring, sign_in: SignIn) -> None:
    sign_in(login="layla", language="ar")
    at = open_page("leaderboard")
    assert at.title[0].value == "ترتيب الإصدارات"
    assert "worst" not in html(at, "v-table")[0]


def test_a_broken_store_is_explained(ranked: Wiring, broken_store: Callable[[str], None]) -> None:
    broken_store("leaderboard")
    at = open_page("leaderboard")
    assert "Something went wrong on our side." in at.error[0].value and not at.exception
