"""A report as JUnit XML, so that a CI server shows locales as suites and metrics as their tests.

REGRESSED is a failure, INCOMPARABLE an error. INCONCLUSIVE is a failure where the policy lets it
fail the build, otherwise skipped. What is only watched and what somebody has waived is skipped,
with the reason. There is no ``time``: nothing here says how long anything took.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from xml.etree import ElementTree as ET

from vernacular.comparison.cells import Cell, MacroCell
from vernacular.comparison.gate import Finding, Rule, Waiver
from vernacular.comparison.verdict import Inconclusive, Verdict
from vernacular.reports.comparison.cell_text import describe_cell, summarise_cell, summarise_mean
from vernacular.reports.comparison.report import Report
from vernacular.reports.comparison.understood import answer_line, expected_line, isolate
from vernacular.reports.comparison.worst_first import rows_worst_first
from vernacular.reports.figures import MARKS, ORIENTATION, heading, is_error, p_value

BROKEN_PER_CASE = 10
"""Broken utterances listed in one case."""
WHOLE = "comparison"
"""Name of the suite that holds what belongs to no locale."""

# Whatever XML 1.0 cannot hold, not even escaped.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

State = Literal["passed", "failure", "error", "skipped"]


@dataclass(frozen=True, slots=True)
class _Case:
    classname: str
    name: str
    state: State
    verdict: str
    message: str
    text: str


def render_junit(report: Report) -> str:
    """Returns the report as an XML document."""
    suites: dict[str, list[_Case]] = {WHOLE: _whole_cases(report)}
    for locale, row in rows_worst_first(report.comparison).items():
        suites[locale] = [_cell_case(cell, report) for cell in row.values()]
    if not any(_counts_against(case) for cases in suites.values() for case in cases):
        suites[WHOLE] += _unexplained(report)
    root = ET.Element("testsuites", name=_title(report))
    for name, cases in suites.items():
        if cases or name == WHOLE:
            _add_suite(root, name, cases, _heading(report) if name == WHOLE else "")
    _count(root, [case for cases in suites.values() for case in cases])
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def legal(text: str) -> str:
    """Returns a text without characters that XML cannot hold; each becomes U+FFFD."""
    return _ILLEGAL.sub("\ufffd", text)


def _cell_case(cell: Cell, report: Report) -> _Case:
    policy = report.comparison.policy
    finding = report.finding(cell)
    waiver = finding.waiver if finding else None
    summary = summarise_cell(cell, policy)
    state: State
    if not cell.is_gated:
        state, message = "skipped", f"watched only, decides nothing: {summary}"
    elif waiver is not None:
        state, message = "skipped", f"{_waived(waiver)}: {summary}"
    else:
        state, message = _state(cell.verdict, report.inconclusive), summary
    lines = describe_cell(cell, policy)
    if finding is not None:
        lines.append(f"gate, tier {finding.tier or '-'}: {finding.message}")
    if state in ("failure", "error"):
        lines += _broken(cell, report)
    return _Case(cell.locale, cell.metric, state, cell.verdict.value, message, "\n".join(lines))


def _state(verdict: Verdict, inconclusive: Inconclusive) -> State:
    if verdict is Verdict.PASS:
        return "passed"
    if verdict is Verdict.INCOMPARABLE:
        return "error"
    if verdict is Verdict.INCONCLUSIVE and inconclusive != "fail":
        return "skipped"
    return "failure"


def _waived(waiver: Waiver) -> str:
    return f"waived until {waiver.expires} by {waiver.owner} ({waiver.reason})"


def _broken(cell: Cell, report: Report) -> list[str]:
    """Returns the first broken utterances, each with what was expected and answered."""
    flips = report.flips_of(cell.locale, cell.metric)
    if flips is None or not flips.n_broken:
        return []
    broken = [flip for flip in flips.shown if flip.kind == "regression"][:BROKEN_PER_CASE]
    lines = [f"the first {len(broken)} of {flips.n_broken:,} broken utterances:"]
    for flip in broken:
        lines += [
            f"  item {flip.item}: {isolate(flip.text)}",
            f"    expected: {expected_line(flip)}",
            f"    {report.comparison.baseline}: {answer_line(flip, flip.baseline)}",
            f"    {report.comparison.candidate}: {answer_line(flip, flip.candidate)}",
        ]
    return lines


def _whole_cases(report: Report) -> list[_Case]:
    """Returns the means, the metrics that could not be compared, and the gate's other findings."""
    cases = [_mean_case(one, report) for one in report.comparison.macro]
    for metric in report.comparison.missing_metrics:
        message = "only one of the two runs is scored on it"
        cases.append(_Case(WHOLE, f"all locales {metric}", "skipped", "MISSING", message, ""))
    if report.gate is None:
        return cases
    known: Counter[str] = Counter()
    for finding in report.gate.findings:
        # A drop in one locale is the case of that locale, a mean the case above.
        if finding.rule in (Rule.REGRESSION, Rule.MACRO):
            continue
        name = " ".join(filter(None, (finding.rule.value, finding.locale, finding.metric)))
        known[name] += 1
        if known[name] > 1:
            name += f" ({known[name]})"
        cases.append(_finding_case(finding, name, report.inconclusive))
    return cases


