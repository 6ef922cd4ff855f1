"""``trend``, ``leaderboard`` and ``utterance``: one store, three ways to look at it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from tests.evaluation.situations import prepare_suite, run_release
from vernacular.cli.leaderboard import leaderboard
from vernacular.cli.trend import trend
from vernacular.cli.utterance import utterance
from vernacular.errors import InvalidInput, NotFound
from vernacular.settings import Settings
from vernacular.store.database import Store
from vernacular.wiring import Wiring


@pytest.fixture
def store(sqlite_store: Store, tmp_path: Path) -> Store:
    """``first`` has 30 of 120 Swahili utterances wrong, ``second`` all of both locales right."""
    prepare_suite(sqlite_store, tmp_path, 120)
    run_release(sqlite_store, "first", lambda locale, number: locale == "sw-KE" and number <= 30)
    run_release(sqlite_store, "second")
    return sqlite_store


def run(store: Store, command: Callable[..., None], *arguments: str) -> str:
    app = typer.Typer()
    app.command()(command)
    wiring = Wiring(Settings(database_url=store.url))
    try:
        result = CliRunner().invoke(app, list(arguments), obj=wiring, catch_exceptions=False)
    finally:
        wiring.close()
    assert result.exit_code == 0, result.output
    return str(result.output)


def run_json(store: Store, command: Callable[..., None], *arguments: str) -> Any:
    return json.loads(run(store, command, *arguments, "--json"))


def test_a_trend_is_a_chart_per_locale_with_the_newest_interval(store: Store) -> None:
    shown = run(store, trend)
    row = next(line for line in shown.splitlines() if "sw-KE" in line)
    assert row.split()[:5] == ["sw-KE", "Swahili", "120", "▁█", "100.0"]
    assert row.split()[-2:] == ["+25.0", "better"]


def test_a_trend_can_be_narrowed_and_read_by_programs(store: Store) -> None:
    value = run_json(
        store, trend, "smoke", "--metric", "ex_match_acc", "--locale", "sw-KE", "--last", "1"
    )
    assert (value["schema"], value["metric"]) == ("vernacular-trend/1", "ex_match_acc")
    assert [one["release"] for one in value["releases"]] == ["second"]
    (only,) = value["locales"]
    assert (only["locale"], only["points"][0]["rate"]) == ("sw-KE", 1.0)
    assert only["points"][0]["delta"] is None
    assert value["releases"][0]["measured_at"].endswith("Z")


def test_an_unknown_suite_metric_or_locale_is_named(store: Store) -> None:
    for arguments, kind in (
        (["large"], NotFound),
        (["--metric", "accuracy"], InvalidInput),
        (["--locale", "th-TH"], NotFound),
    ):
        with pytest.raises(kind):
            run(store, trend, *arguments)


def test_a_leaderboard_ranks_by_the_mean_and_shows_locales_on_request(store: Store) -> None:
    short, long = run(store, leaderboard), run(store, leaderboard, "smoke", "--locales")
    ranking = [line.split()[:2] for line in short.splitlines() if "worst" not in line]
    assert ["1", "second"] in ranking and ["2", "first"] in ranking
    assert "Swahili" not in short
    assert "intent acc per locale" in long and "Swahili" in long


def test_a_leaderboard_for_programs_has_massives_keys(store: Store) -> None:
    value = run_json(store, leaderboard, "--metric", "slot_micro_f1")
    assert value["ranked_by"] == "slot_micro_f1"
    assert list(value["releases"][0]["macro"]) == ["intent_acc", "slot_micro_f1", "ex_match_acc"]
    first = value["releases"][1]
    assert first["locales"]["sw-KE"]["intent_acc"]["rate"] == 0.75
    assert first["macro"]["intent_acc"]["worst_locale"] == "sw-KE"


def test_an_utterance_tells_all_that_is_known_of_it(store: Store) -> None:
    shown = run(store, utterance, "smoke", "121")
    assert "niamshe saa tatu 1" in shown
    assert "✓ second" in shown and "✗ first" in shown
    value = run_json(store, utterance, "smoke", "121")
    assert value["schema"] == "vernacular-utterance/1"
    assert [one["release"] for one in value["answers"]] == ["second", "first"]
    assert [one["is_right"] for one in value["answers"][1]["checks"]] == [False, False, False]
    with pytest.raises(NotFound, match="no item 241"):
        run(store, utterance, "smoke", "241")
