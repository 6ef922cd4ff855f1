"""``vernacular replies``: how native speakers judged what a release answered."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli.shell import Shell
from tests.evaluation.reply_situations import judge_replies, write_native, yes_and_no
from vernacular.store.database import Store


@pytest.fixture
def judged(store: Store) -> Store:
    """``pocket-1`` offends 2 of 40 in Swahili, ``pocket-2`` 16; in English nobody yet."""
    amina = write_native(store, "amina", "sw-KE", "en-KE")
    for release, n_yes in (("pocket-1", 2), ("pocket-2", 16)):
        answers = yes_and_no("would_offend", n_yes, 40)
        judge_replies(store, release, "sw-KE", amina, answers[:25], dialect="Kimvita")
        judge_replies(store, release, "sw-KE", amina, answers[25:])
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
    assert rows[0].split()[:3] == ["sw-KE", "40", "1"]
    assert "40 [26, 55]" in rows[0]
    assert "100 [21, 100] " in rows[1]
    assert "named most often: en-KE other (1)" in shown
    value = read_json(shell, "pocket-2")
    assert [one["locale"] for one in value["locales"]] == ["sw-KE", "en-KE"]
    offend = value["locales"][0]["now"]["questions"]["would_offend"]
    assert (offend["n"], offend["n_yes"], offend["rate"]) == (40, 16, 0.4)
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
    value = read_json(shell, "pocket-1", "--against", "pocket-2")
    change = value["locales"][0]["changes"]["would_offend"]
    assert (change["delta"], change["verdict"]) == (pytest.approx(0.35), "PASS")


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
