"""``vernacular replies``: how native speakers judged what a release answered."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli.shell import Shell
from tests.evaluation.reply_situations import (
    judge_in_turns,
    judge_replies,
    write_native,
    write_natives,
    yes_and_no,
)
from vernacular.store.database import Store


@pytest.fixture
def judged(store: Store) -> Store:
    """``pocket-1`` offends 2 of 40 in Swahili, ``pocket-2`` 16, say 20 people; in English nobody
    yet."""
    natives = write_natives(store, 20, "sw-KE")
    for release, n_yes in (("pocket-1", 2), ("pocket-2", 16)):
        answers = yes_and_no("would_offend", n_yes, 40)
        judge_in_turns(store, release, "sw-KE", natives, answers[:25], dialect="Kimvita")
        judge_in_turns(store, release, "sw-KE", natives, answers[25:])
    amina = write_native(store, "amina", "en-KE")
    judge_replies(
        store,
        "pocket-2",
        "en-KE",
        amina,
        [{"is_appropriate": True, "rating": 2, "tags": ["other"]}],
    )
    return store


def read_json(shell: Shell, *words: str) -> Any:
    done = shell("replies", *words, "--json")
    assert done.code == 0, done.err
    return json.loads(done.out)


def test_the_worst_locale_comes_first_with_its_interval_and_number(
    shell: Shell, judged: Store
) -> None:
    shown = shell("replies", "pocket-2").out
    rows = [line for line in shown.splitlines() if "-KE" in line]
    assert rows[0].split()[:3] == ["sw-KE", "40", "20"]
    assert "40 [26, 55]" in rows[0]
    assert "100 [21, 100] " in rows[1]
    assert "named most often: en-KE other (1)" in shown
    value = read_json(shell, "pocket-2")
    assert [one["locale"] for one in value["locales"]] == ["sw-KE", "en-KE"]
    offend = value["locales"][0]["now"]["questions"]["would_offend"]
    assert (offend["n"], offend["n_yes"], offend["rate"]) == (40, 16, 0.4)
    assert (offend["n_people"], offend["n_independent"]) == (20, 40)
    assert offend["low"] == pytest.approx(0.2635, abs=1e-4)
    assert value["locales"][0]["now"]["questions"]["understandable"]["rate"] is None
    assert value["locales"][1]["now"]["ratings"] == {"1": 0, "2": 1, "3": 0, "4": 0, "5": 0}


def test_more_that_offend_are_worse_and_few_answers_tell_nothing(
    shell: Shell, judged: Store
) -> None:
    shown = shell("replies", "pocket-2", "--against", "pocket-1").out
    swahili = next(line for line in shown.splitlines() if "would offend " in line)
    assert "-35.0" in swahili and "✗ REGRESSED" in swahili
    english = next(line for line in shown.splitlines() if "en-KE" in line)
    assert "? INCONCLUSIVE" in english
    assert "40 by 20 people" in shown
    value = read_json(shell, "pocket-1", "--against", "pocket-2")
    assert (value["people_min"], value["few_people"]) == (10, 20)
    change = value["locales"][0]["changes"]["would_offend"]
    assert (change["delta"], change["verdict"]) == (pytest.approx(0.35), "PASS")


def test_what_one_person_says_of_two_releases_tells_nothing_of_others(
    shell: Shell, store: Store
) -> None:
    amina = write_native(store, "amina", "sw-KE")
    for release, n_yes in (("pocket-1", 38), ("pocket-2", 27)):
        judge_replies(store, release, "sw-KE", amina, yes_and_no("is_appropriate", n_yes, 40))
    shown = shell("replies", "pocket-2", "--against", "pocket-1").out
    assert "? INCONCLUSIVE" in shown and "REGRESSED" not in shown
    assert shown.count("40 by 1 person") == 2
    assert "judged by fewer than 20 people, so that intervals are rough: sw-KE (1)" in shown
    assert max(map(len, shown.splitlines())) <= 120
    (swahili,) = read_json(shell, "pocket-2", "--against", "pocket-1")["locales"]
    fits = swahili["now"]["questions"]["appropriate"]
    assert (fits["n"], fits["n_people"], fits["n_independent"]) == (40, 1, 1)
    assert swahili["changes"]["appropriate"]["verdict"] == "INCONCLUSIVE"


def test_a_release_is_not_held_against_itself(shell: Shell, judged: Store) -> None:
    done = shell("replies", "pocket-2", "--against", "pocket-2")
    assert (done.code, done.out) == (2, "")
    assert "'pocket-2' cannot be held against itself: name another release" in done.err


def test_dialects_and_accents_are_told_apart_on_request(shell: Shell, judged: Store) -> None:
    value = read_json(shell, "pocket-2", "--by", "dialect")
    counts = [(one["locale"], one["variety"], one["now"]["n_turns"]) for one in value["locales"]]
    assert counts == [("sw-KE", "Kimvita", 25), ("en-KE", None, 1), ("sw-KE", None, 15)]
    assert "Kimvita" in shell("replies", "pocket-2", "--by", "dialect").out
    assert "none named" in shell("replies", "pocket-2", "--by", "accent").out


def test_where_nobody_judged_it_says_what_to_do(shell: Shell, store: Store) -> None:
    ida = write_native(store, "ida", "de-DE")
    judge_replies(store, "pocket-1", "sw-KE", ida, [{"rating": 1}])
    shown = shell("replies", "pocket-1").out
    assert "nobody has judged any yet: talk to the release" in shown
    assert "1 more judged turns do not count" in shown
    done = shell("replies", "pocket-9")
    assert (done.code, "no release 'pocket-9'" in done.err) == (2, True)
