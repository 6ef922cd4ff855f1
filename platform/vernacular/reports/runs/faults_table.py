"""The faults of one run on a terminal, the locale that loses most by hearing first."""

from __future__ import annotations

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from vernacular.corpus.locales import find_locale
from vernacular.reports.runs.faults import FaultReport, Faults

_LEGEND = (
    "intents in percent; by hearing: wrong as heard, right when the reference text is given;"
    " by understanding: wrong both ways"
)


def render_faults(found: FaultReport) -> RenderableType:
    """Returns a table with a row for each locale, and the sum of all."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("locale", no_wrap=True)
    table.add_column("language", no_wrap=True, max_width=18)
    headings = ("n", "as heard", "as text", "lost by hearing", "by understanding", "failed")
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    for one in found.locales:
        _add(table, one)
    if len(found.locales) > 1:
        table.add_section()
        _add(table, found.total)
    title = Text(f"{found.release} over {found.suite}, run {found.run_id}")
    return Group(title, table, Text(_LEGEND, style="dim"))


def _add(table: Table, one: Faults) -> None:
    language = find_locale(one.locale).display_name("en").split(" (")[0] if one.locale else ""
    table.add_row(
        one.locale or "all",
        language,
        f"{one.n:,}",
        f"{one.accuracy * 100:.1f}",
        f"{one.text_accuracy * 100:.1f}",
        _share(one.n_lost_by_hearing, one.n),
        _share(one.n_lost_by_understanding, one.n),
        _share(one.n_failed, one.n) if one.n_failed else "",
    )


def _share(part: int, whole: int) -> str:
    return f"{part / whole * 100:.1f} ({part:,})"
