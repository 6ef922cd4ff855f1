"""The zero-shot view of a run as Markdown and as one HTML file that needs no network."""

from __future__ import annotations

from markupsafe import Markup

from vernacular.comparison.transfer import Transfer
from vernacular.reports.comparison.markdown_page import plain, table_lines
from vernacular.reports.page_parts import policy_hash, read_part, read_template
from vernacular.reports.transfer.plot import render_svg
from vernacular.reports.transfer.words import (
    COLUMNS,
    legend,
    list_facts,
    list_notes,
    row_of,
    title,
)


def render_markdown(found: Transfer) -> str:
    """Returns the summary and a table, the worst gap first."""
    lines = [f"### {plain(title(found))}", ""]
    lines += [f"- {fact.name}: {fact.value}" for fact in list_facts(found)]
    for note in list_notes(found):
        lines += ["", f"Note: {plain(note)}."]
    if found.locales:
        columns = [column or "training" for column in COLUMNS]
        lines += ["", *table_lines(columns, map(row_of, found.locales)), "", legend(found)]
    return "\n".join(lines) + "\n"


def render_html(found: Transfer) -> str:
    """Returns the summary, the figure and a table as one page; nothing in it can run."""
    style = read_part("comparison/report.css")
    return read_template("transfer/page.html.j2").render(
        style=Markup(style),  # noqa: S704  (our own file)
        style_hash=policy_hash(style),
        title=title(found),
        facts=list_facts(found),
        notes=list(list_notes(found)),
        figure=Markup(render_svg(found)),  # noqa: S704  (its template escapes)
        columns=[(name.rstrip(">") or "training", name.endswith(">")) for name in COLUMNS],
        rows=[row_of(one) for one in found.locales],
        legend=legend(found),
    )
