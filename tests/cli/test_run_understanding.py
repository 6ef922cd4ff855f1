"""``run intents`` and ``run calibration``, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from tests.evaluation.situations import prepare_suite, run_release
from vernacular.cli import run_understanding
from vernacular.errors import NotFound
from vernacular.settings import Settings
from vernacular.store.database import Store
from vernacular.wiring import Wiring

app = typer.Typer()
app.command()(run_understanding.intents)
app.command()(run_understanding.calibration)


@pytest.fixture
def wiring(sqlite_store: Store, tmp_path: Path) -> Iterator[Wiring]:
    """A store with run 1, whose alarms of hi-IN numbered 1 and 3 are wrong."""
    prepare_suite(sqlite_store, tmp_path / "corpus", 10)
    run_release(sqlite_store, "alpha", lambda tag, i: tag == "hi-IN" and i in (1, 3))
    made = Wiring(Settings(database_url=sqlite_store.url))
    yield made
    made.close()


def typed(wiring: Wiring, *words: str) -> str:
    done = CliRunner().invoke(app, words, obj=wiring, catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout


def test_intents_are_listed_over_all_locales_or_one(wiring: Wiring) -> None:
    assert "alpha over smoke, run 1; percent" in typed(wiring, "intents", "1")
    assert "alpha over smoke, run 1, hi-IN" in typed(wiring, "intents", "1", "--locale", "hi-IN")
    found = json.loads(typed(wiring, "intents", "1", "--locale", "hi-IN", "--json"))
    assert (found["n"], found["n_correct"], found["accuracy"]) == (10, 8, 0.8)
    alarm = next(one for one in found["intents"] if one["intent"] == "alarm_set")
    assert (alarm["n"], alarm["recall"]) == (5, 0.6)
    assert found["confusions"] == [{"reference": "alarm_set", "hypothesis": "play_music", "n": 2}]


def test_calibration_is_unknown_in_json_where_answers_are_few(wiring: Wiring) -> None:
    assert "unscored with fewer than 500 answers" in typed(wiring, "calibration", "1")
    found = json.loads(typed(wiring, "calibration", "1", "--json"))
    hindi = found["locales"][0]
    assert (hindi["locale"], hindi["n"], hindi["ece"]) == ("hi-IN", 10, None)
    assert sum(one["n"] for one in hindi["bins"]) == 10


@pytest.mark.parametrize("command", ["intents", "calibration"])
def test_a_run_that_is_not_there_is_an_error(wiring: Wiring, command: str) -> None:
    with pytest.raises(NotFound, match="there is no run 7; 'vernacular run list'"):
        typed(wiring, command, "7")
