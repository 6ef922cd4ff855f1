"""Figures from rows. No Streamlit here: what is drawn can be tested without a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

FULL_COLOUR = 0.05
"""A difference of five points or more has the full colour: a locale that jumps by seventy must not
bleach the point that another one loses."""

ROW_HEIGHT_PX = 30
HEAD_HEIGHT_PX = 90

# From orange to teal, never red against green, and always light enough for dark letters.
_RATES = [[0.0, "#e58a62"], [0.5, "#f3d9a4"], [0.8, "#cfe6dd"], [1.0, "#5db3a4"]]
_DELTAS = [[0.0, "#e58a62"], [0.5, "#f6f4ef"], [1.0, "#5db3a4"]]
_LETTERS = "#1d1d1d"
_VERDICTS = {"REGRESSED": "#e58a62", "INCONCLUSIVE": "#f3e3b3", "PASS": "#9ccfc4"}
_UNKNOWN = "#d8d8d8"
SIGNS = {"REGRESSED": "▼", "INCONCLUSIVE": "?", "PASS": "✓", "INCOMPARABLE": "≠"}
"""What stands for a verdict in a field, which has no room for words."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of the heat map; ``None`` where nothing was scored, which is never a zero."""

    locale: str
    locale_name: str
    metric: str
    metric_name: str
    rate: float | None
    delta: float | None
    """Candidate minus baseline, as a fraction, turned so that more is better; it is coloured by."""
    verdict: str | None
    details: str
    """What is shown when the field is pointed at."""
    is_error: bool = False
    """True for an error rate: less is better, and its change is written the other way round."""


def heat_map(cells: Sequence[Cell], show: str, unscored: str) -> go.Figure:
    """Returns locales (worst first, as the cells come) by metrics.

    Every field carries its number or sign as text, so colour is never the only carrier.

    Args:
        cells: one per locale and metric.
        show: ``rate``, ``delta`` or ``verdict``: what is coloured and written.
        unscored: the word for a field without a value.
    """
    locales = _in_order((cell.locale, cell.locale_name) for cell in cells)
    metrics = _in_order((cell.metric, cell.metric_name) for cell in cells)
    rows, columns = list(locales), list(metrics)
    figure = go.Figure()
    figure.add_trace(_fields(cells, rows, columns, show, unscored))
    figure.add_trace(_targets(cells, rows, columns))
    figure.update_xaxes(
        tickvals=list(range(len(columns))),
        ticktext=list(metrics.values()),
        side="top",
        tickangle=0,
        automargin=True,
        fixedrange=True,
        showgrid=False,
        zeroline=False,
        range=[-0.5, len(columns) - 0.5],
    )
    figure.update_yaxes(
        tickvals=list(range(len(rows))),
        ticktext=list(locales.values()),
        fixedrange=True,
        showgrid=False,
        zeroline=False,
        range=[len(rows) - 0.5, -0.5],
        automargin=True,
    )
    figure.update_layout(
        height=HEAD_HEIGHT_PX + ROW_HEIGHT_PX * len(rows),
        margin={"l": 10, "r": 10, "t": 70, "b": 10},
        clickmode="event+select",
        dragmode=False,
        showlegend=False,
    )
    return figure


def selected_cell(points: Iterable[dict[str, object]]) -> tuple[str, str] | None:
    """Returns locale and metric of the first selected point of a heat map, or None."""
    for point in points:
        data = point.get("customdata")
        if isinstance(data, Sequence) and len(data) >= 2:
            return str(data[0]), str(data[1])
    return None


def percent(rate: float | None, unscored: str) -> str:
    """Returns a fraction as a percentage with one decimal, or the word for none."""
    return unscored if rate is None else f"{100 * rate:.1f}"


def points(delta: float | None, unscored: str) -> str:
    """Returns a difference of fractions in percentage points, with its sign."""
    if delta is None:
        return unscored
    # Neither "-0.0" nor a hyphen for a minus.
    return f"{100 * delta:+.1f}".replace("-", "−") if sign(delta) else "0.0"


def sign(delta: float) -> int:
    """Returns -1, 0 or 1: the sign of a difference as ``points`` writes it."""
    rounded = round(100 * delta, 1)
    return (rounded > 0) - (rounded < 0)


def _fields(
    cells: Sequence[Cell], rows: list[str], columns: list[str], show: str, unscored: str
) -> go.Heatmap:
    values: list[list[float | None]] = [[None] * len(columns) for _ in rows]
    words = [[unscored] * len(columns) for _ in rows]
    for cell in cells:
        row, column = rows.index(cell.locale), columns.index(cell.metric)
        values[row][column], words[row][column] = _field(cell, show, unscored)
    scale: list[list[object]] = _RATES
    low, high = 0.0, 1.0
    if show == "delta":
        low, high = -FULL_COLOUR, FULL_COLOUR
        scale = _DELTAS
    elif show == "verdict":
        scale, low, high = _verdict_scale(), 0.0, float(len(_VERDICTS))
    return go.Heatmap(
        z=values,
        x=list(range(len(columns))),
        y=list(range(len(rows))),
        text=words,
        texttemplate="%{text}",
        textfont={"size": 14, "color": _LETTERS},
        colorscale=scale,
        zmin=low,
        zmax=high,
        showscale=False,
        hoverinfo="skip",
        xgap=2,
        ygap=2,
    )


def _field(cell: Cell, show: str, unscored: str) -> tuple[float | None, str]:
    if show == "delta":
        turned = -cell.delta if cell.is_error and cell.delta else cell.delta
        return cell.delta, points(turned, unscored)
    if show == "verdict":
        order = list(_VERDICTS)
        value = float(len(order)) if cell.verdict not in order else float(order.index(cell.verdict))
        return (None, unscored) if cell.verdict is None else (value, SIGNS[cell.verdict])
    written = percent(cell.rate, unscored)
    if cell.is_error and cell.rate is not None:
        return max(0.0, 1 - cell.rate), written
    return cell.rate, written


def _verdict_scale() -> list[list[object]]:
    colours = [*_VERDICTS.values(), _UNKNOWN]
    return [[place / (len(colours) - 1), colour] for place, colour in enumerate(colours)]


def _targets(cells: Sequence[Cell], rows: list[str], columns: list[str]) -> go.Scatter:
    # A heat map's own fields cannot be selected in Plotly, so invisible points lie over them.
    return go.Scatter(
        x=[columns.index(cell.metric) for cell in cells],
        y=[rows.index(cell.locale) for cell in cells],
        mode="markers",
        marker={"size": ROW_HEIGHT_PX, "symbol": "square", "opacity": 0},
        selected={"marker": {"opacity": 0.25, "color": "#000000"}},
        unselected={"marker": {"opacity": 0}},
        customdata=[[cell.locale, cell.metric] for cell in cells],
        text=[cell.details for cell in cells],
        hovertemplate="%{text}<extra></extra>",
    )


def _in_order(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    return dict(pairs)
