"""A replay on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

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


def render_replay(found: ReplayReport) -> RenderableType:
    """Returns the summary, a table per locale, and the turns to look at, the worst first."""
    parts: list[RenderableType] = [
        Text("\n".join([title(found), *list_facts(found)])),
        _table(COUNT_COLUMNS, count_rows(found)),
        Text(LEGEND, style="dim"),
    ]
    notable = list_notable(found)
    if notable:
        # Terminals differ in what they do with marks of direction; most would print them.
        rows = [turn_row(turn, str) for turn in notable[:N_SHOWN]]
        parts += [Text(""), _table(TURN_COLUMNS, rows)]
        if len(notable) > N_SHOWN:
            n_more = len(notable) - N_SHOWN
            parts.append(Text(f"and {n_more:,} more; --json and -o FILE.json hold all"))
    return Group(*parts)


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in columns:
        # Folded, not cut: Thai, Chinese and Japanese have no space to break a line at.
        is_number = name.endswith(">")
        table.add_column(
            name.rstrip(">"), justify="right" if is_number else "left", overflow="fold"
        )
    for row in rows:
        table.add_row(*row)
    return table
