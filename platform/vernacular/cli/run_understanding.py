"""``vernacular run intents`` and ``run calibration``: what one run understood, in depth."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from vernacular.cli.opening import open_store
from vernacular.cli.output import JsonOption, print_json, print_report

RunArgument = Annotated[int, typer.Argument(help="The run's number, see 'run list'.")]


def intents(
    context: typer.Context,
    run_id: RunArgument,
    locale: Annotated[
        str | None, typer.Option(help="Only this locale, with 95 % intervals.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show precision, recall and F1 of each intent, and what is taken for what."""
    from vernacular.reports.runs.intents import report_intents  # noqa: PLC0415
    from vernacular.reports.runs.intents_table import render_intents  # noqa: PLC0415

    with open_store(context).reading() as db:
        found = report_intents(db, run_id, locale)
    if as_json:
        print_json(asdict(found))
    else:
        print_report(render_intents(found))


def calibration(context: typer.Context, run_id: RunArgument, as_json: JsonOption = False) -> None:
    """Show per locale whether confidences can be believed (ECE, Brier score)."""
    from vernacular.reports.runs.calibration import report_calibration  # noqa: PLC0415
    from vernacular.reports.runs.calibration_table import render_calibration  # noqa: PLC0415

    with open_store(context).reading() as db:
        found = report_calibration(db, run_id)
    if as_json:
        print_json(asdict(found))
    else:
        print_report(render_calibration(found))
