"""The drawing of how strongly people prefer releases. No Streamlit here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

import interval_dots

ROW_PX = 30

_COLOUR = "#3b78e7"
_REFERENCE = "#808080"


@dataclass(frozen=True, slots=True)
class Dot:
    """One release; natural logarithms, bounds ``None`` where votes set no limit."""

    name: str
    strength: float
    low: float | None
    high: float | None
    details: str
    """What is shown when it is pointed at."""


def dots(rows: Sequence[Dot]) -> go.Figure:
    """Returns one row per release, in the order they come, with the first at the top.

    The line stands at the mean of them all. A strength without an interval is an open circle.
    """
    drawn = [
        interval_dots.Dot(place, row.strength, row.low, row.high, row.details)
        for place, row in enumerate(rows)
    ]
    symbols = ["circle" if row.low is not None else "circle-open" for row in rows]
    figure = go.Figure(interval_dots.trace(drawn, symbol=symbols, size=10, colour=_COLOUR))
    figure.add_vline(0, line={"color": _REFERENCE, "width": 1, "dash": "dot"}, layer="below")
    interval_dots.lay_out(figure, [row.name for row in rows], ROW_PX)
    figure.update_xaxes(tickformat="+.1~f")
    return figure
