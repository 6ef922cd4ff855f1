"""A report as JSON: all of it, by its schema, rates as fractions, unknown as null."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.reports.made_reports import (
    HOSTILE,
    a_finding,
    a_flip,
    a_gate,
    a_report,
    a_waiver,
    flips_of,
    heard,
    mixed,
)
from vernacular.comparison.compare import Comparison
from vernacular.comparison.flips import Flips
from vernacular.comparison.noise_floor import noise_floor
from vernacular.comparison.policy import Policy
from vernacular.comparison.slices import SliceCell, SliceMethod
from vernacular.evaluation.compare_runs import compare, find_comparable
from vernacular.evaluation.slices import load_slices
from vernacular.reports.comparison.report import Report, build_report
from vernacular.reports.comparison.report_json import SCHEMA, render_json, to_json
from vernacular.store.database import Store

A_SLICE = SliceCell(
    kind="domain",
    value="alarm",
    metric="intent_acc",
    locale=None,
    n=40,
    n_clusters=40,
    baseline=1.0,
    candidate=0.9,
    delta=-0.1,
    low=-0.2,
    high=0.0,
    p=0.03,
    p_adjusted=0.06,
    flips=Flips(36, 4, 0, 0),
    worst_locale="ar-SA",
    worst_delta=-0.2,
    method=SliceMethod.MCNEMAR,
)


def strict(schema: Any) -> Any:
    """Returns the schema with every field that it does not name forbidden."""
    if isinstance(schema, list):
        return [strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: strict(value) for name, value in schema.items()}
    if "properties" in closed and isinstance(closed.get("required"), list):
        closed["additionalProperties"] = False
    return closed


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    text = (
        resources.files("vernacular.reports.comparison")
        .joinpath("report.schema.json")
        .read_text("utf-8")
    )
    schema = json.loads(text)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(strict(schema))


def everything() -> Report:
    finding = a_finding(waiver=a_waiver())
    return a_report(
        gate=a_gate(finding, a_finding(locale=None, metric=None), expired_waivers=(a_waiver(),)),
        flips=(flips_of(a_flip(HOSTILE)),),
        slices=(A_SLICE,),
        noise_floor={"intent_acc": noise_floor({"ar-SA": Flips(190, 2, 3, 5)})},
    )


@pytest.mark.parametrize(
    "report",
    [
        a_report(),
        everything(),
        a_report(heard({"sw-KE": [0] * 200}, {"sw-KE": [1] * 200})),
        a_report(mixed(Policy(n_resamples=200, gated={}))),
    ],
    ids=["plain", "everything", "heard", "watched"],
)
def test_every_report_keeps_to_the_schema_and_has_no_field_it_does_not_name(
    validator: Draft202012Validator, report: Report
) -> None:
    errors = [f"{list(e.path)}: {e.message}" for e in validator.iter_errors(to_plain(report))]
    assert errors == []


def to_plain(report: Report) -> Any:
    return json.loads(render_json(report))


def test_the_schema_would_notice_a_wrong_field(validator: Draft202012Validator) -> None:
    value = to_plain(a_report())
    value["cells"][0]["n"] = "many"
    value["verdict"] = "FAIL"
    value["unheard_of"] = 1
    assert len(list(validator.iter_errors(value))) == 3


def test_the_document_names_runs_rules_and_verdict(comparison: Comparison) -> None:
    value = to_json(a_report(comparison))
    assert value["schema"] == SCHEMA == "vernacular-comparison/1"
    assert (value["verdict"], value["comparison_verdict"]) == ("REGRESSED", "REGRESSED")
    assert value["baseline"] == {"release": "alpha", "run": 1}
    assert value["suite"] == {"name": "smoke", "content_hash": comparison.suite_hash}
    assert value["policy"]["seed"] == comparison.policy.seed
    assert [one["worst_locale"] for one in value["macro"]] == ["sw-KE"] * 3


def test_a_cell_has_counts_rates_interval_margin_and_flips(comparison: Comparison) -> None:
    cells = to_json(a_report(comparison))["cells"]
    (cell,) = [one for one in cells if (one["locale"], one["metric"]) == ("sw-KE", "intent_acc")]
    assert (cell["baseline"], cell["candidate"], cell["delta"]) == (1.0, 0.75, -0.25)
    assert (cell["n"], cell["verdict"], cell["margin"]) == (200, "REGRESSED", 0.02)
    assert {name: cell["flips"][name] for name in "abcd"} == {"a": 150, "b": 50, "c": 0, "d": 0}
    assert (cell["flips"]["nfr"], cell["flips"]["pfr"], cell["flips"]["btc"]) == (0.25, 0, 0.75)
    assert len(cell["candidate_interval"]) == 2


def test_an_error_rate_that_rises_has_a_negative_delta_in_data() -> None:
    comparison = heard({"sw-KE": [0] * 200}, {"sw-KE": [1] * 200})
    cells = {one["metric"]: one for one in to_plain(a_report(comparison))["cells"]}
    assert cells["wer"]["delta"] == pytest.approx(-0.2)
    assert (cells["wer"]["is_gated"], cells["cer"]["is_gated"]) == (True, False)


def test_unknown_is_null_and_nothing_is_nan() -> None:
    value = to_plain(a_report(mixed()))
    missing = [one for one in value["cells"] if one["locale"] == "am-ET"]
    assert {(one["candidate"], one["delta"], one["p"]) for one in missing} == {(None, None, None)}
    assert value["missing_from_candidate"] == ["am-ET"]
    assert value["noise_floor"] is value["gate"] is None


def test_texts_survive_as_they_are() -> None:
    flip = to_plain(a_report(flips=(flips_of(a_flip(HOSTILE)),)))["flipped_utterances"][0]
    assert flip["shown"][0]["text"] == HOSTILE
    assert (flip["n_broken"], flip["n_left_out"]) == (50, 49)


def test_the_gates_verdict_stands_before_the_comparisons() -> None:
    value = to_plain(everything())
    assert (value["verdict"], value["comparison_verdict"]) == ("REGRESSED", "REGRESSED")
    waived = to_plain(a_report(gate=a_gate(a_finding(waiver=a_waiver()))))
    assert (waived["verdict"], waived["comparison_verdict"]) == ("PASS", "REGRESSED")
    assert waived["gate"]["findings"][0]["waiver"]["expires"] == "2027-03-01"


def test_the_same_runs_give_the_same_bytes(compared: Store) -> None:
    texts = set()
    for _ in range(2):
        with compared.reading() as db:
            runs = find_comparable(db, "alpha", "beta")
            report = build_report(
                db, compare(db, *runs), slices=load_slices(db, *runs, ("domain", "intent"))
            )
            texts.add(render_json(report))
    assert len(texts) == 1
