"""Forest plots: the change of every locale with its interval, against zero and the margin.

Only geometry, in units of a drawing 240 wide and 22 high per row; the template draws it. One locale
that jumps by seventy points must not press the others together, so that the scale ends at five
times the margin, and what lies beyond is drawn as an arrow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from vernacular.comparison.cells import Cell
from vernacular.comparison.compare import Comparison
from vernacular.reports.comparison.worst_first import worst_first
from vernacular.reports.figures import SMALL_N, Change, change_of, shown

WIDTH, HEIGHT = 240, 22
PADDING = 18
"""Room at both ends for the arrow of what lies beyond."""
SCALE_OF_MARGIN = 5


@dataclass(frozen=True, slots=True)
class Bar:
    """Where one change is drawn; positions from the left edge."""

    point: float
    low: float
    high: float
    is_cut_low: bool
    """The interval goes on to the left of the drawing."""
    is_cut_high: bool
    is_beyond: bool
    """The change itself is beyond the scale, and there is no dot."""
    margin: float
    """Where more than the margin is lost."""
    shrunk: float | None
    """Where a small locale's change is when drawn towards the mean of the locales."""


@dataclass(frozen=True, slots=True)
class ForestRow:
    """One locale."""

    cell: Cell
    bar: Bar | None
    """None where the change is unknown."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A number on the scale, in points."""

    position: float
    label: str


@dataclass(frozen=True, slots=True)
class Forest:
    """All locales of one metric on one scale."""

    metric: str
    is_error: bool
    """True where the right side is the worse one."""
    zero: float
    ticks: tuple[Tick, ...]
    rows: tuple[ForestRow, ...]
    """Worst first."""


def plot_forests(comparison: Comparison) -> list[Forest]:
    """Returns one plot per metric."""
    forests = []
    for metric in comparison.metrics:
        cells = worst_first(cell for cell in comparison.cells if cell.metric == metric.key)
        margins = [comparison.policy.rule(metric.key, cell.locale)[0].margin for cell in cells]
        reach = _reach(cells, margins, metric.margin)
        rows = tuple(
            ForestRow(cell, _bar(cell, margin, reach))
            for cell, margin in zip(cells, margins, strict=True)
        )
        forests.append(Forest(metric.key, metric.is_error, _place(0.0, reach), _ticks(reach), rows))
    return forests


def _reach(cells: Sequence[Cell], margins: Sequence[float], margin: float) -> float:
    """Returns how far the scale goes to either side, in whole points, as a fraction."""
    largest_margin = max([margin, *margins])
    bounds = [abs(x) for cell in cells for x in (cell.low, cell.high) if x is not None]
    wanted = max([*bounds, 1.5 * largest_margin])
    return ceil(round(100 * min(wanted, SCALE_OF_MARGIN * largest_margin), 9)) / 100


def _ticks(reach: float) -> tuple[Tick, ...]:
    return tuple(
        Tick(_place(x, reach), f"{x * 100:+g}" if x else "0")
        for x in (-reach, -reach / 2, 0.0, reach / 2, reach)
    )


def _bar(cell: Cell, margin: float, reach: float) -> Bar | None:
    change = change_of(cell)
    if change is None:
        return None
    shrunk = None
    if cell.shrunk is not None and cell.n < SMALL_N:
        shrunk = _place(shown(cell.metric, cell.shrunk), reach)
    return _draw(change, shown(cell.metric, -margin), shrunk, reach)


def _draw(change: Change, margin: float, shrunk: float | None, reach: float) -> Bar:
    return Bar(
        point=_place(change.delta, reach),
        low=_place(change.low, reach),
        high=_place(change.high, reach),
        is_cut_low=change.low < -reach,
        is_cut_high=change.high > reach,
        is_beyond=abs(change.delta) > reach,
        margin=_place(margin, reach),
        shrunk=shrunk,
    )


def _place(value: float, reach: float) -> float:
    """Returns where a value is drawn; one beyond the scale at its end."""
    held = min(max(value, -reach), reach)
    return round(WIDTH / 2 + held / reach * (WIDTH / 2 - PADDING), 1)
