"""The scores of one run on a terminal, per locale with intervals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from vernacular.comparison.metrics import METRICS
from vernacular.corpus.locales import find_locale
from vernacular.reports.figures import HEADINGS
from vernacular.reports.fitted_table import FittedTable
from vernacular.reports.runs.heat_map import HeatCell, HeatMap
from vernacular.scoring.metric_keys import INTENT_ACCURACY


@dataclass(frozen=True, slots=True)
class _Form:
    """How much of the table is shown; a narrow terminal gets less of it and no cut figure."""

    has_language: bool = True
    has_lenient: bool = True
    has_edits: bool = True
    has_bounds: bool = True
    """Bounds of the intervals; without them, half their width."""


_FORMS = (
    _Form(),
    _Form(has_lenient=False),
    _Form(has_lenient=False, has_language=False),
    _Form(has_lenient=False, has_language=False, has_edits=False),
    _Form(has_lenient=False, has_language=False, has_edits=False, has_bounds=False),
)
"""From the widest to the narrowest."""


def render_scores(found: HeatMap) -> RenderableType:
    """Returns a table, worst first, and the means with their worst locales.

    Intent accuracy says what is worst; where nothing was understood, the first metric does.
    """
    rows: dict[str, dict[str, HeatCell]] = {}
    for cell in found.cells:
        rows.setdefault(cell.locale, {})[cell.metric] = cell
    metrics = [metric.key for metric in METRICS if any(c.metric == metric.key for c in found.cells)]
    effects = {tag: _design_effect(row.values()) for tag, row in rows.items()}

    def worst_first(locale: str) -> tuple[bool, float]:
        cell = rows[locale].get(INTENT_ACCURACY) or rows[locale][metrics[0]]
        rate = cell.rate or 0.0
        return cell.rate is None, -rate if cell.is_error else rate

    locales = sorted(rows, key=worst_first)
    table = FittedTable(
        [partial(_table, found, rows, locales, metrics, effects, form) for form in _FORMS]
    )
    means = Text()
    for mean in found.means:
        means.append(
            f"{HEADINGS[mean.metric]:>17}: {mean.rate * 100:.1f} mean of {mean.n_locales} locales,"
            f" worst {mean.worst_locale} {mean.worst_rate * 100:.1f}\n"
        )
    if any(effects.values()):
        means.append(
            "deff: design effect, the variance with speakers taken together by that without\n",
            "dim",
        )
    title = Text(f"{found.release} over {found.suite}, run {found.run_id}; percent [95 % interval]")
    if found.n_results < found.n_items:
        n_missing = found.n_items - found.n_results
        title.append(f"\nno result, left out: {n_missing:,} of {found.n_items:,}", style="yellow")
    if found.n_failed:
        title.append(f"\nfailed, counted as wrong: {found.n_failed:,}", style="magenta")
    return Group(title, table, means)


def _table(
    found: HeatMap,
    rows: Mapping[str, Mapping[str, HeatCell]],
    locales: Sequence[str],
    metrics: Sequence[str],
    effects: Mapping[str, str],
    form: _Form,
) -> Table:
    has_edits, has_effects = form.has_edits and bool(found.edits), any(effects.values())
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("locale", no_wrap=True)
    if form.has_language:
        table.add_column("language", no_wrap=True, max_width=18)
    headings = ["n", *(HEADINGS[metric] for metric in metrics)]
    headings += ["S D I"] if has_edits else []
    headings += ["deff"] if has_effects else []
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=form.has_bounds)
    for locale in locales:
        cells = [rows[locale][metric] for metric in metrics]
        language = find_locale(locale).display_name("en").split(" (")[0]
        edits = " ".join(f"{n:,}" for n in found.edits.get(locale, ()))
        table.add_row(
            locale,
            *([language] if form.has_language else []),
            f"{cells[0].n:,}",
            *(_rate(cell, form) for cell in cells),
            *([edits] if has_edits else []),
            *([effects[locale]] if has_effects else []),
        )
    return table


def _design_effect(cells: Iterable[HeatCell]) -> str:
    """Returns the design effect of the first metric that has one and judges the locale."""
    judging = {metric.key: metric for metric in METRICS}
    for cell in cells:
        if cell.design_effect is not None and judging[cell.metric].is_primary(cell.locale):
            return f"{cell.design_effect:.1f}"
    return ""


def _rate(cell: HeatCell, form: _Form) -> Text:
    if cell.rate is None:
        return Text("unscored", style="dim")
    if cell.low is None or cell.high is None:
        return Text(f"{cell.rate * 100:.1f}")
    bounds = f" [{cell.low * 100:.1f}, {cell.high * 100:.1f}]"
    if not form.has_bounds:
        bounds = f" ±{(cell.high - cell.low) * 50:.1f}"
    if cell.lenient is not None and form.has_lenient:
        bounds += f" lenient {cell.lenient * 100:.1f}"
    return Text.assemble(f"{cell.rate * 100:.1f}", (bounds, "dim"))
