"""The heat map of a page: which locales stand in it, and what each field says."""

from __future__ import annotations

from dataclasses import dataclass

from vernacular.comparison.cells import Cell
from vernacular.comparison.compare import Comparison
from vernacular.comparison.verdict import Verdict
from vernacular.corpus.locales import find_locale
from vernacular.reports.comparison.cell_text import describe_cell
from vernacular.reports.comparison.worst_first import row_verdict, rows_worst_first
from vernacular.reports.figures import mark, percent, points, shown

FULL_COLOUR = 0.05
"""A difference of five points or more has the full colour: a locale that jumps by seventy must not
bleach the point that another one loses."""
STEPS = 5
"""Shades on either side of no change."""


@dataclass(frozen=True, slots=True)
class LocaleRow:
    """One locale of the page, in all its parts."""

    tag: str
    name: str
    """In English."""
    autonym: str
    words: str
    """What a search finds it by."""
    verdict: Verdict | None
    """None where it is only watched."""
    verdicts: str
    """Of all its cells, for the filter."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the heat map. The colour says nothing that the text does not."""

    metric: str
    rate: str
    change: str
    mark: str
    shade: str
    """Name of a colour, from ``d-5`` (much worse) to ``d5`` (much better), or ``unknown``."""
    is_gated: bool
    details: str
    """Shown when it is pointed at."""


def list_locale_rows(comparison: Comparison) -> list[LocaleRow]:
    """Returns the locales, worst first."""
    rows = []
    for tag, row in rows_worst_first(comparison).items():
        locale = find_locale(tag)
        name, autonym = locale.display_name("en"), locale.autonym
        held = {cell.verdict.value for cell in row.values()}
        rows.append(
            LocaleRow(
                tag,
                name,
                autonym,
                f"{tag} {name} {autonym}".lower(),
                row_verdict(row),
                " ".join(verdict for verdict in Verdict if verdict in held),
            )
        )
    return rows


def heat_fields(comparison: Comparison) -> dict[str, dict[str, Field]]:
    """Returns the fields by locale and metric; a metric without a value has none."""
    fields: dict[str, dict[str, Field]] = {}
    for cell in comparison.cells:
        details = "\n".join(describe_cell(cell, comparison.policy))
        fields.setdefault(cell.locale, {})[cell.metric] = _field(cell, details)
    return fields


def _field(cell: Cell, details: str) -> Field:
    change = "" if cell.delta is None else points(shown(cell.metric, cell.delta))
    return Field(
        cell.metric,
        percent(cell.candidate, unknown="unscored"),
        change,
        mark(cell),
        shade(cell.delta),
        cell.is_gated,
        details,
    )


def shade(delta: float | None) -> str:
    """Returns the colour of a difference; only one that is written as 0.0 has none of either."""
    if delta is None:
        return "unknown"
    if not round(delta * 100, 1):
        return "d0"
    step = min(STEPS, max(1, round(abs(delta) / FULL_COLOUR * STEPS)))
    return f"d{step if delta > 0 else -step}"
