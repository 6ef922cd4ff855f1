"""A comparison on a terminal: worst first, what did not change folded into one line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from vernacular.comparison.cells import Cell, MacroCell
from vernacular.comparison.compare import Comparison
from vernacular.comparison.needs import list_needs, need_of
from vernacular.comparison.noise_floor import NoiseFloor
from vernacular.comparison.policy import Policy
from vernacular.comparison.slices import SliceCell
from vernacular.comparison.verdict import Verdict
from vernacular.reports.comparison.above_floor import list_above_floor
from vernacular.reports.comparison.slices_table import render_slices
from vernacular.reports.comparison.verdict_line import MAX_NAMED, explain_verdict, name_some
from vernacular.reports.comparison.worst_first import Row, rows_worst_first
from vernacular.reports.figures import (
    HEADINGS,
    MARKS,
    ORIENTATION,
    SMALL_N,
    change_of,
    change_text,
    heading,
    interval,
    is_better,
    is_error,
    language,
    mark,
    percent,
    points,
    shown,
    shrunk_text,
)
from vernacular.reports.fitted_table import FittedTable

STYLES = {
    "✗": "bold red",
    "!": "magenta",
    "?": "yellow",
    "✓": "green",
    "▲": "green",
}
WIDEST = max(map(len, HEADINGS.values()))
WATCHED = " watch"
"""Stands behind the figures of a metric that decides nothing in its locale."""


def render_comparison(
    comparison: Comparison,
    *,
    show_all: bool = False,
    slices: Sequence[SliceCell] = (),
    noise_floor: Mapping[str, NoiseFloor] | None = None,
) -> RenderableType:
    """Returns what a person reads: the table, the means with their worst locales, the verdict.

    Args:
        comparison: what is shown.
        show_all: also the locales that did not change, every slice, and how far small locales are
            to be trusted.
        slices: parts of the comparison, if they were asked for.
        noise_floor: flips of an A/A comparison by metric, if it was asked for.
    """
    rows = rows_worst_first(comparison)
    listed = [tag for tag in rows if show_all or not _is_unchanged(rows[tag])]
    folded = sorted(set(rows) - set(listed))
    parts: list[RenderableType] = [_heading(comparison), *_notes(comparison)]
    if listed:
        forms = [
            partial(_table, listed, rows, comparison, names=names, flips=flips, power=power)
            for names, flips, power in (
                (True, True, True),
                (False, True, True),
                (False, False, True),
                (False, False, False),
            )
        ]
        parts.append(FittedTable(forms))
    if folded:
        parts.append(Text(f"no change in {len(folded)}: {', '.join(folded)}\n", style="dim"))
    parts += [_macro_line(macro) for macro in comparison.macro]
    if show_all:
        parts.append(_small_locales(comparison))
    if slices:
        parts.append(render_slices(slices, q=comparison.policy.q, show_all=show_all))
    if noise_floor is not None:
        parts.append(_noise_floor(comparison, noise_floor))
    parts += [_failed(comparison), _needs(comparison), _legend(comparison), _verdict(comparison)]
    return Group(*(part for part in parts if part))


def _is_unchanged(row: Row) -> bool:
    return all(cell.verdict is Verdict.PASS and not is_better(cell) for cell in row.values())


def _heading(comparison: Comparison) -> Text:
    n = max((cell.n for cell in comparison.cells), default=0)
    return Text.assemble(
        (comparison.candidate, "bold"),
        f" (run {comparison.candidate_run_id}) against ",
        (comparison.baseline, "bold"),
        f" (run {comparison.baseline_run_id}) on suite {comparison.suite}, "
        f"up to {n:,} utterances per locale",
    )


def _notes(comparison: Comparison) -> list[Text]:
    """Returns what must be known before any figure is believed."""
    said = [f"note: {note}" for note in comparison.notes]
    if comparison.missing_metrics:
        names = ", ".join(map(heading, comparison.missing_metrics))
        said.append(f"only one of the two runs is scored on {names}: not compared")
    said += [
        f"no results of {release} in {name_some(locales)}"
        for release, locales in (
            (comparison.baseline, comparison.missing_from_baseline),
            (comparison.candidate, comparison.missing_from_candidate),
        )
        if locales
    ]
    return [Text(line, style="magenta") for line in said]


def _table(
    listed: Sequence[str],
    rows: Mapping[str, Row],
    comparison: Comparison,
    *,
    names: bool,
    flips: bool,
    power: bool,
) -> Table:
    """Returns the table with or without names of languages, flips, and what verdicts know not."""
    metrics, policy = [metric.key for metric in comparison.metrics], comparison.policy
    flipping = [key for key in metrics if any(_flips(row, key) for row in rows.values())]
    flipping = flipping[:1] if flips else []
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    table.add_column("locale", no_wrap=True)
    if names:
        table.add_column("language", no_wrap=True, max_width=16)
    for metric in metrics:
        table.add_column(heading(metric), justify="right", no_wrap=True)
    if flipping:
        table.add_column("broken/fixed", justify="right", no_wrap=True)
    for locale in listed:
        row = rows[locale]
        cells: list[str | Text] = [locale]
        if names:
            cells.append(language(locale))
        cells += [_cell_text(row.get(metric), policy, has_power=power) for metric in metrics]
        cells += [_flips(row, metric) for metric in flipping]
        table.add_row(*cells)
    return table


def _flips(row: Row, metric: str) -> str:
    cell = row.get(metric)
    return f"{cell.flips.b}/{cell.flips.c}" if cell and cell.flips else ""


def _cell_text(cell: Cell | None, policy: Policy, *, has_power: bool) -> Text:
    if cell is None or cell.delta is None:
        return Text("-" if cell is None else MARKS[cell.verdict], style="dim")
    sign = mark(cell)
    style = STYLES[sign] if cell.is_gated else "dim"
    change = f"{points(shown(cell.metric, cell.delta))} {sign}"
    text = Text.assemble(f"{percent(cell.candidate)} ", (change, style))
    return text.append(*_power(cell, policy)) if has_power else text


def _power(cell: Cell, policy: Policy) -> tuple[str, str]:
    """Returns what a verdict does not know: the drop it could miss, or the utterances it lacks."""
    if not cell.is_gated:
        return WATCHED, "dim"
    if cell.verdict is Verdict.PASS and cell.mde is not None:
        return f" ±{percent(cell.mde)}".rjust(6), "dim"
    if cell.verdict is Verdict.INCONCLUSIVE:
        needed = need_of(cell, policy).n_needed
        return (" " * 6 if needed is None else f" n≥{needed:,}"), "dim"
    return " " * 6, "dim"


def _macro_line(macro: MacroCell) -> Text:
    sign = mark(macro)
    change = change_of(macro)
    assert change is not None, "a mean is over known differences"
    text = Text.assemble(
        f"{heading(macro.metric):>{WIDEST}}: ",
        (percent(macro.candidate), "bold"),
        f" mean of {len(macro.locales)} locales, ",
        (f"{points(change.delta, 2)} {sign}", STYLES[sign] if macro.is_gated else "dim"),
        f" {interval(change, 2)}, worst {macro.worst_locale}"
        f" {points(shown(macro.metric, macro.worst_delta))}",
    )
    return text if macro.is_gated else text.append(WATCHED, "dim")


def _small_locales(comparison: Comparison) -> Text:
    """Returns raw and shrunk changes of locales that are too small for the raw one to say much."""
    lines = [
        f"  {cell.locale} {heading(cell.metric)}: {change_text(cell)}, drawn to the mean of the"
        f" locales {shrunk_text(cell)}, {cell.n:,} utterances"
        for cell in comparison.cells
        if shrunk_text(cell)
    ]
    if not lines:
        return Text()
    head = f"below {SMALL_N} utterances the change is mostly noise; the verdict uses the first:"
    return Text("\n".join(["", head, *lines]), style="dim")


def _noise_floor(comparison: Comparison, floors: Mapping[str, NoiseFloor]) -> Text:
    lines = []
    for one in list_above_floor(comparison, floors):
        rate = one.floor.rate or 0.0
        where = f"above it in {name_some(one.above)}" if one.above else "above it in no locale"
        lines.append(
            f"{heading(one.metric):>{WIDEST}}: {one.rate * 100:.2f} % broke; two runs of one"
            f" release break {rate * 50:.2f} % by noise; {where}"
        )
    return Text("\n".join(lines))


def _failed(comparison: Comparison) -> Text:
    """Returns how many answers failed; they count as wrong, so a person must know of them."""
    by_locale = {cell.locale: cell for cell in comparison.cells}
    baseline = sum(cell.baseline_failed for cell in by_locale.values())
    candidate = sum(cell.candidate_failed for cell in by_locale.values())
    if not baseline + candidate:
        return Text()
    return Text(
        f"failed, counted as wrong: {baseline:,} of {comparison.baseline},"
        f" {candidate:,} of {comparison.candidate}",
        style="magenta",
    )


def _needs(comparison: Comparison) -> Text:
    """Returns how many utterances would bring an answer, locale by locale."""
    needs = list_needs(comparison)
    known = [need for need in needs if need.n_missing is not None]
    named = [
        f"{need.locale} {need.n_missing:,} more ({heading(need.metric)})"
        for need in known[:MAX_NAMED]
    ]
    if not named:
        return Text()
    rest = f" and {len(known) - MAX_NAMED} more locales" if len(known) > MAX_NAMED else ""
    return Text(f"to collect for an answer: {', '.join(named)}{rest}", style="yellow")


def _legend(comparison: Comparison) -> Text:
    policy = comparison.policy
    lines = [
        "points; ✗ regressed  ? inconclusive (n≥ utterances needed)  ! incomparable  ✓ pass"
        " (± smallest drop seen)  ▲ better"
    ]
    if any(is_error(metric.key) for metric in comparison.metrics):
        lines.append(ORIENTATION)
    if any(not cell.is_gated for cell in comparison.cells):
        lines.append("watch: shown and tested, decides nothing here")
    if policy.open_ended:
        lines.append("results still arrive: only a regression can be called, nothing passes yet")
    rules = [
        f"alpha {policy.alpha:g}, q {policy.q:g} by {'Holm' if policy.fwer else 'BH'},"
        f" {policy.n_resamples:,} resamples, seed {policy.seed}, scorer {comparison.scorer}"
    ]
    if comparison.normaliser is not None:
        rules.append(f"normaliser {comparison.normaliser}")
    lines.append(", ".join(rules))
    return Text("\n".join(lines), style="dim")


def _verdict(comparison: Comparison) -> Text:
    sign = MARKS[comparison.verdict]
    explained = explain_verdict(comparison)
    tail = f": {explained}" if explained else ""
    return Text.assemble((f"{sign} {comparison.verdict.value}", STYLES[sign]), tail)
