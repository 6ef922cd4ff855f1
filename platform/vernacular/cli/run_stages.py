"""``vernacular run cost`` and ``run faults``: what the stages of a release cost and lose."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from vernacular.cli.opening import open_store
from vernacular.cli.output import JsonOption, print_json, print_report


def cost(
    context: typer.Context,
    run_ids: Annotated[
        list[int], typer.Argument(metavar="RUN...", help="Runs to put side by side.")
    ],
    as_json: JsonOption = False,
) -> None:
    """Show time, memory, size and quality of runs side by side."""
    from vernacular.reports.runs.cost import report_costs  # noqa: PLC0415
    from vernacular.reports.runs.cost_table import render_costs  # noqa: PLC0415

    with open_store(context).reading() as db:
        found = report_costs(db, run_ids)
    if as_json:
        print_json([asdict(one) for one in found])
    else:
        print_report(render_costs(found))


def faults(
    context: typer.Context,
    run_id: Annotated[int, typer.Argument(help="A run over clips, see 'run list'.")],
    as_json: JsonOption = False,
) -> None:
    """Show which stage lost the intents of a run that hears: hearing or understanding."""
    from vernacular.reports.runs.faults import report_faults  # noqa: PLC0415
    from vernacular.reports.runs.faults_table import render_faults  # noqa: PLC0415

    with open_store(context).reading() as db:
        found = report_faults(db, run_id)
    if as_json:
        print_json(asdict(found))
    else:
        print_report(render_faults(found))
