"""Writes a report to a file; its format follows from how the file is called."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from vernacular.errors import InvalidInput
from vernacular.reports.comparison.needs_list import render_needs_csv, render_needs_jsonl
from vernacular.reports.comparison.report import Report
from vernacular.reports.comparison.report_html import render_html
from vernacular.reports.comparison.report_json import render_json
from vernacular.reports.comparison.report_junit import render_junit
from vernacular.reports.comparison.report_markdown import render_markdown

FORMATS: dict[str, Callable[[Report], str]] = {
    ".json": render_json,
    ".xml": render_junit,
    ".md": render_markdown,
    ".html": render_html,
    ".csv": lambda report: render_needs_csv(report.needs),
    ".jsonl": lambda report: render_needs_jsonl(report.needs),
}
_KNOWN = (
    ".json, .xml (JUnit), .md, .html, or .csv and .jsonl for the list of what is to be collected"
)


def require_format(path: Path) -> None:
    """Sees to it that a report could be written to ``path``, before anything is computed.

    Raises:
        InvalidInput: the extension is not known, or there is no such folder.
    """
    if path.suffix.lower() not in FORMATS:
        raise InvalidInput(f"a report is written as {_KNOWN}", file=str(path))
    try:
        has_folder, is_folder = path.parent.is_dir(), path.is_dir()
    except OSError as error:  # a name that is too long
        raise _unwritable(path, error) from error
    if not has_folder:
        raise InvalidInput(
            f"there is no folder {str(path.parent)!r}; make it first", file=str(path)
        )
    if is_folder:
        raise InvalidInput("this is a folder; name a file in it", file=str(path))


def write_report(path: Path, report: Report) -> None:
    """Writes the report in the format of the extension, all of it or nothing.

    Raises:
        InvalidInput: as :func:`require_format`, or the file cannot be written.
    """
    require_format(path)
    content = FORMATS[path.suffix.lower()](report).encode("utf-8")
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        # A name that is too long cannot even be asked for.
        with suppress(OSError):
            beside.unlink()
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> InvalidInput:
    return InvalidInput(f"cannot be written: {error.strerror}", file=str(path))
