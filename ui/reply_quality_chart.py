"""The drawing of how native speakers judged replies. No Streamlit here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

import interval_dots

ROW_PX = 34

NOW, BEFORE = "#3b78e7", "#c4511b"
SIGNS = {"now": "●", "before": "◇"}
"""What the shapes are called in a line of text."""
_BESIDE = 0.17
"""How far from the middle of its row each of two releases is drawn."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The answers of one locale about one release, as fractions."""

    rate: float
    low: float
    high: float
    details: str
    """What is shown when it is pointed at."""


@dataclass(frozen=True, slots=True)
class Row:
    """One locale; ``None`` where nobody answered."""

    name: str
    now: Mark | None
    before: Mark | None


def dots(rows: Sequence[Row]) -> go.Figure:
    """Returns one row per locale, in the order they come, with the first at the top.

    The share that said yes is a dot with its interval. A second release stands below the first, in
    another colour and shape.

    Args:
        rows: the locales.
    """
    has_two = any(row.before is not None for row in rows)
    places = {"now": -_BESIDE if has_two else 0.0, "before": _BESIDE}
    figure = go.Figure()
    for which, offset in places.items():
        marks = [
            (i + offset, row.now if which == "now" else row.before) for i, row in enumerate(rows)
        ]
        known = [(place, mark) for place, mark in marks if mark is not None]
        if known:
            figure.add_trace(_trace(known, which))
    interval_dots.lay_out(figure, [row.name for row in rows], ROW_PX)
    figure.update_xaxes(range=[-2, 102], ticksuffix=" %")
    return figure


def _trace(marks: Sequence[tuple[float, Mark]], which: str) -> go.Scatter:
    is_now = which == "now"
    dots = [
        interval_dots.Dot(place, 100 * mark.rate, 100 * mark.low, 100 * mark.high, mark.details)
        for place, mark in marks
    ]
    return interval_dots.trace(
        dots,
        symbol="circle" if is_now else "diamond-open",
        size=9,
        colour=NOW if is_now else BEFORE,
        name=which,
    )
