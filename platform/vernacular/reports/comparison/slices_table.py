"""Parts of a comparison on a terminal: where to look first."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from vernacular.comparison.slices import SLICE_N_MIN, SliceCell
from vernacular.reports.figures import (
    change_of,
    heading,
    interval,
    p_value,
    percent,
    points,
    shown,
)
from vernacular.reports.fitted_table import FittedTable

MAX_SLICES = 20

EXPLORATORY = (
    "slices are corrected as a family of their own and decide nothing: they say where to look"
)


def render_slices(
    slices: Sequence[SliceCell], *, q: float, show_all: bool = False
) -> RenderableType:
    """Returns the slices, the surest drop first; the first of them only unless all are asked for.

    One with too few utterances to be tested stands behind those that were.

    Args:
        slices: of one comparison.
        q: level at which a corrected p is called sure.
        show_all: not only the first of them.
    """
    ordered = surest_drop_first(slices)
    listed = ordered if show_all else ordered[:MAX_SLICES]
    parts: list[RenderableType] = [
        FittedTable([partial(_table, listed, q, has_interval=is_wide) for is_wide in (True, False)])
    ]
    if len(listed) < len(ordered):
        parts.append(Text(f"{len(ordered) - len(listed):,} more slices: --all", style="dim"))
    return Group(*parts, Text(EXPLORATORY, style="dim"))


def surest_drop_first(slices: Sequence[SliceCell]) -> list[SliceCell]:
    """Returns slices by corrected p, then by drop; those not tested last."""
    return sorted(
        slices,
        key=lambda one: (
            one.p_adjusted is None,
            1.0 if one.p_adjusted is None else one.p_adjusted,
            0.0 if one.delta is None else one.delta,
            (one.kind, one.value, one.metric, one.locale or ""),
        ),
    )


def _table(listed: Sequence[SliceCell], q: float, *, has_interval: bool) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    table.add_column("slice", no_wrap=True, max_width=34)
    table.add_column("metric", no_wrap=True)
    for name in ("n", "rate", "change", *(["interval"] if has_interval else []), "p adj"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("worst locale", no_wrap=True)
    for one in listed:
        is_sure = one.p_adjusted is not None and one.p_adjusted <= q
        delta = None if one.delta is None else shown(one.metric, one.delta)
        row: list[str | Text] = [
            f"{one.kind} {one.value}" + (f" in {one.locale}" if one.locale else ""),
            heading(one.metric),
            f"{one.n:,}",
            percent(one.candidate),
            Text(points(delta), style="bold red" if is_sure else ""),
        ]
        if has_interval:
            change = change_of(one)
            row.append(interval(change) if change else "-")
        row += [
            p_value(one.p_adjusted) if one.n >= SLICE_N_MIN else f"n<{SLICE_N_MIN}",
            _worst(one),
        ]
        table.add_row(*row)
    return table


def _worst(one: SliceCell) -> str:
    if one.worst_locale is None or one.worst_delta is None:
        return ""
    return f"{one.worst_locale} {points(shown(one.metric, one.worst_delta))}"
