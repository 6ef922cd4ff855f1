from __future__ import annotations

import json

import pytest

from tests.live.blind_votes import write_votes
from tests.reports.screens import show
from vernacular.errors import InvalidInput
from vernacular.reports.preferences.as_json import to_json
from vernacular.reports.preferences.preferences import PreferenceReport, report_preferences
from vernacular.reports.preferences.table import render_preferences
from vernacular.store.database import Store


def report(store: Store, locale: str | None = None) -> PreferenceReport:
    with store.reading() as db:
        return report_preferences(db, locale)


@pytest.fixture
def voted(sqlite_store: Store) -> Store:
    """``new`` wins in English, loses in Swahili, and Amharic has three votes only."""
    write_votes(sqlite_store, "w" * 14 + "l" * 4 + "t" * 2 + "b" * 3)
    write_votes(sqlite_store, "w" * 3 + "l" * 7, locale="sw-KE", logins=("amina", "juma"))
    write_votes(sqlite_store, "wlw", locale="am-ET")
    return sqlite_store


def test_the_votes_of_a_store_are_weighed(store: Store) -> None:
    write_votes(store, "wwwl")
    (english,) = report(store).weighed.locales
    new, old = english.standings
    assert (new.release, new.tally.win_rate) == ("new", 0.75)
    assert (old.release, old.tally.win_rate) == ("old", 0.25)


def test_votes_that_do_not_count_are_named_and_in_no_rate(voted: Store) -> None:
    before = report(voted).weighed
    write_votes(voted, "www", logins=("layla",), betrayed="answer A names new")
    found = report(voted)
    assert found.weighed == before
    assert (found.n_votes, found.n_people, found.not_counted) == (36, 2, {"en-US": 3})
    assert "gave its release's name away: en-US 3" in show(render_preferences(found))


def test_one_locale_can_be_asked_for(voted: Store) -> None:
    found = report(voted, "sw-ke")
    assert [one.locale for one in found.weighed.locales] == ["sw-KE"]
    assert (found.n_votes, found.n_people) == (10, 2)
    with pytest.raises(InvalidInput):
        report(voted, "no tag")


def test_the_mean_over_locales_stands_above_beside_its_worst_locale(voted: Store) -> None:
    shown = show(render_preferences(report(voted)))
    lines = shown.splitlines()
    assert lines[0] == "36 votes of 2 people"
    assert lines[1].startswith(
        "mean of 2 locales, every locale alike; strengths by votes resampled"
    )
    place = next(n for n, line in enumerate(lines) if line.startswith(" new "))
    # Won 15 of 20 and 3 of 10.
    assert lines[place].split()[:2] == ["new", "52.5"]
    assert lines[place + 1].split() == ["worst", "sw-KE", "30.0"]
    assert lines[place + 2].strip() == "few people in 2 of 2"
    assert "not in the mean, fewer than 10 votes: am-ET" in shown
    assert "sw-KE Swahili: 10 votes of 2 people" in shown


def test_both_bad_stands_apart_from_wins_and_losses(voted: Store) -> None:
    shown = show(render_preferences(report(voted, "en-US")))
    lines = shown.splitlines()
    place = [n for n, line in enumerate(lines) if line.startswith(" new ")][-1]
    assert lines[place].split()[-3:] == ["23", "14/2/4", "3"]
    # One person, who is as good as one vote.
    assert lines[place].split()[1:4] == ["75.0", "[11.8,", "98.5]"]
    assert lines[place + 1].strip() == "of 1 person only"


def test_where_a_release_never_lost_the_missing_interval_is_explained(sqlite_store: Store) -> None:
    write_votes(sqlite_store, "w" * 12)
    shown = show(render_preferences(report(sqlite_store)))
    assert "never lost, or never won, against the rest: en-US, mean" in shown
    assert "+1.61 " in shown and "+1.61 [" not in shown


def test_releases_that_never_met_are_said_to_be_of_two_groups(sqlite_store: Store) -> None:
    write_votes(sqlite_store, "wl" * 5)
    write_votes(sqlite_store, "wl" * 5, ("third", "fourth"), logins=("juma",))
    shown = show(render_preferences(report(sqlite_store)))
    assert "releases of different groups never met" in shown
    assert "group" in shown


def test_without_votes_the_table_says_how_to_get_some(sqlite_store: Store) -> None:
    assert "nobody has voted yet" in show(render_preferences(report(sqlite_store)))
    assert "nobody has voted yet" in show(render_preferences(report(sqlite_store, "en-US")))


def test_where_only_others_voted_they_are_named(sqlite_store: Store) -> None:
    write_votes(sqlite_store, "wl", locale="ar-SA")
    found = report(sqlite_store, "en-us")
    assert (found.n_votes, found.elsewhere) == (0, ("ar-SA",))
    assert "no votes in en-US; there are some in ar-SA" in show(render_preferences(found))
    assert to_json(found)["elsewhere"] == ["ar-SA"]
    assert report(sqlite_store, "ar-SA").elsewhere == ()


def test_no_line_is_wider_than_a_terminal(voted: Store) -> None:
    shown = show(render_preferences(report(voted)))
    assert max(map(len, shown.splitlines())) <= 120


def test_json_holds_the_same_with_the_rules_that_made_it(voted: Store) -> None:
    found = report(voted)
    value = json.loads(json.dumps(to_json(found)))
    assert value["schema"] == "vernacular-preferences/1"
    assert value["rules"] == {
        "level": 0.95,
        "resamples": 1000,
        "fewest_people": 10,
        "fewest_votes": 10,
        "prior_ties": 1.0,
    }
    assert [one["locale"] for one in value["locales"]] == ["am-ET", "en-US", "sw-KE"]
    new = value["locales"][1]["releases"][0]
    assert (new["release"], new["n_wins"], new["n_both_bad"], new["win_rate"]) == (
        "new",
        14,
        3,
        0.75,
    )
    assert (new["n_people"], new["is_by_few"], new["n_independent"]) == (1, True, 1)
    strength = found.weighed.locales[1].standings[0].strength
    assert strength is not None
    assert new["strength"]["log"] == strength.log
    assert value["mean"]["not_averaged"] == ["am-ET"]
    assert value["mean"]["releases"][0]["worst_locale"] == "sw-KE"
    assert value["mean"]["releases"][0]["n_by_few"] == 2
