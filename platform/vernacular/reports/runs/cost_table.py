"""The costs of runs on a terminal, side by side: one column a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from vernacular.reports.figures import HEADINGS
from vernacular.reports.runs.cost import WHOLE, RunCost, TimesAre, list_stages

_TIMES = {
    TimesAre.BATCH_SHARES: (
        "ms: per utterance, as its batch took (the batch's time by its utterances), not that of one"
        " asked alone, which 'run start --alone' measures"
    ),
    TimesAre.ALONE: "ms asked alone: of each utterance by itself, as a person waits for it",
    TimesAre.AS_REPORTED: "ms of answers made elsewhere: as they were reported",
}
_ONE_BATCH = "p50 and p95 are the same where all answers came in one batch"
_LEGEND = (
    "memory: the most the device held, or on a CPU the whole process\nmean and worst: over the"
    " locales of the run, in percent; figures are those of the machine that ran it"
)


def render_costs(found: Sequence[RunCost]) -> RenderableType:
    """Returns a table with a row for each figure and a column for each run."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("", no_wrap=True)
    for one in found:
        table.add_column(f"{one.release}\nrun {one.run_id}", justify="right")
    for label, cell in _ROWS:
        _add(table, label, [cell(one) for one in found])
    for stage in list_stages(found):
        label = "answer" if stage == WHOLE else stage
        for name, part in (("p50", "p50_ms"), ("p95", "p95_ms")):
            row = [_stage(one, stage, part) for one in found]
            _add(table, f"{label} {name}", row)
    for metric in dict.fromkeys(q.metric for one in found for q in one.quality):
        _add(table, f"{HEADINGS[metric]}, mean", [_quality(one, metric, "mean") for one in found])
        _add(table, f"{HEADINGS[metric]}, worst", [_worst(one, metric) for one in found])
    return Group(table, Text("\n".join(_legend(found)), style="dim"))


def _legend(found: Sequence[RunCost]) -> Iterator[str]:
    timed = [one for one in found if one.stages]
    for times_are, words in _TIMES.items():
        if any(one.times_are == times_are for one in timed):
            yield words
    if any(stage.n_times == 1 < stage.n for one in timed for stage in one.stages):
        yield _ONE_BATCH
    yield _LEGEND


def _add(table: Table, label: str, cells: list[str | None]) -> None:
    if any(cell is not None for cell in cells):
        table.add_row(label, *("-" if cell is None else cell for cell in cells))


_ROWS: tuple[tuple[str, Callable[[RunCost], str | None]], ...] = (
    ("suite", lambda one: one.suite),
    ("device", lambda one: one.device),
    ("parameters", lambda one: None if one.n_parameters is None else f"{one.n_parameters:,}"),
    ("weights", lambda one: megabytes(one.weights_bytes)),
    ("peak memory", lambda one: megabytes(one.peak_memory_bytes)),
    ("utterances/s", lambda one: _figure(one.utterances_per_second)),
    ("speech heard/s", lambda one: _seconds(one.seconds_heard_per_second)),
    ("replied too", lambda one: "yes" if one.has_replies else None),
    ("asked alone", lambda one: "yes" if one.times_are == TimesAre.ALONE else None),
)


def megabytes(n_bytes: int | None) -> str | None:
    """Returns a size in millions of bytes, as disks are sold; None stays None."""
    return None if n_bytes is None else f"{n_bytes / 1e6:,.1f} MB"


def _figure(value: float | None) -> str | None:
    """Returns a figure with three digits or more, never as a power of ten."""
    if value is None:
        return None
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value >= 0.001 or value == 0 else "<0.001"


def _seconds(value: float | None) -> str | None:
    return None if value is None else f"{_figure(value)} s"


def _stage(one: RunCost, stage: str, part: str) -> str | None:
    timed = (getattr(s, part) for s in one.stages if s.stage == stage)
    return next((f"{_figure(took_ms)} ms" for took_ms in timed), None)


def _quality(one: RunCost, metric: str, part: str) -> str | None:
    found = next((q for q in one.quality if q.metric == metric), None)
    return None if found is None else f"{getattr(found, part) * 100:.1f}"


def _worst(one: RunCost, metric: str) -> str | None:
    found = next((q for q in one.quality if q.metric == metric), None)
    return None if found is None else f"{found.worst_locale} {found.worst * 100:.1f}"
