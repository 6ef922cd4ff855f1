"""``vernacular utterance``: everything known of one utterance."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from vernacular.cli.opening import open_store
from vernacular.cli.output import JsonOption, print_json, print_report
from vernacular.errors import InvalidInput

SCHEMA = "vernacular-utterance/1"


def utterance(
    context: typer.Context,
    suite: Annotated[str, typer.Argument(help="The suite that holds it.")],
    item: Annotated[
        int, typer.Argument(min=1, help="Its number there, as 'compare --flips' shows it.")
    ],
    baseline: Annotated[
        str | None,
        typer.Option(help="Put the answer of this release beside that of --release, or NAME:live."),
    ] = None,
    release: Annotated[str | None, typer.Option(help="The other one of the two.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Show what an utterance was, every answer to it, its judgments and its other locales."""
    from vernacular.reports.utterance_story import utterance_story  # noqa: PLC0415
    from vernacular.reports.utterance_story_pair import side_by_side  # noqa: PLC0415
    from vernacular.reports.utterance_story_text import render_utterance_story  # noqa: PLC0415

    if (baseline is None) != (release is None):
        raise InvalidInput("give both --baseline and --release, or neither")
    with open_store(context).reading() as db:
        found = utterance_story(db, suite, item)
    pair = None
    if baseline is not None and release is not None:
        pair = side_by_side(found, baseline, release)
    if as_json:
        beside = None if pair is None else asdict(pair)
        print_json({"schema": SCHEMA, **asdict(found), "side_by_side": beside})
    else:
        print_report(render_utterance_story(found, pair))
