"""``vernacular clips``: recordings of utterances."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from vernacular.cli.opening import open_store
from vernacular.cli.output import JsonOption, complain, print_json, progress
from vernacular.wiring import Wiring

app = typer.Typer(
    help="Import recordings of utterances; see whether they are all there.", no_args_is_help=True
)

MAX_PROBLEMS_SHOWN = 20
CLIPS_MISSING = 2


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
        typer.Option(
            help="The corpus that the utterances belong to, such as massive-1.1. To live and"
            " collected, which the platform writes itself, a list adds recordings of utterances"
            " that are stored, and no utterances."
        ),
    ],
    locale: Annotated[
        str | None, typer.Option(help="Of the whole list, where its rows name none.")
    ] = None,
    keep_bad: Annotated[
        bool,
        typer.Option(
            "--keep-bad",
            help="Keep recordings that cannot be decoded; a run then shows what releases do."
            " Files that are not there refuse the list all the same.",
        ),
    ] = False,
    allow_outside: Annotated[
        bool,
        typer.Option(
            "--allow-outside",
            help="Also take files outside the list's folder, for lists that you trust.",
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Keep recordings (wav, flac, mp3, ogg, webm, m4a) and tie them to utterances.

    Importing a list again adds nothing. A recording that cannot be decoded refuses the list, unless
    --keep-bad; a refused list leaves nothing behind.
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
            allow_outside=allow_outside,
            listen=step,
        )
    for tag, lines in found.unknown_locales.items():
        complain(_describe_unknown(path, tag, lines), is_warning=True)
    if as_json:
        print_json(asdict(found))
        return
    for problem in found.bad[:MAX_PROBLEMS_SHOWN]:
        complain(f"kept, though it cannot be heard: {problem}", is_warning=True)
    if len(found.bad) > MAX_PROBLEMS_SHOWN:
        complain(f"and {len(found.bad) - MAX_PROBLEMS_SHOWN:,} more like these", is_warning=True)
    added = f", {found.n_utterances_added:,} utterances added" if found.n_utterances_added else ""
    print(f"{found.n_clips:,} recordings, {found.audio_seconds / 60:.1f} minutes{added}")


@app.command()
def check(context: typer.Context, as_json: JsonOption = False) -> None:
    """Show recordings that are gone, and files that nobody knows; exit code 2 if any is gone."""
    from vernacular.collection.check_clips import check_clips  # noqa: PLC0415

    wiring: Wiring = context.obj
    root = wiring.settings.clips_folder
    with open_store(context).reading() as db:
        found = check_clips(db, root)
    if as_json:
        print_json(asdict(found))
    else:
        n_there = found.n_clips - len(found.missing)
        print(f"{n_there:,} of {found.n_clips:,} recordings are in {root}")
        _name(
            found.unknown,
            "recordings that the store does not know, older than a day: 'vernacular clips sweep"
            " --unknown' deletes them",
        )
        _name(found.unfinished, "files of killed processes: 'vernacular clips sweep' deletes them")
        _name(found.missing, "recordings that are gone: restore them from a backup")
    if found.missing:
        raise typer.Exit(CLIPS_MISSING)


@app.command()
def sweep(
    context: typer.Context,
    unknown: Annotated[
        bool,
        typer.Option(
            "--unknown",
            help="Also delete recordings that the store does not know, older than a day.",
        ),
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do not ask before recordings are deleted.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be deleted, and delete nothing.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Delete what processes that were killed left behind more than a day ago.

    A recording is deleted with --unknown alone, and never one that the store knows.
    """
    from vernacular.collection.check_clips import sweep_clips  # noqa: PLC0415
    from vernacular.collection.unknown_clips import (  # noqa: PLC0415
        discard_unknown,
        list_unknown,
    )

    wiring: Wiring = context.obj
    root = wiring.settings.clips_folder
    recordings: tuple[str, ...] = ()
    if unknown:
        store = open_store(context)
        recordings = list_unknown(store, root)
        if recordings and not dry_run:
            if not yes:
                question = f"Delete {_count(recordings, 'recording')} in {root} for ever?"
                typer.confirm(question, abort=True, err=True)
            recordings = discard_unknown(store, root)
    swept = sweep_clips(root, dry_run=dry_run)
    if as_json:
        print_json({"swept": swept, "recordings": recordings, "dry_run": dry_run})
        return
    also = f" and {_count(recordings, 'recording')}" if unknown else ""
    print(f"{'would delete' if dry_run else 'deleted'} {_count(swept, 'file')}{also}")


def _count(found: tuple[str, ...], noun: str) -> str:
    return f"{len(found):,} {noun if len(found) == 1 else f'{noun}s'}"


def _describe_unknown(path: Path, tag: str, lines: tuple[int, ...]) -> str:
    named = ", ".join(map(str, lines[:MAX_PROBLEMS_SHOWN]))
    more = len(lines) - MAX_PROBLEMS_SHOWN
    others = f" and {more:,} more" if more > 0 else ""
    return (
        f"{path}: no list of languages has that of the locale {tag}, in line"
        f" {named}{others}: if it is a slip, correct it and import the list again under another"
        " source"
    )


def _name(found: tuple[str, ...], what: str) -> None:
    if not found:
        return
    print(f"{len(found):,} {what}:")
    for one in found[:MAX_PROBLEMS_SHOWN]:
        print(f"  {one}")
    if len(found) > MAX_PROBLEMS_SHOWN:
        print(f"  and {len(found) - MAX_PROBLEMS_SHOWN:,} more; --json names them all")
