"""Writes a replay to a file; its format follows from how the file is called."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from vernacular.reports.replay.as_json import render_json
from vernacular.reports.replay.page import render_markdown
from vernacular.reports.replay.replay import ReplayReport
from vernacular.reports.written_file import require_place, write_whole

FORMATS: dict[str, Callable[[ReplayReport], str]] = {
    ".json": render_json,
    ".md": render_markdown,
}


def require_format(path: Path) -> None:
    """Sees to it that a replay could be written to ``path``, before anything is computed.

    Raises:
        InvalidInput: the extension is not known, or there is no such folder.
    """
    require_place(path, FORMATS, f"a replay is written as {' or '.join(FORMATS)}")


def write_replay(path: Path, found: ReplayReport) -> None:
    """Writes the replay in the format of the extension, all of it or nothing.

    Raises:
        InvalidInput: as :func:`require_format`, or the file cannot be written.
    """
    require_format(path)
    write_whole(path, FORMATS[path.suffix.lower()](found))
