"""Shows a report as a terminal of 120 columns would."""

from __future__ import annotations

from io import StringIO

from rich.console import Console, RenderableType


def show(report: RenderableType) -> str:
    screen = StringIO()
    Console(file=screen, width=120, markup=False, emoji=False, highlight=False).print(report)
    return screen.getvalue()
