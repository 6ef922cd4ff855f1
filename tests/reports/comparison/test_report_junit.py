"""A report as JUnit XML: what a CI server counts is what the gate does."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.made_reports import (
    HOSTILE,
    a_finding,
    a_flip,
    a_gate,
    a_report,
    a_waiver,
    compared,
    flips_of,
    heard,
)
from vernacular.comparison.gate import Rule
from vernacular.comparison.verdict import Verdict
from vernacular.reports.comparison.report import Report
from vernacular.reports.comparison.report_junit import legal, render_junit


def parsed(report: Report) -> ET.Element:
    text = render_junit(report)
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ')
    return ET.fromstring(text.encode())  # noqa: S314 - our own document


def states(root: ET.Element, classname: str) -> dict[str, str]:
    """Returns what became of each test of one locale."""
    found = {}
    for case in root.iter("testcase"):
        if case.get("classname") == classname:
            (child,) = case
            found[case.get("name", "")] = "passed" if child.tag == "system-out" else child.tag
    return found


def case_of(root: ET.Element, classname: str, name: str) -> ET.Element:
    (case,) = [
        case
        for case in root.iter("testcase")
        if (case.get("classname"), case.get("name")) == (classname, name)
    ]
    return case[0]


def test_a_locale_is_a_suite_and_a_metric_its_test() -> None:
    report = a_report()
    root = parsed(report)
    names = [suite.get("name") for suite in root]
    assert names == ["comparison", "ar-SA", "am-ET", "th-TH", "sw-KE"]
    cases = {(case.get("classname"), case.get("name")) for case in root.iter("testcase")}
    assert {(c.locale, c.metric) for c in report.comparison.cells} <= cases


def test_each_verdict_has_its_own_outcome() -> None:
    root = parsed(a_report())
    outcomes = {tag: states(root, tag)["intent_acc"] for tag in ("ar-SA", "am-ET", "th-TH")}
    assert outcomes == {"ar-SA": "failure", "am-ET": "error", "th-TH": "failure"}
    assert set(states(root, "sw-KE").values()) == {"passed"}
    assert case_of(root, "ar-SA", "intent_acc").get("type") == "REGRESSED"
    assert case_of(root, "th-TH", "intent_acc").get("type") == "INCONCLUSIVE"


@pytest.mark.parametrize("policy", ["pass", "warn"])
def test_inconclusive_is_skipped_where_it_is_let_through(policy: str) -> None:
    root = parsed(a_report(inconclusive=policy))
    assert set(states(root, "th-TH").values()) == {"skipped"}
    message = case_of(root, "th-TH", "intent_acc").get("message", "")
    assert message.startswith("INCONCLUSIVE: +0.0")
    assert "more" in message


def test_what_is_counted_is_what_there_is() -> None:
    gate = a_gate(a_finding(rule=Rule.LATENCY, locale=None, metric=None, message="slow"))
    root = parsed(a_report(gate=gate))
    for element in (root, *root):
        tags = Counter(child.tag for case in element.iter("testcase") for child in case)
        assert element.get("tests") == str(len(list(element.iter("testcase"))))
        assert element.get("failures") == str(tags["failure"])
        assert element.get("errors") == str(tags["error"])
        assert element.get("skipped") == str(tags["skipped"])
    assert root.get("time") is None


def test_a_failure_carries_the_figures_and_the_first_broken_utterances() -> None:
    root = parsed(a_report(flips=(flips_of(a_flip()),)))
    failure = case_of(root, "ar-SA", "intent_acc")
    cell = a_report().comparison.cell("ar-SA", "intent_acc")
    text = failure.text or ""
    assert failure.get("message", "").startswith("REGRESSED: -25.0 [-")
    for part in (
        "intent acc of ar-SA (Arabic): 100.0 % before, 75.0 % now",
        "margin 2, smallest effect 0.5",
        "200 common utterances",
        "50 broken, 0 fixed",
        "the first 1 of 50 broken utterances:",
        "item 7: \u2068أيقظني في الخامسة\u2069",
        "expected: alarm_set [time: \u2068الخامسة\u2069]",
        "beta: play_music",
        cell.method.value,
    ):
        assert part in text, part


def test_a_pass_says_the_smallest_drop_it_would_have_seen() -> None:
    passed = case_of(parsed(a_report()), "sw-KE", "intent_acc")
    assert "would have seen a drop of" in (passed.text or "")


def test_a_watched_metric_is_skipped_and_says_so() -> None:
    root = parsed(a_report(heard({"sw-KE": [0] * 200}, {"sw-KE": [1] * 200})))
    assert states(root, "sw-KE") == {"wer": "failure", "cer": "skipped"}
    assert "watched only, decides nothing: REGRESSED: +5.0" in case_of(root, "sw-KE", "cer").get(
        "message", ""
    )


def test_a_waived_drop_is_skipped_with_who_waived_it_and_until_when() -> None:
    gate = a_gate(a_finding(waiver=a_waiver()))
    root = parsed(a_report(gate=gate))
    message = case_of(root, "ar-SA", "intent_acc").get("message", "")
    assert message.startswith("waived until 2027-03-01 by amina (known since May): REGRESSED")
    assert states(root, "ar-SA")["ex_match_acc"] == "failure"


def test_a_finding_that_no_cell_stands_for_is_a_test_of_its_own() -> None:
    gate = a_gate(
        a_finding(),
        a_finding(rule=Rule.FLOOR, message="intent_acc is 71.0, below its floor 75.0"),
        a_finding(rule=Rule.LATENCY, tier=None, locale=None, metric=None, message="p50 slow"),
        a_finding(rule=Rule.LATENCY, tier=None, locale=None, metric=None, message="p95 slow"),
    )
    root = parsed(a_report(gate=gate))
    assert states(root, "gate.core") == {"floor ar-SA intent_acc": "failure"}
    assert states(root, "gate") == {"latency": "failure", "latency (2)": "failure"}
    assert case_of(root, "gate", "latency (2)").get("message") == "p95 slow"


def test_a_mean_fails_with_the_gate_only_where_the_gate_counts_it() -> None:
    worse = {tag: [0] * 50 + [1] * 150 for tag in ("ar-SA", "sw-KE")}
    comparison = compared({tag: [1] * 200 for tag in worse}, worse)
    name = "mean over locales intent_acc"
    alone = parsed(a_report(comparison))
    assert states(alone, "comparison")[name] == "failure"
    silent = parsed(a_report(comparison, gate=a_gate(a_finding())))
    assert states(silent, "comparison")[name] == "passed"
    finding = a_finding(rule=Rule.MACRO, locale=None)
    loud = parsed(a_report(comparison, gate=a_gate(finding)))
    assert states(loud, "comparison")[name] == "failure"


def test_what_was_not_compared_is_told() -> None:
    comparison = replace(
        a_report().comparison, missing_metrics=("wer",), notes=("rescore run 2 first",)
    )
    root = parsed(a_report(comparison))
    assert states(root, "comparison")["all locales wer"] == "skipped"
    output = root[0].findtext("system-out") or ""
    for part in ("note: rescore run 2 first", "no results of beta: am-ET", "seed 20260101"):
        assert part in output


def test_a_verdict_that_no_test_stands_for_is_a_test_of_its_own() -> None:
    nothing = replace(a_report().comparison, cells=(), macro=(), verdict=Verdict.INCOMPARABLE)
    root = parsed(a_report(nothing))
    assert states(root, "comparison") == {"verdict": "error"}
    assert root.get("errors") == "1"
    passing = compared({"sw-KE": [1] * 400}, {"sw-KE": [1] * 400})
    assert states(parsed(a_report(passing)), "comparison") == {}


def test_texts_that_xml_cannot_hold_are_made_harmless() -> None:
    finding = a_finding(rule=Rule.GOLDEN, message=HOSTILE)
    report = a_report(gate=a_gate(finding), flips=(flips_of(a_flip(HOSTILE)),))
    root = parsed(report)
    text = case_of(root, "ar-SA", "intent_acc").text or ""
    assert "<script>alert('x')</script>" in text
    assert "\x00" not in text
    assert "\ufffd\ufffd\ufffd" in text


@given(st.text(st.characters(codec="utf-8")))
def test_any_text_can_be_written_and_read_again(text: str) -> None:
    element = ET.Element("a")
    element.text = legal(text)
    written = ET.tostring(element, encoding="utf-8")
    again = ET.fromstring(written).text or ""  # noqa: S314 - our own document
    # A reader turns line breaks of either kind into one.
    assert again == legal(text).replace("\r\n", "\n").replace("\r", "\n")


def test_the_same_report_gives_the_same_bytes() -> None:
    assert render_junit(a_report()) == render_junit(a_report())
