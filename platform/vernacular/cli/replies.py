"""``vernacular replies``: how native speakers judged a release's replies."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from vernacular.cli.opening import open_store
from vernacular.cli.output import JsonOption, print_json, print_report


class By(StrEnum):
    """What the people of one locale are told apart by."""

    DIALECT = "dialect"
    ACCENT = "accent"


def replies(
    context: typer.Context,
    release: Annotated[str, typer.Argument(help="The release.")],
    against: Annotated[str | None, typer.Option(help="Another one, to hold it against.")] = None,
    by: Annotated[By | None, typer.Option(help="Show the varieties of each locale apart.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Show how native speakers judged the replies of live sessions, worst locale first."""
    from vernacular.reports.replies.as_json import to_json  # noqa: PLC0415
    from vernacular.reports.replies.replies import report_replies  # noqa: PLC0415
    from vernacular.reports.replies.table import render_replies  # noqa: PLC0415

    with open_store(context).reading() as db:
        found = report_replies(db, release, against, None if by is None else by.value)
    if as_json:
        print_json(to_json(found))
    else:
        print_report(render_replies(found))
