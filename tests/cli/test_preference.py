from __future__ import annotations

import json

from tests.cli.shell import Shell
from tests.live.blind_votes import write_votes
from vernacular.store.database import Store


def test_preferences_are_listed_over_locales_and_in_each(shell: Shell, store: Store) -> None:
    write_votes(store, "wwwwwwwlll")
    write_votes(store, "wl", locale="sw-KE")
    listed = shell("preference", "list")
    assert listed.code == 0
    assert "mean of 1 locale, every locale alike" in listed.out
    assert "en-US English: 10 votes of 1 person" in listed.out
    assert "sw-KE Swahili: 2 votes of 1 person" in listed.out


def test_programs_read_one_locale_of_them(shell: Shell, store: Store) -> None:
    write_votes(store, "wwl")
    write_votes(store, "wl", locale="sw-KE")
    listed = shell("preference", "list", "--locale", "sw-KE", "--json")
    value = json.loads(listed.out)
    assert (listed.code, value["n_votes"]) == (0, 2)
    assert [one["locale"] for one in value["locales"]] == ["sw-KE"]


def test_a_locale_that_is_none_is_refused(shell: Shell, store: Store) -> None:
    refused = shell("preference", "list", "--locale", "not a tag")
    assert (refused.code, refused.out) == (2, "")
    assert "locale" in refused.err


def test_before_anybody_voted_the_list_says_how_to(shell: Shell, store: Store) -> None:
    assert "nobody has voted yet" in shell("preference", "list").out
    assert json.loads(shell("preference", "list", "--json").out)["n_votes"] == 0
