"""Writes the zero-shot view of a run to a file; its format follows from how the file is called."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from vernacular.comparison.transfer import Transfer
from vernacular.reports.transfer.as_json import render_json
from vernacular.reports.transfer.page import render_html, render_markdown
from vernacular.reports.transfer.plot import render_svg
from vernacular.reports.written_file import require_place, write_whole

FORMATS: dict[str, Callable[[Transfer], str]] = {
    ".json": render_json,
    ".md": render_markdown,
    ".html": render_html,
    ".svg": render_svg,
}


def require_format(path: Path) -> None:
    """Sees to it that the view could be written to ``path``, before anything is computed.

    Raises:
        InvalidInput: the extension is not known, or there is no such folder.
    """
    require_place(path, FORMATS, f"this is written as {', '.join(FORMATS)}")


def write_transfer(path: Path, found: Transfer) -> None:
    """Writes the view in the format of the extension, all of it or nothing.

    Raises:
        InvalidInput: as :func:`require_format`, or the file cannot be written.
    """
    require_format(path)
    write_whole(path, FORMATS[path.suffix.lower()](found))
