"""The drawing of how strongly people prefer releases. No Streamlit here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

ROW_PX = 30
HEAD_PX = 45
FOOT_PX = 15

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
    places = list(range(len(rows)))
    figure = go.Figure(
        go.Scatter(
            x=[row.strength for row in rows],
            y=places,
            mode="markers",
            marker={
                "symbol": ["circle" if row.low is not None else "circle-open" for row in rows],
                "size": 10,
                "color": _COLOUR,
            },
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [_reach(row.high, row.strength) for row in rows],
                "arrayminus": [-_reach(row.low, row.strength) for row in rows],
                "thickness": 2,
                "width": 0,
            },
            text=[row.details for row in rows],
            hovertemplate="%{text}<extra></extra>",
        )
    )
    figure.add_vline(0, line={"color": _REFERENCE, "width": 1, "dash": "dot"}, layer="below")
    figure.update_xaxes(side="top", fixedrange=True, zeroline=False, nticks=6, tickformat="+.1~f")
    figure.update_yaxes(
        tickvals=places,
        ticktext=[row.name for row in rows],
        range=[len(rows) - 0.5, -0.5],
        fixedrange=True,
        showgrid=False,
        zeroline=False,
        automargin=True,
    )
    figure.update_layout(
        height=HEAD_PX + FOOT_PX + ROW_PX * len(rows),
        margin={"l": 10, "r": 15, "t": HEAD_PX, "b": FOOT_PX},
        showlegend=False,
        dragmode=False,
        hovermode="closest",
    )
    return figure


def _reach(bound: float | None, strength: float) -> float:
    return 0.0 if bound is None else bound - strength
