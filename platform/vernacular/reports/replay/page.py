"""A replay as Markdown."""

from __future__ import annotations

from vernacular.reports.comparison.markdown_page import plain, table_lines
from vernacular.reports.replay.replay import ReplayReport
from vernacular.reports.replay.words import (
    COUNT_COLUMNS,
    LEGEND,
    N_SHOWN,
    TURN_COLUMNS,
    count_rows,
    list_facts,
    list_notable,
    title,
    turn_row,
)


def render_markdown(found: ReplayReport) -> str:
    """Returns the summary, a table per locale, and the turns to look at, the worst first."""
    lines = [f"### {plain(title(found))}", ""]
    lines += [f"- {plain(fact)}" for fact in list_facts(found)]
    lines += ["", *table_lines(COUNT_COLUMNS, count_rows(found)), "", f"{LEGEND}."]
    notable = list_notable(found)
    if notable:
        rows = [turn_row(turn, plain) for turn in notable[:N_SHOWN]]
        lines += ["", *table_lines(TURN_COLUMNS, rows)]
        if len(notable) > N_SHOWN:
            lines += ["", f"{len(notable) - N_SHOWN:,} more turns are in the JSON report."]
    return "\n".join(lines) + "\n"