def _mean_case(macro: MacroCell, report: Report) -> _Case:
    """Returns the case of one mean, which can add a regression and never holds anything up."""
    summary = summarise_mean(macro)
    is_worse = macro.verdict is Verdict.REGRESSED and macro.is_gated
    if report.gate is not None:
        is_worse = any(
            finding.rule is Rule.MACRO and finding.metric == macro.metric
            for finding in report.gate.findings
        )
    state: State = "failure" if is_worse else "passed" if macro.is_gated else "skipped"
    name = f"mean over locales {macro.metric}"
    text = f"adjusted p {p_value(macro.p_adjusted)}"
    return _Case(WHOLE, name, state, macro.verdict.value, summary, text)


def _finding_case(finding: Finding, name: str, inconclusive: Inconclusive) -> _Case:
    state: State
    if finding.waiver is None:
        state, message = _state(finding.verdict, inconclusive), finding.message
    else:
        state, message = "skipped", f"{_waived(finding.waiver)}: {finding.message}"
    where = f"gate.{finding.tier}" if finding.tier else "gate"
    return _Case(where, name, state, finding.verdict.value, message, finding.message)


def _counts_against(case: _Case) -> bool:
    return case.state in ("failure", "error")


def _unexplained(report: Report) -> list[_Case]:
    """Returns a case for a verdict that no other case stands for: nothing could be judged."""
    state = _state(report.verdict, report.inconclusive)
    if state not in ("failure", "error"):
        return []
    message = f"{report.verdict.value}: there is nothing to judge by"
    return [_Case(WHOLE, "verdict", state, report.verdict.value, message, message)]


def _title(report: Report) -> str:
    comparison = report.comparison
    return legal(f"{comparison.candidate} against {comparison.baseline} on {comparison.suite}")


def _heading(report: Report) -> str:
    comparison, policy = report.comparison, report.comparison.policy
    lines = [
        f"{MARKS[report.verdict]} {report.verdict.value}: {comparison.candidate} (run"
        f" {comparison.candidate_run_id}) against {comparison.baseline} (run"
        f" {comparison.baseline_run_id}) on suite {comparison.suite}",
        *(f"note: {note}" for note in comparison.notes),
        *(f"note: {note}" for note in (report.gate.notes if report.gate else ())),
        *(f"only one run is scored on {heading(key)}" for key in comparison.missing_metrics),
        *(f"no results of {comparison.baseline}: {t}" for t in comparison.missing_from_baseline),
        *(f"no results of {comparison.candidate}: {t}" for t in comparison.missing_from_candidate),
        *(
            f"to collect: {need.locale} {need.n_missing:,} more ({heading(need.metric)})"
            for need in report.needs
            if need.n_missing is not None
        ),
        f"alpha {policy.alpha:g}, q {policy.q:g} by {'Holm' if policy.fwer else 'BH'},"
        f" {policy.n_resamples:,} resamples, seed {policy.seed}, scorer {comparison.scorer},"
        f" normaliser {comparison.normaliser or 'none'}",
        f"inconclusive cells: {report.inconclusive}",
    ]
    if any(is_error(metric.key) for metric in comparison.metrics):
        lines.append(ORIENTATION)
    return "\n".join(lines)


def _add_suite(root: ET.Element, name: str, cases: Iterable[_Case], output: str) -> None:
    suite = ET.SubElement(root, "testsuite", name=name)
    _count(suite, list(cases))
    for case in cases:
        element = ET.SubElement(
            suite, "testcase", classname=legal(case.classname), name=legal(case.name)
        )
        if case.state == "passed":
            text = f"{case.message}\n{case.text}"
            ET.SubElement(element, "system-out").text = legal(text)
            continue
        held = ET.SubElement(element, case.state, message=legal(case.message))
        if case.state != "skipped":
            held.set("type", case.verdict)
        held.text = legal(case.text)
    if output:
        ET.SubElement(suite, "system-out").text = legal(output)


def _count(element: ET.Element, cases: list[_Case]) -> None:
    states = [case.state for case in cases]
    element.set("tests", str(len(states)))
    element.set("failures", str(states.count("failure")))
    element.set("errors", str(states.count("error")))
    element.set("skipped", str(states.count("skipped")))
