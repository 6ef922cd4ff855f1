"""A comparison on a terminal: worst first, what did not change folded into one line."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from vernacular.comparison.cells import Cell
from vernacular.comparison.compare import Comparison
from vernacular.comparison.verdict import Verdict
from vernacular.corpus.locales import find_locale
from vernacular.scoring.counts import (
    CER,
    EXACT_MATCH,
    INTENT_ACCURACY,
    SLOT_F1,
    SLOT_VALUE_F1,
    WER,
)

HEADINGS = {
    WER: "WER",
    CER: "CER",
    INTENT_ACCURACY: "intent acc",
    SLOT_F1: "slot F1",
    EXACT_MATCH: "exact match",
    SLOT_VALUE_F1: "slot value F1",
}
SYMBOLS = {
    Verdict.REGRESSED: ("✗", "bold red"),
    Verdict.INCOMPARABLE: ("!", "magenta"),
    Verdict.INCONCLUSIVE: ("?", "yellow"),
    Verdict.PASS: ("✓", "green"),
}
SEVERITY = list(Verdict)
MAX_NAMED = 12
BETTER = ("▲", "green")


def render_comparison(comparison: Comparison, *, show_all: bool = False) -> RenderableType:
    """Returns what a person reads: the table, the mean with its worst locale, the verdict."""
    rows = _rows_by_locale(comparison)
    ordered = sorted(rows, key=lambda locale: _badness(rows[locale]))
    shown = [locale for locale in ordered if show_all or not _is_unchanged(rows[locale])]
    folded = sorted(set(ordered) - set(shown))
    metrics = [metric.key for metric in comparison.metrics]
    parts: list[RenderableType] = [_heading(comparison)]
    if shown:
        parts.append(_table(shown, rows, metrics))
    if folded:
        parts.append(Text(f"no change in {len(folded)}: {', '.join(folded)}\n", style="dim"))
    parts += [_macro_line(comparison, i) for i in range(len(comparison.macro))]
    parts += [_missing(comparison), _failed(comparison), _legend(comparison), _verdict(comparison)]
    return Group(*(part for part in parts if part))


def _rows_by_locale(comparison: Comparison) -> dict[str, dict[str, Cell]]:
    rows: dict[str, dict[str, Cell]] = {}
    for cell in comparison.cells:
        rows.setdefault(cell.locale, {})[cell.metric] = cell
    return rows


def _badness(row: dict[str, Cell]) -> tuple[int, float]:
    """Returns what the worst row sorts first by: its gravest verdict, then its largest drop."""
    gravest = min(SEVERITY.index(cell.verdict) for cell in row.values())
    drops = [cell.delta for cell in row.values() if cell.delta is not None]
    return gravest, min(drops, default=0.0)


def _is_better(cell: Cell) -> bool:
    return cell.low is not None and cell.low > 0


def _is_unchanged(row: dict[str, Cell]) -> bool:
    return all(cell.verdict is Verdict.PASS and not _is_better(cell) for cell in row.values())


def _heading(comparison: Comparison) -> Text:
    n = max((cell.n for cell in comparison.cells), default=0)
    return Text.assemble(
        (comparison.candidate, "bold"),
        f" (run {comparison.candidate_run_id}) against ",
        (comparison.baseline, "bold"),
        f" (run {comparison.baseline_run_id}) on suite {comparison.suite}, "
        f"up to {n:,} utterances per locale",
    )


def _table(shown: Sequence[str], rows: dict[str, dict[str, Cell]], metrics: Sequence[str]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    table.add_column("locale", no_wrap=True)
    table.add_column("language", no_wrap=True, max_width=16)
    for metric in metrics:
        table.add_column(HEADINGS.get(metric, metric), justify="right", no_wrap=True)
    table.add_column("broken/fixed", justify="right", no_wrap=True)
    for locale in shown:
        row = rows[locale]
        intent = row.get(INTENT_ACCURACY)
        flips = intent.flips if intent else None
        table.add_row(
            locale,
            find_locale(locale).display_name("en").split(" (")[0],
            *(_cell_text(row.get(metric)) for metric in metrics),
            f"{flips.b}/{flips.c}" if flips else "",
        )
    return table


def _cell_text(cell: Cell | None) -> Text:
    if cell is None or cell.delta is None or cell.candidate is None:
        return Text("-" if cell is None else SYMBOLS[cell.verdict][0], style="dim")
    symbol, style = BETTER if _is_better(cell) else SYMBOLS[cell.verdict]
    if cell.verdict is Verdict.REGRESSED:
        symbol, style = SYMBOLS[cell.verdict]
    return Text.assemble(
        f"{cell.candidate * 100:.1f} ", (f"{cell.delta * 100:+.1f} {symbol}", style), _power(cell)
    )


def _power(cell: Cell) -> tuple[str, str]:
    """Returns what a verdict does not know: the drop it could miss, or the utterances it lacks."""
    if cell.verdict is Verdict.PASS and cell.mde is not None:
        return f" ±{cell.mde * 100:.1f}".rjust(6), "dim"
    lacks = cell.n_needed is not None and cell.n_needed > cell.n
    if cell.verdict is Verdict.INCONCLUSIVE and lacks:
        return f" n≥{cell.n_needed:,}", "dim"
    return " " * 6, "dim"


def _macro_line(comparison: Comparison, index: int) -> Text:
    macro = comparison.macro[index]
    symbol, style = SYMBOLS[macro.verdict]
    if macro.verdict is Verdict.PASS and macro.low > 0:
        symbol, style = BETTER
    return Text.assemble(
        f"{HEADINGS.get(macro.metric, macro.metric):>12}: ",
        (f"{macro.candidate * 100:.1f}", "bold"),
        f" mean of {len(macro.locales)} locales, ",
        (f"{macro.delta * 100:+.2f} {symbol}", style),
        f" [{macro.low * 100:+.2f}, {macro.high * 100:+.2f}],"
        f" worst {macro.worst_locale} {macro.worst_delta * 100:+.1f}",
    )


def _missing(comparison: Comparison) -> Text:
    parts = [
        f"no results of {release} in {', '.join(locales)}"
        for release, locales in (
            (comparison.baseline, comparison.missing_from_baseline),
            (comparison.candidate, comparison.missing_from_candidate),
        )
        if locales
    ]
    return Text("\n".join(parts), style="magenta")


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


def _legend(comparison: Comparison) -> Text:
    policy = comparison.policy
    return Text(
        "points; ✗ regressed  ? inconclusive (n≥ utterances needed)  ! incomparable  ✓ pass"
        " (± smallest drop seen)  ▲ better\n"
        f"alpha {policy.alpha:g}, q {policy.q:g} by {'Holm' if policy.fwer else 'BH'},"
        f" {policy.n_resamples:,} resamples, seed {policy.seed}, scorer {comparison.scorer}",
        style="dim",
    )


def _verdict(comparison: Comparison) -> Text:
    counts = {
        verdict: sorted({c.locale for c in comparison.cells if c.verdict is verdict})
        for verdict in (Verdict.REGRESSED, Verdict.INCOMPARABLE, Verdict.INCONCLUSIVE)
    }
    symbol, style = SYMBOLS[comparison.verdict]
    named = [
        f"{verdict.value.lower()} in {_name_some(locales)}"
        for verdict, locales in counts.items()
        if locales
    ]
    tail = f": {'; '.join(named)}" if named else ""
    return Text.assemble((f"{symbol} {comparison.verdict.value}", style), tail)


def _name_some(locales: Sequence[str]) -> str:
    few = ", ".join(locales[:MAX_NAMED])
    if len(locales) <= MAX_NAMED:
        return few
    return f"{len(locales)} locales ({few} ...)"
