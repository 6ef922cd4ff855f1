"""A comparison as JSON: all of it, rates as fractions, unknown as null."""

from __future__ import annotations

import json

from tests.comparison.runs import a_run, rows_of
from vernacular.comparison.compare import Comparison, compare_runs
from vernacular.comparison.policy import Policy
from vernacular.evaluation.compare_runs import compare, find_comparable
from vernacular.reports.comparison_json import SCHEMA, to_json
from vernacular.store.database import Store

QUICK = Policy(n_resamples=200)


def test_the_whole_comparison_is_there_under_its_schema(comparison: Comparison) -> None:
    value = to_json(comparison)
    assert value["schema"] == SCHEMA == "vernacular-comparison/1"
    assert list(value) == [
        "schema",
        "verdict",
        "suite",
        "scorer",
        "baseline",
        "candidate",
        "missing_from_baseline",
        "missing_from_candidate",
        "policy",
        "macro",
        "cells",
    ]
    assert value["verdict"] == "REGRESSED"
    assert value["baseline"] == {"release": "alpha", "run": 1}
    assert value["suite"] == {"name": "smoke", "content_hash": comparison.suite_hash}
    assert value["policy"]["seed"] == comparison.policy.seed
    assert [one["worst_locale"] for one in value["macro"]] == ["sw-KE"] * 3


def test_a_cell_has_counts_rates_interval_and_flips(comparison: Comparison) -> None:
    cells = to_json(comparison)["cells"]
    (cell,) = [one for one in cells if (one["locale"], one["metric"]) == ("sw-KE", "intent_acc")]
    assert (cell["baseline"], cell["candidate"], cell["delta"]) == (1.0, 0.75, -0.25)
    assert (cell["n"], cell["verdict"]) == (200, "REGRESSED")
    assert {name: cell["flips"][name] for name in "abcd"} == {"a": 150, "b": 50, "c": 0, "d": 0}
    assert (cell["flips"]["nfr"], cell["flips"]["pfr"], cell["flips"]["btc"]) == (0.25, 0, 0.75)
    assert len(cell["candidate_interval"]) == 2


def test_flipped_items_are_listed_only_on_request(comparison: Comparison) -> None:
    assert "flips" not in to_json(comparison)
    listed = to_json(comparison, with_flips=True)["flips"]
    (swahili,) = [
        one for one in listed if (one["locale"], one["metric"]) == ("sw-KE", "intent_acc")
    ]
    assert len(swahili["negative"]) == 50
    assert swahili["positive"] == ()


def test_it_survives_json_with_unknown_as_null_and_no_nan() -> None:
    baseline = a_run({"am-ET": [1] * 200, "sw-KE": [1] * 150})
    candidate = rows_of(baseline, baseline.locale == 0)
    value = to_json(compare_runs(baseline, candidate, QUICK), with_flips=True)
    text = json.dumps(value, allow_nan=False)
    again = json.loads(text)
    assert json.dumps(again, allow_nan=False) == text
    missing = [one for one in again["cells"] if one["locale"] == "sw-KE"]
    assert {(one["candidate"], one["delta"], one["p"]) for one in missing} == {(None, None, None)}
    assert again["missing_from_candidate"] == ["sw-KE"]
    assert again["verdict"] == "INCOMPARABLE"


def test_the_same_runs_give_the_same_bytes(compared: Store, comparison: Comparison) -> None:
    with compared.reading() as db:
        again = compare(db, *find_comparable(db, "alpha", "beta"))
    first, second = (
        json.dumps(to_json(one, with_flips=True), ensure_ascii=False).encode()
        for one in (comparison, again)
    )
    assert first == second
