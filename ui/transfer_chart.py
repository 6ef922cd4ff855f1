"""The drawing of what a release makes of locales it never saw. No Streamlit here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

import interval_dots

ROW_PX = 22

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
    for kind, symbol in _SHAPES.items():
        known = [
            interval_dots.Dot(
                place, 100 * row.rate, _percent(row.low), _percent(row.high), row.details
            )
            for place, row in enumerate(rows)
            if row.is_trained is kind and row.rate is not None
        ]
        if known:
            figure.add_trace(
                interval_dots.trace(known, symbol=symbol, size=_SIZES[kind], colour=COLOURS[kind])
            )
    for rate, dash, colour in ((trained, "solid", COLOURS[True]), (english, "dot", _REFERENCE)):
        if rate is not None:
            figure.add_vline(
                100 * rate, line={"color": colour, "width": 1.5, "dash": dash}, layer="below"
            )
    interval_dots.lay_out(figure, [_label(row, unscored) for row in rows], ROW_PX)
    figure.update_xaxes(ticksuffix=" %")
    return figure


def _percent(rate: float | None) -> float | None:
    return None if rate is None else 100 * rate


def _label(row: Dot, unscored: str) -> str:
    name = row.name if row.rate is not None else f"{row.name}: {unscored}"
    return f"<b>{name}</b>" if row.is_english or row.is_trained is False else name
