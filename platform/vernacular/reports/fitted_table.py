"""A table that loses whole columns before it cuts a figure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.table import Table


class FittedTable:
    """The widest of several forms of one table that fits the terminal; else the narrowest.

    A terminal of 80 columns would otherwise show the first digits of a number and three dots.
    """

    def __init__(self, forms: Sequence[Callable[[], Table]]) -> None:
        """Args: forms: the same table from the widest to the narrowest."""
        self._forms = forms

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        tables = (form() for form in self._forms)
        table = next(tables)
        for narrower in tables:
            needed = Measurement.get(console, options.update(max_width=10_000), table).maximum
            if needed <= options.max_width:
                break
            table = narrower
        yield table
