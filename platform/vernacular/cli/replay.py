"""``vernacular replay``: what people said in their sessions, put to another release."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vernacular.cli.opening import open_store
from vernacular.cli.output import JsonOption, complain, print_json, print_report, progress
from vernacular.cli.run_engine import ThreadsOption
from vernacular.cli.session_filters import (
    LocalesOption,
    SinceOption,
    UntilOption,
    in_utc,
    known_locales,
)

if TYPE_CHECKING:
    from vernacular.evaluation.replay import OpenedReplay
    from vernacular.evaluation.replay_selection import ReplaySelection
    from vernacular.wiring import Wiring

INTERRUPTED = 130
NOTHING_ANSWERED = 2


def replay(
    context: typer.Context,
    release: Annotated[str, typer.Option(help="What is replayed on.")],
    locale: LocalesOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    from_release: Annotated[
        str | None, typer.Option(help="Only sessions that were held with this release.")
    ] = None,
    free: Annotated[
        bool,
        typer.Option(
            "--free",
            help="With the dialogue that the replay itself leads to, not the one there was live.",
        ),
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Anew, where the same was replayed before.")
    ] = False,
    threads: ThreadsOption = 1,
    output: Annotated[
        list[Path] | None,
        typer.Option("-o", "--output", help="Write it too: .json or .md; repeat."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Put stored sessions to another release and show which turns came out otherwise.

    Ctrl-C stops it; the same again goes on. The corrected turns are ordinary runs.
    """
    from vernacular.evaluation.replay import open_replay  # noqa: PLC0415
    from vernacular.evaluation.replay_selection import (  # noqa: PLC0415
        ReplayMode,
        as_stopped,
        select_sessions,
    )
    from vernacular.reports.replay.as_json import to_json  # noqa: PLC0415
    from vernacular.reports.replay.replay import report_replay  # noqa: PLC0415
    from vernacular.reports.replay.table import render_replay  # noqa: PLC0415
    from vernacular.reports.replay.write import require_format, write_replay  # noqa: PLC0415

    files = output or []
    for path in files:
        require_format(path)
    mode = ReplayMode.FREE if free else ReplayMode.FORCED
    store = open_store(context)
    with store.reading() as db:
        found_now = select_sessions(
            db,
            locales=known_locales(locale),
            since=in_utc(since),
            until=in_utc(until),
            release=from_release,
        )
        selection = as_stopped(db, release, found_now, mode)
    if selection is not found_now:
        typer.echo(
            "going on with the replay that was stopped; what was said or corrected since is not in"
            " it: the same command once more replays that",
            err=True,
        )
    opened = open_replay(store, release, selection, mode, again=again)
    _carry_out(context.obj, selection, opened, threads)
    with store.reading() as db:
        found = report_replay(
            db, list(opened.run_ids.values()), opened.n_left_out, opened.n_inaudible
        )
    if as_json:
        print_json(to_json(found))
    else:
        print_report(render_replay(found))
    for path in files:
        write_replay(path, found)
        typer.echo(f"written: {path}", err=True)
    if found.total.n_failed == found.total.n_turns:
        complain(f"{release} answered nothing at all; its turns say why")
        raise typer.Exit(NOTHING_ANSWERED)


def _carry_out(
    wiring: Wiring, selection: ReplaySelection, opened: OpenedReplay, threads: int
) -> None:
    """Replays what is not stored yet; a release that has nothing left to do is not loaded."""
    from vernacular.assistants.load import load_assistant  # noqa: PLC0415
    from vernacular.evaluation.releases import check_unchanged, manifest_of  # noqa: PLC0415
    from vernacular.evaluation.replay import (  # noqa: PLC0415
        ReplayProgress,
        carry_out,
        is_finished,
        list_withheld_of,
    )
    from vernacular.store.releases import find_release  # noqa: PLC0415

    store = wiring.store
    with store.reading() as db:
        if is_finished(db, opened):
            typer.echo("these sessions were replayed on it before; --again does it anew", err=True)
            return
        release = find_release(db, opened.release)
        manifest = manifest_of(release)
        withheld = list_withheld_of(db, opened, manifest)
    reached = ReplayProgress(0, 0, 0)

    def listen(state: ReplayProgress) -> None:
        nonlocal reached
        reached = state
        note = f"{state.n_failed:,} failed" if state.n_failed else ""
        step(state.n_done, state.n_turns, note)

    check_unchanged(release)
    try:
        with (
            closing(load_assistant(manifest, Path(release.root), threads, withheld)) as assistant,
            progress(f"replay on {release.name}", "turns") as step,
        ):
            carry_out(
                store,
                wiring.clips,
                assistant,
                selection,
                opened,
                listen,
                n_parallel=manifest.n_parallel,
            )
    except KeyboardInterrupt:
        complain(
            f"interrupted; {reached.n_done:,} of {reached.n_turns:,} turns are stored:"
            " the same command goes on"
        )
        raise typer.Exit(INTERRUPTED) from None
