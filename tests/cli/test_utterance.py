from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.reports.told_turn import ToldTurn, tell_turn
from vernacular.store.database import Store


@pytest.fixture
def told(store: Store, tmp_path: Path) -> ToldTurn:
    return tell_turn(store, tmp_path / "clips")


def test_an_utterance_tells_the_turn_it_comes_from(shell: Shell, told: ToldTurn) -> None:
    done = shell("utterance", told.suite, str(told.item))
    assert done.code == 0
    assert "live: turn 1 of session 1, by amina" in done.out
    assert "pocket-1 (live)" in done.out


def test_two_answers_are_put_side_by_side(shell: Shell, told: ToldTurn) -> None:
    pair = ("--baseline", "pocket-1:live", "--release", "newer")
    done = shell("utterance", told.suite, str(told.item), *pair)
    assert "first they differ in what they heard, newer is right" in done.out
    value = json.loads(shell("utterance", told.suite, str(told.item), *pair, "--json").out)
    assert value["turn"]["tester"] == "amina"
    assert [one["stage"] for one in value["turn"]["answer"]["trace"]] == [
        "asr",
        "nlu",
        "reply",
        "tts",
    ]
    beside = value["side_by_side"]
    assert (beside["first_difference"], beside["right"]) == ("asr", "release")
    assert beside["stages"][0]["release"]["version"] == "ears/2"


def test_one_release_alone_is_refused(shell: Shell, told: ToldTurn) -> None:
    done = shell("utterance", told.suite, str(told.item), "--release", "newer")
    assert done.code == 2 and "give both --baseline and --release" in done.err


def test_a_release_that_did_not_answer_is_named(shell: Shell, told: ToldTurn) -> None:
    pair = ("--baseline", "nobody", "--release", "newer")
    done = shell("utterance", told.suite, str(told.item), *pair)
    assert done.code == 2 and "'nobody' has not answered item 2" in done.err
