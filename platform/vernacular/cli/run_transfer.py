"""``vernacular run transfer``: what a release makes of locales it was never trained on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vernacular.cli.opening import open_store
from vernacular.cli.output import JsonOption, print_json, print_report


def transfer(
    context: typer.Context,
    run_id: Annotated[int, typer.Argument(help="The run's number, see 'run list'.")],
    metric: Annotated[
        str | None,
        typer.Option(
            help="intent_acc (unless told), slot_micro_f1, ex_match_acc, slot_value_f1, wer (unless"
            " told, where nothing was understood) or cer.",
        ),
    ] = None,
    output: Annotated[
        list[Path] | None,
        typer.Option("-o", "--output", help="Write it too: .json, .md, .html or .svg; repeat."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show every locale against English and against those the release was trained on."""
    from vernacular.evaluation.transfer import load_transfer  # noqa: PLC0415
    from vernacular.reports.transfer.as_json import to_json  # noqa: PLC0415
    from vernacular.reports.transfer.table import render_transfer  # noqa: PLC0415
    from vernacular.reports.transfer.write import require_format, write_transfer  # noqa: PLC0415

    files = output or []
    for path in files:
        require_format(path)
    with open_store(context).reading() as db:
        found = load_transfer(db, run_id, metric)
    if as_json:
        print_json(to_json(found))
    else:
        print_report(render_transfer(found))
    for path in files:
        write_transfer(path, found)
        typer.echo(f"written: {path}", err=True)
