"""A report as one HTML file that needs no network: heat map, intervals, flips, a filter.

Everything is in the page before any script runs; the script only hides and folds. Style and script
are allowed by their hashes alone, so that no text of an utterance can ever run.
"""

from __future__ import annotations

import shlex

from vernacular.comparison.slices import SLICE_N_MIN
from vernacular.reports import figures
from vernacular.reports.comparison.above_floor import list_above_floor
from vernacular.reports.comparison.forest import plot_forests
from vernacular.reports.comparison.html_flips import list_locale_flips
from vernacular.reports.comparison.html_heat import heat_fields, list_locale_rows
from vernacular.reports.comparison.report import Report
from vernacular.reports.comparison.slices_table import EXPLORATORY, surest_drop_first
from vernacular.reports.comparison.verdict_line import explain_verdict
from vernacular.reports.page_parts import policy_hash, read_part, read_template

MAX_SLICES = 300
"""Slices shown, the surest drops first; the rest is counted."""


def render_html(report: Report) -> str:
    """Returns the report as one page."""
    comparison = report.comparison
    style, script = read_part("comparison/report.css"), read_part("comparison/report.js")
    slices = surest_drop_first(report.slices)
    rows, flipped = list_locale_rows(comparison), list_locale_flips(report)
    return read_template("comparison/report.html.j2").render(
        report=report,
        comparison=comparison,
        policy=comparison.policy,
        style=style,
        script=script,
        style_hash=policy_hash(style),
        script_hash=policy_hash(script),
        explained=explain_verdict(comparison),
        rows=rows,
        words={row.tag: row.words for row in rows},
        heat=heat_fields(comparison),
        forests=plot_forests(comparison),
        flipped=flipped,
        flipping={one.row.tag for one in flipped},
        slices=slices[:MAX_SLICES],
        n_slices_left_out=max(0, len(slices) - MAX_SLICES),
        slice_n_min=SLICE_N_MIN,
        exploratory=EXPLORATORY,
        above_floor=list_above_floor(comparison, report.noise_floor or {}),
        n_failed=_count_failed(report),
        figures=figures,
        quote=shlex.quote,
    )


def _count_failed(report: Report) -> tuple[int, int]:
    """Returns the failed answers of baseline and candidate on common utterances."""
    by_locale = {cell.locale: cell for cell in report.comparison.cells}.values()
    return (
        sum(cell.baseline_failed for cell in by_locale),
        sum(cell.candidate_failed for cell in by_locale),
    )
