"""How commands print: tables for people, JSON for programs, progress for those who wait."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import typer

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]

PLAIN_EVERY_SECONDS = 10.0
_COMMANDS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def complain(message: str, *, is_warning: bool = False) -> None:
    """Prints an error, or what a person should only know of, on standard error."""
    message = harmless(message)
    if is_warning:
        typer.secho(f"warning: {message}", fg=typer.colors.YELLOW, err=True)
    else:
        typer.secho(f"error: {message}", fg=typer.colors.RED, err=True)


def harmless(text: str) -> str:
    """Returns a text without the characters that command a terminal; each becomes U+FFFD.

    What people said, and what a file holds, must not move the cursor or fill the clipboard.
    """
    return _COMMANDS.sub("\ufffd", text)


def print_json(value: Any) -> None:
    """Prints ``value`` as JSON; moments in RFC 3339."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=_as_text))


def _as_text(value: Any) -> str:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else str(value)


def print_table(table: Table) -> None:
    """Prints a table as wide as the terminal; where there is none, as wide as it needs."""
    _print_plainly(table, width=160)


def print_report(report: RenderableType) -> None:
    """Prints a report as wide as the terminal; where there is none, in 120 columns."""
    _print_plainly(report, width=120)


def _print_plainly(content: RenderableType, width: int) -> None:
    from rich.console import Console, ConsoleOptions  # noqa: PLC0415  (50 ms --help need not pay)
    from rich.segment import Segment  # noqa: PLC0415  (as above)

    class Harmless(Console):
        def render(
            self, renderable: RenderableType, options: ConsoleOptions | None = None
        ) -> Iterator[Segment]:
            for one in super().render(renderable, options):
                yield one if one.control else Segment(harmless(one.text), one.style)

    # What people said may look like markup ("[time : five]") or name an emoji (":alarm_clock:").
    console = Harmless(
        width=None if sys.stdout.isatty() else width, markup=False, emoji=False, highlight=False
    )
    console.print(content)


def new_table(*columns: str, right: tuple[str, ...] = ()) -> Table:
    """Returns an empty table; the columns named in ``right`` hold numbers."""
    from rich import box  # noqa: PLC0415  (as above)
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        # Folded, not cut: Thai, Chinese and Japanese have no space to break a line at.
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    return table


class Step(Protocol):
    """Tells how far the work has come; ``n_total`` is 0 where nobody knows."""

    def __call__(self, n_done: int, n_total: int, note: str = "") -> None: ...


@contextmanager
def progress(label: str, unit: str) -> Iterator[Step]:
    """Shows a bar with rate and time left on a terminal, and plain lines elsewhere."""
    if sys.stderr.isatty():
        with _bar(label, unit) as step:
            yield step
    else:
        yield _Lines(label, unit)


@contextmanager
def _bar(label: str, unit: str) -> Iterator[Step]:
    from rich.console import Console  # noqa: PLC0415  (costs time that --help need not pay)
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
    )
    with Progress(*columns, console=Console(stderr=True)) as bars:
        task = bars.add_task(label, total=None, rate="", note="")
        clock = _Clock()

        def step(n_done: int, n_total: int, note: str = "") -> None:
            rate = clock.rate(n_done)
            text = f"{rate:,.0f} {unit}/s" if rate else ""
            bars.update(task, completed=n_done, total=n_total or None, rate=text, note=note)

        yield step


class _Clock:
    """Measures the rate from the first step on; what was done before does not count."""

    def __init__(self) -> None:
        self._began: float | None = None
        self._n_at_start = 0

    def rate(self, n_done: int) -> float:
        now = time.monotonic()
        if self._began is None:
            self._began, self._n_at_start = now, n_done
            return 0.0
        return (n_done - self._n_at_start) / max(now - self._began, 1e-6)


class _Lines:
    """Prints a line every ten seconds and one at the end."""

    def __init__(self, label: str, unit: str) -> None:
        self._label, self._unit = label, unit
        self._clock = _Clock()
        self._printed = time.monotonic()

    def __call__(self, n_done: int, n_total: int, note: str = "") -> None:
        rate = self._clock.rate(n_done)
        now = time.monotonic()
        is_end = n_total > 0 and n_done >= n_total
        if not is_end and now - self._printed < PLAIN_EVERY_SECONDS:
            return
        self._printed = now
        whole = f" of {n_total:,}" if n_total else ""
        left = f", {(n_total - n_done) / rate:.0f} s left" if rate and n_done < n_total else ""
        pace = f", {rate:,.0f} {self._unit}/s{left}" if rate else ""
        tail = f" ({note})" if note else ""
        typer.echo(f"{self._label}: {n_done:,}{whole}{pace}{tail}", err=True)
