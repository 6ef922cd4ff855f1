"""The drawing of a trend from rows. No Streamlit here: it can be tested without a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from charts import SIGNS

PANEL_PX = 125
GATE_PX = 34
FOOT_PX = 80
MIN_SPAN = 4.0
"""Points that the height of a panel stands for at least, so that noise looks like noise."""
MAX_LABELS = 8
MAX_NAME = 16
"""Letters of a release's name under its place."""

_LINE = "#3b78e7"
_BAND = "rgba(59, 120, 231, 0.18)"
_GATE_COLOURS = {"REGRESSED": "#c4511b", "INCONCLUSIVE": "#9a7400", "PASS": "#138068"}
_GATE_UNKNOWN = "#777777"


@dataclass(frozen=True, slots=True)
class Mark:
    """One locale in one release; fractions, ``None`` where nothing was scored."""

    rate: float | None
    low: float | None
    high: float | None
    details: str
    """What is shown when it is pointed at."""


@dataclass(frozen=True, slots=True)
class Line:
    """One locale over all releases, in their order."""

    name: str
    marks: Sequence[Mark]


def trend(
    lines: Sequence[Line], releases: Sequence[str], verdicts: Sequence[str | None], gate: str
) -> go.Figure:
    """Returns one panel per locale over a common axis of releases, oldest on the left.

    The interval is a band around the line. Every panel has its own scale, because a locale at 60 %
    and one at 95 % lose the same point.

    Args:
        lines: the locales.
        releases: their names, oldest first.
        verdicts: what the gate said of each whole release; None where it never looked.
        gate: what the row of verdicts is called.
    """
    has_gate = any(verdicts)
    heights = [*([GATE_PX] if has_gate else []), *([PANEL_PX] * len(lines))]
    figure = make_subplots(
        rows=len(heights),
        cols=1,
        shared_xaxes=True,
        row_heights=heights,
        vertical_spacing=0.28 / max(len(heights), 2),
        subplot_titles=[*([gate] if has_gate else []), *(line.name for line in lines)],
    )
    if has_gate:
        figure.add_trace(_verdicts(verdicts), row=1, col=1)
        figure.update_yaxes(row=1, col=1, visible=False, range=[-1, 1], fixedrange=True)
    for row, line in enumerate(lines, start=1 + has_gate):
        for trace in _traces(line):
            figure.add_trace(trace, row=row, col=1)
        figure.update_yaxes(row=row, col=1, range=_span(line), nticks=6, fixedrange=True)
    _lay_out(figure, releases, sum(heights) + FOOT_PX)
    return figure


def _lay_out(figure: go.Figure, releases: Sequence[str], height_px: int) -> None:
    every = -(-len(releases) // MAX_LABELS)
    # Counted from the newest one, which has a name in any case.
    places = list(range(len(releases) - 1, -1, -every))[::-1]
    names = [_shortened(releases[place]) for place in places]
    figure.update_xaxes(
        tickvals=places,
        ticktext=names,
        tickangle=-30,
        range=[-0.4, len(releases) - 0.6],
        fixedrange=True,
        showgrid=False,
        zeroline=False,
    )
    figure.update_annotations(x=0, xanchor="left", font={"size": 15})
    figure.update_layout(
        height=height_px,
        margin={"l": 45, "r": 15, "t": 35, "b": 60},
        showlegend=False,
        dragmode=False,
        hovermode="closest",
    )


def _verdicts(verdicts: Sequence[str | None]) -> go.Scatter:
    known = [(place, word) for place, word in enumerate(verdicts) if word is not None]
    return go.Scatter(
        x=[place for place, _ in known],
        y=[0] * len(known),
        mode="text",
        text=[SIGNS[word] for _, word in known],
        textfont={
            "size": 18,
            "color": [_GATE_COLOURS.get(word, _GATE_UNKNOWN) for _, word in known],
        },
        hoverinfo="skip",
    )


def _traces(line: Line) -> Iterator[go.Scatter]:
    for places in _runs_of_intervals(line.marks):
        yield _band(line.marks, places)
    yield go.Scatter(
        x=list(range(len(line.marks))),
        y=[None if mark.rate is None else 100 * mark.rate for mark in line.marks],
        mode="lines+markers",
        line={"color": _LINE, "width": 2},
        marker={"size": 7},
        text=[mark.details for mark in line.marks],
        hovertemplate="%{text}<extra></extra>",
    )


def _runs_of_intervals(marks: Sequence[Mark]) -> Iterator[list[int]]:
    """Yields the places of neighbouring marks that have an interval; a band spans no gap."""
    places: list[int] = []
    for place, mark in enumerate(marks):
        if mark.low is not None and mark.high is not None:
            places.append(place)
        elif places:
            yield places
            places = []
    if places:
        yield places


def _band(marks: Sequence[Mark], places: Sequence[int]) -> go.Scatter:
    lows = [100 * (marks[place].low or 0.0) for place in places]
    highs = [100 * (marks[place].high or 0.0) for place in places]
    if len(places) == 1:
        # A band of one place would have no width.
        return go.Scatter(
            x=[places[0], places[0]],
            y=[lows[0], highs[0]],
            mode="lines",
            line={"color": _BAND, "width": 10},
            hoverinfo="skip",
        )
    return go.Scatter(
        x=[*places, *reversed(places)],
        y=[*highs, *reversed(lows)],
        mode="lines",
        line={"width": 0},
        fill="toself",
        fillcolor=_BAND,
        hoverinfo="skip",
    )


def _span(line: Line) -> list[float]:
    """Returns what the panel's axis reaches from and to, in percent."""
    values = [
        100 * value
        for mark in line.marks
        for value in (mark.rate, mark.low, mark.high)
        if value is not None
    ]
    if not values:
        return [0.0, 100.0]
    missing = max(0.0, MIN_SPAN - (max(values) - min(values))) / 2
    return [min(values) - missing - 0.5, max(values) + missing + 0.5]


def _shortened(name: str) -> str:
    return name if len(name) <= MAX_NAME else f"{name[: MAX_NAME - 1]}…"
