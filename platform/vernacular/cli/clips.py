"""``vernacular clips``: recordings of utterances."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from vernacular.cli.opening import open_store
from vernacular.cli.output import JsonOption, complain, print_json, progress
from vernacular.wiring import Wiring

app = typer.Typer(help="Import recordings of utterances.", no_args_is_help=True)

MAX_PROBLEMS_SHOWN = 20


@app.callback()
def clips() -> None:
    """Recordings of utterances."""


@app.command("import")
def import_(
    context: typer.Context,
    path: Annotated[
        Path,
        typer.Argument(help="The list: JSON Lines (also NeMo's manifest) or Common Voice's TSV."),
    ],
    source: Annotated[
        str,
        typer.Option(help="The corpus that the utterances belong to, such as massive-1.1."),
    ],
    locale: Annotated[
        str | None, typer.Option(help="Of the whole list, where its rows name none.")
    ] = None,
    keep_bad: Annotated[
        bool,
        typer.Option(
            "--keep-bad",
            help="Keep recordings that cannot be decoded; a run then shows what releases do.",
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Keep recordings (wav, flac, mp3, ogg, webm, m4a) and tie them to utterances.

    Importing a list again adds nothing. A recording that cannot be decoded refuses the list, unless
    --keep-bad.
    """
    from vernacular.collection.import_clips import import_clips  # noqa: PLC0415

    wiring: Wiring = context.obj
    store = open_store(context)
    with progress("import", "recordings") as step:
        found = import_clips(
            store,
            wiring.clips,
            path,
            source=source,
            locale=locale,
            keep_bad=keep_bad,
            listen=step,
        )
    if as_json:
        print_json(asdict(found))
        return
    for problem in found.bad[:MAX_PROBLEMS_SHOWN]:
        complain(f"kept, though it cannot be heard: {problem}", is_warning=True)
    if len(found.bad) > MAX_PROBLEMS_SHOWN:
        complain(f"and {len(found.bad) - MAX_PROBLEMS_SHOWN:,} more like these", is_warning=True)
    added = f", {found.n_utterances_added:,} utterances added" if found.n_utterances_added else ""
    print(f"{found.n_clips:,} recordings, {found.audio_seconds / 60:.1f} minutes{added}")
