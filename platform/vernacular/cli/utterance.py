"""``vernacular utterance``: everything known of one utterance."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from vernacular.cli.opening import open_store
from vernacular.cli.output import JsonOption, print_json, print_report

SCHEMA = "vernacular-utterance/1"


def utterance(
    context: typer.Context,
    suite: Annotated[str, typer.Argument(help="The suite that holds it.")],
    item: Annotated[
        int, typer.Argument(min=1, help="Its number there, as 'compare --flips' shows it.")
    ],
    as_json: JsonOption = False,
) -> None:
    """Show what an utterance was, every answer to it, its judgments and its other locales."""
    from vernacular.reports.utterance_story import utterance_story  # noqa: PLC0415
    from vernacular.reports.utterance_story_text import render_utterance_story  # noqa: PLC0415

    with open_store(context).reading() as db:
        found = utterance_story(db, suite, item)
    if as_json:
        print_json({"schema": SCHEMA, **asdict(found)})
    else:
        print_report(render_utterance_story(found))
