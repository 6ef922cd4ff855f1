"""The zero-shot view of a run on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from vernacular.comparison.transfer import Transfer
from vernacular.reports.fitted_table import FittedTable
from vernacular.reports.transfer.words import (
    COLUMNS,
    SIGNS,
    legend,
    list_facts,
    list_notes,
    row_of,
    title,
)

_STYLES = {True: "", False: "bold", None: ""}
_CAN_GO = ("language", "n")
"""What a narrow terminal is spared, in this order: the tag says the language, too. At last the sign
of a locale stands without its word."""


def render_transfer(found: Transfer) -> RenderableType:
    """Returns the summary, then a table with the worst gap first."""
    head = Text(title(found))
    for note in list_notes(found):
        head.append(f"\n{note}", style="magenta")
    facts = list_facts(found)
    width = max((len(fact.name) for fact in facts), default=0)
    for fact in facts:
        head.append(f"\n{fact.name:>{width}}: {fact.value}")
    if not found.locales:
        return head
    forms = [
        *(partial(_table, found, _CAN_GO[:n]) for n in range(len(_CAN_GO) + 1)),
        partial(_table, found, _CAN_GO, is_signed_only=True),
    ]
    return Group(head, FittedTable(forms), Text(legend(found), style="dim"))


def _table(found: Transfer, spared: Sequence[str], *, is_signed_only: bool = False) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    kept = [i for i, column in enumerate(COLUMNS) if column.rstrip(">") not in spared]
    for i in kept:
        name = COLUMNS[i]
        is_number = name.endswith(">")
        table.add_column(name.rstrip(">"), justify="right" if is_number else "left", no_wrap=True)
    for one in found.locales:
        texts = row_of(one)
        shown = [
            SIGNS[one.is_trained] if is_signed_only and not COLUMNS[i] else texts[i] for i in kept
        ]
        table.add_row(*shown, style=_STYLES[one.is_trained])
    return table
