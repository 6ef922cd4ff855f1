"""``vernacular leaderboard``: the releases of a suite, the best first."""

from __future__ import annotations

from typing import Annotated

import typer

from vernacular.cli.opening import open_store
from vernacular.cli.output import JsonOption, print_json, print_report


def leaderboard(
    context: typer.Context,
    suite: Annotated[str | None, typer.Argument(help="The suite; else the one run last.")] = None,
    metric: Annotated[
        str | None, typer.Option(help="What ranks them; intent_acc unless told.")
    ] = None,
    locales: Annotated[bool, typer.Option("--locales", help="Show every locale too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Rank the releases of a suite by their mean over locales, each beside its worst locale."""
    from vernacular.reports.releases import leaderboard as rankings  # noqa: PLC0415
    from vernacular.reports.releases.leaderboard_json import to_json  # noqa: PLC0415
    from vernacular.reports.releases.leaderboard_table import render_leaderboard  # noqa: PLC0415

    with open_store(context).reading() as db:
        found = rankings.leaderboard(db, suite, metric)
    if as_json:
        print_json(to_json(found))
    else:
        print_report(render_leaderboard(found, with_locales=locales))
