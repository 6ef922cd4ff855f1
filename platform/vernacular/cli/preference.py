"""``vernacular preference``: which releases people prefer when they do not know the names."""

from __future__ import annotations

from typing import Annotated

import typer

from vernacular.cli.opening import open_store
from vernacular.cli.output import JsonOption, print_json, print_report

app = typer.Typer(help="See which releases people prefer blindly.", no_args_is_help=True)


@app.command("list")
def list_(
    context: typer.Context,
    locale: Annotated[str | None, typer.Option(help="Only the votes of one locale.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Show win rates and strengths of releases, over locales and in each."""
    from vernacular.reports.preferences.as_json import to_json  # noqa: PLC0415
    from vernacular.reports.preferences.preferences import report_preferences  # noqa: PLC0415
    from vernacular.reports.preferences.table import render_preferences  # noqa: PLC0415

    with open_store(context).reading() as db:
        found = report_preferences(db, locale)
    if as_json:
        print_json(to_json(found))
    else:
        print_report(render_preferences(found))
