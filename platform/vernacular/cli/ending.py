"""Ends a command that judges: writes its reports, and turns the verdict into an exit code."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from vernacular.cli.output import complain
from vernacular.errors import InvalidInput

if TYPE_CHECKING:
    from vernacular.comparison.verdict import Inconclusive, Verdict
    from vernacular.reports.comparison.report import Report

NOT_WRITTEN = 2


def write_reports(files: Sequence[Path], report: Report) -> list[InvalidInput]:
    """Writes a report to every file it can, and returns what kept it from the others.

    A full disk must hide neither the verdict nor the report that fits.
    """
    from vernacular.reports.comparison.write import write_report  # noqa: PLC0415  (slow to import)

    problems = []
    for path in files:
        try:
            write_report(path, report)
        except InvalidInput as problem:
            problems.append(problem)
    return problems


def end(
    verdict: Verdict,
    inconclusive: Inconclusive,
    files: Sequence[Path],
    problems: Sequence[InvalidInput],
) -> NoReturn:
    """Says what became of the files, and ends with the verdict's exit code.

    A report that is missing is a data error, which REGRESSED alone outweighs.
    """
    from vernacular.comparison.verdict import Verdict, exit_code  # noqa: PLC0415  (as above)

    lost = {problem.file for problem in problems}
    for path in files:
        if str(path) not in lost:
            typer.echo(f"written: {path}", err=True)
    for problem in problems:
        complain(str(problem))
    if verdict is Verdict.INCONCLUSIVE and inconclusive == "warn":
        complain("inconclusive, let through by 'inconclusive: warn'", is_warning=True)
    is_outweighed = problems and verdict is not Verdict.REGRESSED
    raise typer.Exit(NOT_WRITTEN if is_outweighed else exit_code(verdict, inconclusive))
