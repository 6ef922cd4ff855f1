"""The drawing of what a release makes of locales it never saw. No Streamlit here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

ROW_PX = 22
HEAD_PX = 45
FOOT_PX = 15

COLOURS = {True: "#3b78e7", False: "#c4511b", None: "#808080"}
SIGNS = {True: "●", False: "◆", None: "○"}
"""What the shapes of the drawing are called in a line of text: trained on, never seen, unknown."""
_SHAPES = {True: "circle", False: "diamond", None: "circle-open"}
_SIZES = {True: 7, False: 10, None: 8}
_REFERENCE = "#808080"


@dataclass(frozen=True, slots=True)
class Dot:
    """One locale; fractions, ``None`` where nothing was scored."""

    name: str
    rate: float | None
    low: float | None
    high: float | None
    is_trained: bool | None
    details: str
    """What is shown when it is pointed at."""
    is_english: bool = False


def dots(
    rows: Sequence[Dot], trained: float | None, english: float | None, unscored: str
) -> go.Figure:
    """Returns one row per locale, in the order they come, with the first at the top.

    Trained and unseen locales differ in shape and colour. The mean of the trained ones is a solid
    line, English a dotted one.

    Args:
        rows: the locales.
        trained: the mean over the trained locales, a fraction.
        english: the rate of English, a fraction.
        unscored: the word for a locale without a rate.
    """
    figure = go.Figure()
    for kind in _SHAPES:
        places = [
            place
            for place, row in enumerate(rows)
            if row.is_trained is kind and row.rate is not None
        ]
        if places:
            figure.add_trace(_trace(rows, places, kind))
    for rate, dash, colour in ((trained, "solid", COLOURS[True]), (english, "dot", _REFERENCE)):
        if rate is not None:
            figure.add_vline(
                100 * rate, line={"color": colour, "width": 1.5, "dash": dash}, layer="below"
            )
    figure.update_xaxes(side="top", ticksuffix=" %", fixedrange=True, zeroline=False, nticks=6)
    figure.update_yaxes(
        tickvals=list(range(len(rows))),
        ticktext=[_label(row, unscored) for row in rows],
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


def _trace(rows: Sequence[Dot], places: Sequence[int], kind: bool | None) -> go.Scatter:
    shown = [rows[place] for place in places]
    rates = [100 * (row.rate or 0.0) for row in shown]
    return go.Scatter(
        x=rates,
        y=list(places),
        mode="markers",
        marker={"symbol": _SHAPES[kind], "size": _SIZES[kind], "color": COLOURS[kind]},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [_reach(row.high, rate) for row, rate in zip(shown, rates, strict=True)],
            "arrayminus": [-_reach(row.low, rate) for row, rate in zip(shown, rates, strict=True)],
            "thickness": 2,
            "width": 0,
        },
        text=[row.details for row in shown],
        hovertemplate="%{text}<extra></extra>",
    )


def _reach(bound: float | None, rate: float) -> float:
    return 0.0 if bound is None else 100 * bound - rate


def _label(row: Dot, unscored: str) -> str:
    name = row.name if row.rate is not None else f"{row.name}: {unscored}"
    return f"<b>{name}</b>" if row.is_english or row.is_trained is False else name
