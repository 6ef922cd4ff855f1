"""A report as Markdown that fits a pull-request comment: the verdict first, the rest folded.

GitHub refuses a comment of more than 65,536 characters. Rows are cut to stay below, and what was
cut is counted. What people said, and how releases are called, must not turn into markup, mention
anybody, or turn the words around it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vernacular.comparison.cells import Cell
from vernacular.comparison.policy import Policy
from vernacular.comparison.verdict import Verdict
from vernacular.reports.comparison.above_floor import list_above_floor
from vernacular.reports.comparison.markdown_page import Page, plain, table_lines
from vernacular.reports.comparison.report import Report
from vernacular.reports.comparison.slices_table import EXPLORATORY, surest_drop_first
from vernacular.reports.comparison.understood import answer_line, expected_line
from vernacular.reports.comparison.verdict_line import explain_verdict
from vernacular.reports.comparison.worst_first import list_concerns, worst_first
from vernacular.reports.figures import (
    MARKS,
    ORIENTATION,
    change_words,
    heading,
    is_error,
    language,
    mark,
    p_value,
    percent,
    points,
    shown,
    shrunk_text,
)
from vernacular.reports.figures import certainty as certainty_of

LIMIT = 65_536
"""Characters of a comment. GitHub counts UTF-16 units, so that an emoji is two."""
_RESERVE = 1_000
"""Kept for the lines that say what was left out."""

MAX_CONCERNS = 40
MAX_SLICES = 30
MAX_BROKEN = 60
BROKEN_PER_CELL = 5


def render_markdown(report: Report) -> str:
    """Returns the report, always shorter than a comment may be."""
    page = Page(LIMIT - _RESERVE)
    for line in _head(report):
        page.line(line)
    page.table(_macro_table(report))
    concerns = list_concerns(report.comparison)
    if concerns:
        page.add(f"#### Not passed: {len(concerns)} of {_n_deciding(report)}")
        page.table(_cells_table(concerns, report.comparison.policy), at_most=MAX_CONCERNS)
    if report.gate is not None and report.gate.findings:
        n_waived = len(report.gate.waived)
        waived = f", {n_waived} of them waived" if n_waived else ""
        page.fold(f"Gate: {len(report.gate.findings)} findings{waived}", _gate_table(report))
    if report.needs:
        n = len(report.needs)
        page.fold(f"To collect for an answer: {n} {_locales(n)}", _needs_table(report))
    broken = list(_broken(report))
    if broken:
        page.fold("Utterances that broke", _broken_table(broken), at_most=MAX_BROKEN)
    if report.slices:
        note = f"{EXPLORATORY.capitalize()}."
        page.fold("Slices", _slices_table(report), at_most=MAX_SLICES, note=note)
    others = [cell for cell in report.comparison.cells if cell not in concerns]
    if others:
        table = _cells_table(others, report.comparison.policy)
        page.fold(f"Passed or only watched: {len(others)}", table)
    page.fold("How this was judged", _rules_table(report))
    return page.text()


def _head(report: Report) -> list[str]:
    comparison = report.comparison
    lines = [
        f"### {MARKS[report.verdict]} {report.verdict.value}: "
        f"{plain(comparison.candidate)} against {plain(comparison.baseline)}"
    ]
    if report.gate is not None and report.gate.verdict is not comparison.verdict:
        lines.append(
            f"The gate's policy says {report.gate.verdict.value}, the comparison alone"
            f" {comparison.verdict.value}."
        )
    if report.verdict is Verdict.INCONCLUSIVE and report.inconclusive != "fail":
        lines.append(f"Inconclusive, let through by the policy `{report.inconclusive}`.")
    explained = explain_verdict(comparison)
    if explained:
        lines.append(f"{explained[0].upper()}{explained[1:]}.")
    n = max((cell.n for cell in comparison.cells), default=0)
    n_locales = len({cell.locale for cell in comparison.cells})
    lines.append(
        f"Runs {comparison.candidate_run_id} and {comparison.baseline_run_id} on suite"
        f" {plain(comparison.suite)}: {n_locales} {_locales(n_locales)},"
        f" up to {n:,} utterances in each."
    )
    if comparison.missing_metrics:
        names = ", ".join(map(heading, comparison.missing_metrics))
        lines.append(f"Only one of the runs is scored on {names}: not compared.")
    for release, tags in (
        (comparison.baseline, comparison.missing_from_baseline),
        (comparison.candidate, comparison.missing_from_candidate),
    ):
        if tags:
            lines.append(f"No results of {plain(release)} in {', '.join(tags)}.")
    failed = _failed(report)
    if failed:
        lines.append(failed)
    notes = [*comparison.notes, *(report.gate.notes if report.gate else ())]
    lines += [f"Note: {plain(note)}." for note in notes]
    if report.gate is not None and report.gate.expired_waivers:
        expired = ", ".join(f"{one.locale} ({one.expires})" for one in report.gate.expired_waivers)
        lines.append(f"Waivers that have expired: {expired}.")
    if any(is_error(metric.key) for metric in comparison.metrics):
        lines.append(f"{ORIENTATION}.")
    for line in list_above_floor(comparison, report.noise_floor or {}):
        lines.append(
            f"{heading(line.metric)}: {line.rate * 100:.2f} % of the utterances broke; two runs of"
            f" one release break {(line.floor.rate or 0) * 50:.2f} % by noise."
        )
    return lines


def _failed(report: Report) -> str:
    by_locale = {cell.locale: cell for cell in report.comparison.cells}.values()
    n_baseline = sum(cell.baseline_failed for cell in by_locale)
    n_candidate = sum(cell.candidate_failed for cell in by_locale)
    if not n_baseline + n_candidate:
        return ""
    return (
        f"Failed answers, counted as wrong: {n_candidate:,} of the candidate, {n_baseline:,} of the"
        " baseline."
    )


def _macro_table(report: Report) -> list[str]:
    return table_lines(
        ("", "metric", "mean>", "change [90 %]>".replace("90", _level(report)), "worst locale"),
        (
            (
                mark(one),
                heading(one.metric) + ("" if one.is_gated else " (watched)"),
                f"{percent(one.candidate)} of {len(one.locales)} locales",
                change_words(one, 2),
                f"{one.worst_locale} {points(shown(one.metric, one.worst_delta))}",
            )
            for one in report.comparison.macro
        ),
    )


def _cells_table(cells: Sequence[Cell], policy: Policy) -> list[str]:
    return table_lines(
        ("locale", "metric", "verdict", "from>", "to>", "change>", "p adj>", "certainty"),
        (
            (
                f"{cell.locale} {language(cell.locale)}",
                heading(cell.metric),
                f"{mark(cell)} {cell.verdict.value}" + ("" if cell.is_gated else " (watched)"),
                percent(cell.baseline),
                percent(cell.candidate),
                _change(cell),
                p_value(cell.p_adjusted),
                _certainty(cell, policy),
            )
            for cell in cells
        ),
    )


def _change(cell: Cell) -> str:
    if cell.delta is None:
        return "-"
    shrunk = shrunk_text(cell)
    drawn = f" (drawn to the mean: {shrunk})" if shrunk else ""
    return f"{change_words(cell)}{drawn}"


def _certainty(cell: Cell, policy: Policy) -> str:
    if cell.verdict is Verdict.INCOMPARABLE:
        return f"{percent(cell.coverage)} % of the suite scored in both runs"
    return certainty_of(cell, policy)


def _gate_table(report: Report) -> list[str]:
    assert report.gate is not None
    return table_lines(
        ("verdict", "rule", "where", "what", "waiver"),
        (
            (
                f"{MARKS[finding.verdict]} {finding.verdict.value}",
                finding.rule.value,
                " ".join(plain(part) for part in (finding.locale, finding.metric) if part),
                plain(finding.message),
                ""
                if finding.waiver is None
                else f"until {finding.waiver.expires}, {plain(finding.waiver.owner)}:"
                f" {plain(finding.waiver.reason)}",
            )
            for finding in report.gate.findings
        ),
    )


def _needs_table(report: Report) -> list[str]:
    return table_lines(
        ("locale", "there are>", "needed>", "missing>", "metric", "because"),
        (
            (
                f"{need.locale} {language(need.locale)}",
                f"{need.n:,}",
                "unknown" if need.n_needed is None else f"{need.n_needed:,}",
                "unknown" if need.n_missing is None else f"{need.n_missing:,}",
                heading(need.metric),
                need.because,
            )
            for need in report.needs
        ),
    )


def _broken(report: Report) -> Iterator[tuple[str, ...]]:
    """Yields the first broken utterances of the worst cells, each utterance once."""
    seen = set()
    for cell in worst_first(cell for cell in report.comparison.cells if cell.is_gated):
        flips = report.flips_of(cell.locale, cell.metric)
        broken = [one for one in flips.shown if one.kind == "regression"] if flips else []
        for flip in [one for one in broken if one.item not in seen][:BROKEN_PER_CELL]:
            seen.add(flip.item)
            yield (
                cell.locale,
                heading(cell.metric),
                plain(flip.text),
                plain(expected_line(flip)),
                plain(answer_line(flip, flip.baseline)),
                plain(answer_line(flip, flip.candidate)),
            )


def _broken_table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    return table_lines(("locale", "metric", "utterance", "expected", "baseline", "candidate"), rows)


def _slices_table(report: Report) -> list[str]:
    return table_lines(
        ("slice", "metric", "n>", "to>", "change>", "p adj>", "worst locale"),
        (
            (
                f"{one.kind} {plain(one.value)}" + (f" in {one.locale}" if one.locale else ""),
                heading(one.metric),
                f"{one.n:,}",
                percent(one.candidate),
                change_words(one),
                p_value(one.p_adjusted),
                ""
                if one.worst_delta is None
                else f"{one.worst_locale} {points(shown(one.metric, one.worst_delta))}",
            )
            for one in surest_drop_first(report.slices)
        ),
    )


def _rules_table(report: Report) -> list[str]:
    comparison, policy = report.comparison, report.comparison.policy
    rules = {
        "test": f"alpha {policy.alpha:g} one-sided, intervals at {_level(report)} %",
        "false alarms": f"q {policy.q:g} by {'Holm' if policy.fwer else 'Benjamini-Hochberg'}",
        "resamples": f"{policy.n_resamples:,}, seed {policy.seed}",
        "least": f"{policy.n_min} utterances, {policy.min_clusters} clusters,"
        f" coverage {policy.min_coverage:g}",
        "margins": ", ".join(f"{heading(m.key)} {m.margin * 100:g}" for m in comparison.metrics)
        + f", mean over locales {policy.macro_margin * 100:g} points",
        "scorer": plain(comparison.scorer),
        "normaliser": "none" if comparison.normaliser is None else plain(comparison.normaliser),
        "references": plain(comparison.reference_key),
        "suite": plain(comparison.suite_hash),
    }
    if policy.open_ended:
        rules["open-ended"] = "results still arrive: only a regression can be called"
    return table_lines(("rule", "value"), rules.items())


def _level(report: Report) -> str:
    return f"{report.comparison.policy.level * 100:g}"


def _n_deciding(report: Report) -> int:
    return sum(cell.is_gated for cell in report.comparison.cells)


def _locales(n: int) -> str:
    return "locale" if n == 1 else "locales"
