"""The intents of one run on a terminal: the weakest first, and what is taken for what."""

from __future__ import annotations

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from vernacular.reports.runs.intents import IntentReport, IntentRow
from vernacular.scoring.intervals import Interval

MAX_CONFUSIONS = 20


def render_intents(found: IntentReport) -> RenderableType:
    """Returns a table of intents, lowest F1 first, then one of the commonest confusions."""
    parts: list[RenderableType] = [_heading(found)]
    if found.intents:
        parts.append(_table(found))
    if found.confusions:
        parts += [_confusions(found)]
    return Group(*parts, _legend(found))


def _heading(found: IntentReport) -> Text:
    where = f", {found.locale}" if found.locale else ""
    title = Text(f"{found.release} over {found.suite}, run {found.run_id}{where}; percent")
    if found.n < found.n_items:
        n_missing = found.n_items - found.n
        title.append(f"\nno result, left out: {n_missing:,} of {found.n_items:,}", style="yellow")
    if found.n_failed:
        title.append(f"\nfailed, counted as missed: {found.n_failed:,}", style="magenta")
    if found.accuracy is not None and found.macro_f1 is not None:
        title.append(
            f"\nintent acc {found.accuracy * 100:.1f} ({found.n_correct:,} of {found.n:,}),"
            f" macro F1 {found.macro_f1 * 100:.1f} over {len(found.intents)} intents"
        )
    return title


def _table(found: IntentReport) -> Table:
    has_worst = any(row.worst_locale for row in found.intents)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("intent", no_wrap=True)
    for heading in ("expected", "answered", "right", "precision", "recall", "F1"):
        table.add_column(heading, justify="right", no_wrap=True)
    if has_worst:
        table.add_column("worst recall", justify="right", no_wrap=True)
    for row in sorted(found.intents, key=lambda one: one.f1 or 0.0):
        worst = [_worst(row)] if has_worst else []
        table.add_row(
            row.intent,
            f"{row.n:,}",
            f"{row.n_answered:,}",
            f"{row.n_correct:,}",
            _rate(row.precision, row.precision_interval),
            _rate(row.recall, row.recall_interval),
            _rate(row.f1, None),
            *worst,
        )
    return table


def _confusions(found: IntentReport) -> Table:
    expected = {row.intent: row.n for row in found.intents}
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("expected", no_wrap=True)
    table.add_column("answered", no_wrap=True)
    table.add_column("times", justify="right", no_wrap=True)
    table.add_column("of all expected", justify="right", no_wrap=True)
    for cell in found.confusions[:MAX_CONFUSIONS]:
        answered = cell.hypothesis or Text("no answer", style="magenta")
        share = f"{cell.n / expected[cell.reference] * 100:.1f}"
        table.add_row(cell.reference, answered, f"{cell.n:,}", share)
    return table


def _legend(found: IntentReport) -> Text:
    n_left_out = max(len(found.confusions) - MAX_CONFUSIONS, 0)
    more = f"{n_left_out:,} rarer confusions are in --json\n" if n_left_out else ""
    brackets = "[95 % interval]  " if any(row.recall_interval for row in found.intents) else ""
    return Text(
        f"{more}{brackets}precision = right / answered, recall = right / expected,"
        " F1 = 2 right / (expected + answered)",
        style="dim",
    )


def _rate(rate: float | None, interval: Interval | None) -> Text:
    if rate is None:
        return Text("undefined", style="dim")
    if interval is None:
        return Text(f"{rate * 100:.1f}")
    low, high = interval
    return Text.assemble(f"{rate * 100:.1f}", (f" [{low * 100:.1f}, {high * 100:.1f}]", "dim"))


def _worst(row: IntentRow) -> Text:
    if row.worst_recall is None:
        return Text("undefined", style="dim")
    return Text(f"{row.worst_locale} {row.worst_recall * 100:.1f}")
