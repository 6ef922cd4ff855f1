"""``vernacular suite``: frozen lists of utterances."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from vernacular.cli.opening import open_store
from vernacular.cli.output import JsonOption, new_table, print_json, print_table
from vernacular.cli.session_filters import (
    LocalesOption,
    SinceOption,
    UntilOption,
    in_utc,
    known_locales,
)
from vernacular.errors import InvalidInput

CORPUS = "massive-1.1"
"""What suites are frozen from unless told."""

app = typer.Typer(help="Freeze utterances into suites.", no_args_is_help=True)


@app.command()
def create(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The suite's name.")],
    source: Annotated[
        str | None, typer.Option(help="The corpus to take from.", show_default=CORPUS)
    ] = None,
    partition: Annotated[str | None, typer.Option(help="Only this partition.")] = None,
    locale: LocalesOption = None,
    per_locale: Annotated[
        int | None, typer.Option(min=1, help="Only the first so many of each locale.")
    ] = None,
    voice: Annotated[
        bool,
        typer.Option("--voice", help="The recordings of these utterances, to be heard."),
    ] = False,
    from_sessions: Annotated[
        bool,
        typer.Option("--from-sessions", help="What people corrected in live sessions."),
    ] = False,
    since: SinceOption = None,
    until: UntilOption = None,
    release: Annotated[
        str | None, typer.Option(help="Of sessions: only those with this release.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Freeze stored utterances under a name; the same call again changes nothing."""
    from vernacular.evaluation.session_suites import select_corrected  # noqa: PLC0415
    from vernacular.evaluation.suites import freeze, select_utterances  # noqa: PLC0415

    _check_fit(
        from_sessions,
        of_corpora={"--source": source, "--partition": partition},
        of_sessions={"--since": since, "--until": until, "--release": release},
    )
    store = open_store(context)
    # Selecting reads and hashes a whole corpus; nobody else should wait for that.
    with store.reading() as db:
        if from_sessions:
            selection = select_corrected(
                db,
                locales=known_locales(locale),
                since=in_utc(since),
                until=in_utc(until),
                release=release,
                per_locale=per_locale,
                by_voice=voice,
            )
        else:
            selection = select_utterances(
                db,
                source=source or CORPUS,
                partition=partition,
                locales=locale or None,
                per_locale=per_locale,
                by_voice=voice,
            )
    with store.writing() as db:
        suite, is_new = freeze(db, name, selection)
        row = {"name": suite.name, "n_items": suite.n_items, "content_hash": suite.content_hash}
    if as_json:
        print_json({**row, "is_new": is_new})
    else:
        state = "frozen" if is_new else "frozen already"
        items = "item" if suite.n_items == 1 else "items"
        print(f"suite {name}: {suite.n_items:,} {items} {state} ({suite.content_hash[:12]})")


def _check_fit(
    from_sessions: bool, of_corpora: dict[str, object], of_sessions: dict[str, object]
) -> None:
    """Refuses an option that would say nothing.

    Raises:
        InvalidInput: one is for sessions and a corpus is meant, or the other way round.
    """
    idle = of_corpora if from_sessions else of_sessions
    for option, value in idle.items():
        if value is not None:
            fit = "does not go with" if from_sessions else "goes with"
            raise InvalidInput(f"{fit} --from-sessions", field=option)


@app.command("list")
def list_(context: typer.Context, as_json: JsonOption = False) -> None:
    """Show all suites."""
    from vernacular.store.clips import list_spoken_suites  # noqa: PLC0415
    from vernacular.store.suites import list_suites  # noqa: PLC0415

    store = open_store(context)
    with store.reading() as db:
        suites = list_suites(db)
        spoken = list_spoken_suites(db)
    if as_json:
        print_json(
            [
                {
                    "name": one.name,
                    "n_items": one.n_items,
                    "has_clips": one.name in spoken,
                    "audio_seconds": spoken.get(one.name),
                    "content_hash": one.content_hash,
                    "created_at": one.created_at,
                }
                for one in suites
            ]
        )
    elif not suites:
        print("there is no suite yet: 'vernacular suite create NAME --partition test' freezes one")
    else:
        columns = ("suite", "items", "clips last", "content", "created")
        table = new_table(*columns, right=("items", "clips last"))
        for one in suites:
            table.add_row(
                one.name,
                f"{one.n_items:,}",
                _lasting(spoken.get(one.name)),
                one.content_hash[:12],
                f"{one.created_at:%Y-%m-%d %H:%M} UTC",
            )
        print_table(table)


def _lasting(seconds: float | None) -> str:
    """Returns how long clips last, as hours, minutes and seconds; empty for text."""
    return "" if seconds is None else str(timedelta(seconds=round(seconds)))
