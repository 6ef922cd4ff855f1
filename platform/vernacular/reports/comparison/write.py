"""Writes a report to a file; its format follows from how the file is called."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from vernacular.reports.comparison.needs_list import render_needs_csv, render_needs_jsonl
from vernacular.reports.comparison.report import Report
from vernacular.reports.comparison.report_html import render_html
from vernacular.reports.comparison.report_json import render_json
from vernacular.reports.comparison.report_junit import render_junit
from vernacular.reports.comparison.report_markdown import render_markdown
from vernacular.reports.written_file import require_place, write_whole

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
    require_place(path, FORMATS, f"a report is written as {_KNOWN}")


def write_report(path: Path, report: Report) -> None:
    """Writes the report in the format of the extension, all of it or nothing.

    Raises:
        InvalidInput: as :func:`require_format`, or the file cannot be written.
    """
    require_format(path)
    write_whole(path, FORMATS[path.suffix.lower()](report))
