"""The agreement of those who judged a corpus, on a terminal."""

from __future__ import annotations

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from vernacular.reports.agreement import AgreementReport, AgreementRow
from vernacular.scoring.agreement import TENTATIVE_FROM, USE_FROM, LabelUse

STYLES = {LabelUse.USE: "green", LabelUse.TENTATIVE: "yellow", LabelUse.MAY_NOT_GATE: "red"}


def render_agreement(found: AgreementReport) -> RenderableType:
    """Returns a table by locale and kind of label, and what its columns say."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("locale", no_wrap=True)
    table.add_column("label", no_wrap=True)
    for heading in ("items", "people", "judgments", "equal %", "alpha [95 %]"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("labels", no_wrap=True)
    last = None
    for row in found.rows:
        table.add_row(
            row.locale if row.locale != last else "",
            row.label if row.level == "nominal" else f"{row.label} ({row.level})",
            f"{row.n_items:,}",
            f"{row.n_people:,}",
            f"{row.n_judgments:,}",
            Text("-", style="dim") if row.observed is None else f"{row.observed * 100:.1f}",
            _alpha(row),
            Text("unknown", style="dim") if row.use is None else Text(row.use, STYLES[row.use]),
        )
        last = row.locale
    where = f", {found.partition}" if found.partition else ""
    return Group(Text(f"Judgments of {found.source}{where}"), table, _legend(found))


def _alpha(row: AgreementRow) -> Text:
    if row.alpha is None:
        return Text("-", style="dim")
    if row.low is None or row.high is None:
        return Text.assemble(f"{row.alpha:.3f}", (" [unknown]", "dim"))
    return Text.assemble(f"{row.alpha:.3f}", (f" [{row.low:.3f}, {row.high:.3f}]", "dim"))


def _legend(found: AgreementReport) -> Text:
    return Text(
        "alpha: Krippendorff's, 1 is perfect and 0 is chance; low also where nearly all judgments"
        " are the same\n"
        "equal: pairs of judgments of one utterance that are the same\n"
        f"labels: use from {USE_FROM:g}, tentative from {TENTATIVE_FROM:g}, below that they may"
        " not gate\n"
        "unknown: judged by one person only, or nobody ever judged otherwise\n"
        f"{found.n_resamples:,} resamples of utterances, seed {found.seed}",
        style="dim",
    )
