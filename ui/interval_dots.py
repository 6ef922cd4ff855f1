"""Dots with their intervals in rows that have a name each. No Streamlit here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

HEAD_PX = 45
FOOT_PX = 15


@dataclass(frozen=True, slots=True)
class Dot:
    """One value as it is drawn; bounds ``None`` where it has no interval."""

    place: float
    """The number of its row, from 0 at the top; a part of one moves it off the row's middle."""
    value: float
    low: float | None
    high: float | None
    details: str
    """What is shown when it is pointed at."""


def trace(
    dots: Sequence[Dot],
    *,
    symbol: str | Sequence[str],
    size: int,
    colour: str,
    name: str | None = None,
) -> go.Scatter:
    """Returns the dots, whiskers reaching to the bounds of their intervals.

    Args:
        dots: in any order.
        symbol: of all of them, or of each.
        size: in pixels.
        colour: of all of them.
        name: what the trace is called; nobody sees it.
    """
    return go.Scatter(
        name=name,
        x=[dot.value for dot in dots],
        y=[dot.place for dot in dots],
        mode="markers",
        marker={"symbol": symbol, "size": size, "color": colour},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [0.0 if dot.high is None else dot.high - dot.value for dot in dots],
            "arrayminus": [0.0 if dot.low is None else dot.value - dot.low for dot in dots],
            "thickness": 2,
            "width": 0,
        },
        text=[dot.details for dot in dots],
        hovertemplate="%{text}<extra></extra>",
    )


def lay_out(figure: go.Figure, names: Sequence[str], row_px: int) -> None:
    """Gives every name a row of so many pixels, the first at the top, and the scale above them."""
    figure.update_xaxes(side="top", fixedrange=True, zeroline=False, nticks=6)
    figure.update_yaxes(
        tickvals=list(range(len(names))),
        ticktext=list(names),
        range=[len(names) - 0.5, -0.5],
        fixedrange=True,
        showgrid=False,
        zeroline=False,
        automargin=True,
    )
    figure.update_layout(
        height=HEAD_PX + FOOT_PX + row_px * len(names),
        margin={"l": 10, "r": 15, "t": HEAD_PX, "b": FOOT_PX},
        showlegend=False,
        dragmode=False,
        hovermode="closest",
    )
