"""The scores of one run on a terminal, per locale with intervals."""

from __future__ import annotations

from collections.abc import Iterable

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from vernacular.comparison.metrics import METRICS
from vernacular.corpus.locales import find_locale
from vernacular.reports.figures import HEADINGS
from vernacular.reports.runs.heat_map import HeatCell, HeatMap
from vernacular.scoring.metric_keys import INTENT_ACCURACY


def render_scores(found: HeatMap) -> RenderableType:
    """Returns a table, worst first, and the means with their worst locales.

    Intent accuracy says what is worst; where nothing was understood, the first metric does.
    """
    rows: dict[str, dict[str, HeatCell]] = {}
    for cell in found.cells:
        rows.setdefault(cell.locale, {})[cell.metric] = cell
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("locale", no_wrap=True)
    table.add_column("language", no_wrap=True, max_width=18)
    table.add_column("n", justify="right", no_wrap=True)
    metrics = [metric.key for metric in METRICS if any(c.metric == metric.key for c in found.cells)]
    for metric in metrics:
        table.add_column(HEADINGS[metric], justify="right", no_wrap=True)

    if found.edits:
        table.add_column("S D I", justify="right", no_wrap=True)
    effects = {tag: _design_effect(row.values()) for tag, row in rows.items()}
    if any(effects.values()):
        table.add_column("deff", justify="right", no_wrap=True)

    def worst_first(locale: str) -> tuple[bool, float]:
        cell = rows[locale].get(INTENT_ACCURACY) or rows[locale][metrics[0]]
        rate = cell.rate or 0.0
        return cell.rate is None, -rate if cell.is_error else rate

    for locale in sorted(rows, key=worst_first):
        name = find_locale(locale).display_name("en").split(" (")[0]
        cells = [rows[locale][metric] for metric in metrics]
        edits = [" ".join(f"{n:,}" for n in found.edits[locale])] if locale in found.edits else []
        effect = [effects[locale]] if any(effects.values()) else []
        rates = [_rate(cell) for cell in cells]
        table.add_row(locale, name, f"{cells[0].n:,}", *rates, *edits, *effect)
    means = Text()
    for mean in found.means:
        means.append(
            f"{HEADINGS[mean.metric]:>12}: {mean.rate * 100:.1f} mean of {mean.n_locales} locales,"
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


def _design_effect(cells: Iterable[HeatCell]) -> str:
    """Returns the design effect of the first metric that has one and judges the locale."""
    judging = {metric.key: metric for metric in METRICS}
    for cell in cells:
        if cell.design_effect is not None and judging[cell.metric].is_primary(cell.locale):
            return f"{cell.design_effect:.1f}"
    return ""


def _rate(cell: HeatCell) -> Text:
    if cell.rate is None:
        return Text("unscored", style="dim")
    if cell.low is None or cell.high is None:
        return Text(f"{cell.rate * 100:.1f}")
    bounds = f" [{cell.low * 100:.1f}, {cell.high * 100:.1f}]"
    if cell.lenient is not None:
        bounds += f" lenient {cell.lenient * 100:.1f}"
    return Text.assemble(f"{cell.rate * 100:.1f}", (bounds, "dim"))
