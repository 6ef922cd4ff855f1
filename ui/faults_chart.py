"""The drawing of which stage lost the intents of a run that heard. No Streamlit here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

ROW_PX = 30
HEAD_PX = 45
FOOT_PX = 10

COLOURS = {
    "right": "#5db3a4",
    "hearing": "#e58a62",
    "understanding": "#e9cf8a",
    "failed": "#b9b9b9",
}
"""From the left to the right; light enough for dark letters."""
PATTERNS = {"right": "", "hearing": "/", "understanding": ".", "failed": "x"}
"""What the bars are filled with, for those who do not tell the colours apart."""
_LETTERS = "#1d1d1d"
_LINES = "rgba(0, 0, 0, 0.3)"


@dataclass(frozen=True, slots=True)
class Bar:
    """One locale: the share of its intents that came to each outcome, as fractions."""

    name: str
    shares: Mapping[str, float]
    """By a key of ``COLOURS``."""
    details: str
    """What is shown when it is pointed at."""


def bars(rows: Sequence[Bar]) -> go.Figure:
    """Returns one bar per locale, in the order they come, with the first at the top.

    The parts differ in colour and in pattern, and those with room for it carry their percentage.

    Args:
        rows: the locales.
    """
    figure = go.Figure([_trace(rows, outcome) for outcome in COLOURS])
    figure.update_xaxes(
        side="top",
        range=[0, 100],
        ticksuffix=" %",
        nticks=6,
        fixedrange=True,
        zeroline=False,
    )
    figure.update_yaxes(
        tickvals=list(range(len(rows))),
        ticktext=[row.name for row in rows],
        range=[len(rows) - 0.5, -0.5],
        fixedrange=True,
        showgrid=False,
        zeroline=False,
        automargin=True,
    )
    figure.update_layout(
        barmode="stack",
        bargap=0.25,
        height=HEAD_PX + FOOT_PX + ROW_PX * len(rows),
        margin={"l": 10, "r": 20, "t": HEAD_PX, "b": FOOT_PX},
        # What has no room for its number at this size goes without.
        uniformtext={"minsize": 11, "mode": "hide"},
        showlegend=False,
        dragmode=False,
        hovermode="closest",
    )
    return figure


def _trace(rows: Sequence[Bar], outcome: str) -> go.Bar:
    shares = [100 * row.shares[outcome] for row in rows]
    return go.Bar(
        x=shares,
        y=list(range(len(rows))),
        orientation="h",
        marker={
            "color": COLOURS[outcome],
            "line": {"width": 1, "color": "#ffffff"},
            "pattern": {
                "shape": PATTERNS[outcome],
                "fillmode": "overlay",
                "fgcolor": _LINES,
                "size": 7,
                "solidity": 0.2,
            },
        },
        text=[f"{share:.0f}" if share else "" for share in shares],
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        textfont={"size": 13, "color": _LETTERS},
        hovertext=[row.details for row in rows],
        hovertemplate="%{hovertext}<extra></extra>",
    )
