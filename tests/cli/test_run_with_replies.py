"""Replies timed, and utterances asked one by one, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.shell import Shell
from tests.evaluation.situations import prepare_suite
from vernacular.store.database import Store

SEED = Path(__file__).parents[2] / "seed_data" / "pocket"


def test_reply_times_stand_beside_those_of_a_run_without(
    shell: Shell, store: Store, tmp_path: Path
) -> None:
    prepare_suite(store, tmp_path, n=2)
    assert shell("release", "add", str(SEED / "pocket-1.yaml")).code == 0
    for given in ([], ["--with-replies"]):
        started = shell("run", "start", "pocket-1", "smoke", *given)
        assert (started.code, "4 results" in started.out) == (0, True), started.err
    silent, timed = json.loads(shell("run", "cost", "1", "2", "--json").out)
    assert [one["stage"] for one in silent["stages"]] == ["nlu", "whole"]
    assert [one["stage"] for one in timed["stages"]] == ["nlu", "reply", "whole"]
    assert (silent["has_replies"], timed["has_replies"]) == (False, True)
    table = shell("run", "cost", "1", "2").out
    assert "replied too" in table
    assert table.index("nlu p95") < table.index("reply p95") < table.index("answer p95")
    compared = json.loads(shell("run", "show", "1", "--json").out)["cells"]
    assert json.loads(shell("run", "show", "2", "--json").out)["cells"] == compared


def test_utterances_are_asked_alone_where_that_is_wanted(
    shell: Shell, store: Store, tmp_path: Path
) -> None:
    prepare_suite(store, tmp_path, n=2)
    assert shell("release", "add", str(SEED / "pocket-1.yaml")).code == 0
    for given in ([], ["--alone"]):
        started = shell("run", "start", "pocket-1", "smoke", *given)
        assert (started.code, "4 results" in started.out) == (0, True), started.err
    together, alone = json.loads(shell("run", "cost", "1", "2", "--json").out)
    assert (together["times_are"], alone["times_are"]) == ("batch_shares", "alone")
    whole = [one["stages"][-1] for one in (together, alone)]
    assert (whole[0]["n_times"], whole[1]["n_times"]) == (1, 4)
