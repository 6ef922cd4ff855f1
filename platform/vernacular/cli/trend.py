"""``vernacular trend``: one metric per locale over releases."""

from __future__ import annotations

from typing import Annotated

import typer

from vernacular.cli.opening import open_store
from vernacular.cli.output import JsonOption, print_json, print_report


def trend(
    context: typer.Context,
    suite: Annotated[str | None, typer.Argument(help="The suite; else the one run last.")] = None,
    metric: Annotated[
        str,
        typer.Option(
            help="intent_acc, slot_micro_f1, ex_match_acc, slot_value_f1, text_intent_acc, wer or"
            " cer.",
        ),
    ] = "intent_acc",
    locale: Annotated[
        list[str] | None, typer.Option(help="Only this locale; may be repeated.")
    ] = None,
    last: Annotated[
        int | None, typer.Option(min=1, help="Only so many of the newest releases.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show a metric per locale over releases, with 95 % intervals, worst locale first."""
    from vernacular.reports.releases import trends  # noqa: PLC0415
    from vernacular.reports.releases.trends_json import to_json  # noqa: PLC0415
    from vernacular.reports.releases.trends_table import render_trend  # noqa: PLC0415

    with open_store(context).reading() as db:
        found = trends.trend(db, suite, metric, locale or None, last)
    if as_json:
        print_json(to_json(found))
    else:
        print_report(render_trend(found))
