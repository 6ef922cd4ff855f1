"""``vernacular corpus agreement``: whether those who judged a corpus agree."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from vernacular.cli.opening import open_store
from vernacular.cli.output import JsonOption, print_json, print_report


def agreement(
    context: typer.Context,
    source: Annotated[
        str, typer.Option(help="The name the corpus is stored under.")
    ] = "massive-1.1",
    partition: Annotated[
        str | None, typer.Option(help="Only this partition (train, dev, test).")
    ] = None,
    locale: Annotated[str | None, typer.Option(help="Only this locale.")] = None,
    ordinal: Annotated[
        bool, typer.Option("--ordinal", help="Measure grammar and spelling as ranked scales.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show how far people agree on each kind of label (Krippendorff's alpha)."""
    from vernacular.reports.agreement import report_agreement  # noqa: PLC0415
    from vernacular.reports.agreement_table import render_agreement  # noqa: PLC0415

    with open_store(context).reading() as db:
        found = report_agreement(db, source, partition, locale, ranks_scales=ordinal)
    if as_json:
        print_json(asdict(found))
    else:
        print_report(render_agreement(found))
