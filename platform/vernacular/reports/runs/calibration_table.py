"""The calibration of one run on a terminal, the least believable locale first."""

from __future__ import annotations

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from vernacular.corpus.locales import find_locale
from vernacular.reports.runs.calibration import CalibrationReport, CalibrationRow


def render_calibration(found: CalibrationReport) -> RenderableType:
    """Returns a table, largest calibration error first, and what its columns say."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("locale", no_wrap=True)
    table.add_column("language", no_wrap=True, max_width=18)
    headings = ("n", "left out", "confidence", "right", "too sure by", "ECE", "Brier")
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    for row in sorted(found.locales, key=_worst_first):
        table.add_row(
            row.locale,
            find_locale(row.locale).display_name("en").split(" (")[0],
            f"{row.n:,}",
            f"{row.n_left_out:,}",
            _percent(row.mean_confidence),
            _percent(row.accuracy),
            _excess(row),
            _percent(row.ece),
            Text("-", style="dim") if row.brier is None else Text(f"{row.brier:.3f}"),
        )
    title = Text(f"{found.release} over {found.suite}, run {found.run_id}; percent")
    return Group(title, table, *_means(found), _legend(found))


def _worst_first(row: CalibrationRow) -> tuple[bool, float]:
    return row.ece is None, -(row.ece or 0.0)


def _means(found: CalibrationReport) -> list[Text]:
    known = [(row.ece, row.locale) for row in found.locales if row.ece is not None]
    if not known:
        return []
    mean = sum(ece for ece, _ in known) / len(known)
    worst, locale = max(known)
    return [
        Text(
            f"ECE: {mean * 100:.1f} mean of {len(known)} locales,"
            f" worst {locale} {worst * 100:.1f}\n"
        )
    ]


def _legend(found: CalibrationReport) -> Text:
    few = [row.locale for row in found.locales if row.n < found.n_min]
    lacking = f"unscored with fewer than {found.n_min} answers: {', '.join(few)}\n" if few else ""
    return Text(
        f"{lacking}ECE: mean gap between confidence and share right, over 15 bins of confidence;"
        " too large by chance where answers are few, so it gates nothing\n"
        "Brier: mean of (confidence - right)², 0 is perfect; left out: no confidence from 0 to 1",
        style="dim",
    )


def _percent(rate: float | None) -> Text:
    return Text("-", style="dim") if rate is None else Text(f"{rate * 100:.1f}")


def _excess(row: CalibrationRow) -> Text:
    if row.mean_confidence is None or row.accuracy is None:
        return Text("-", style="dim")
    return Text(f"{(row.mean_confidence - row.accuracy) * 100:+.1f}")
