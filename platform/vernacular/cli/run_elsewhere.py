"""``vernacular run import`` and ``run export``: results that come from and go to other tools."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from vernacular.cli.opening import open_store
from vernacular.cli.output import JsonOption, complain, print_json


def import_(
    context: typer.Context,
    release: Annotated[str, typer.Argument(help="The release that gave the results.")],
    suite: Annotated[str, typer.Argument(help="The suite they are for.")],
    path: Annotated[
        Path, typer.Argument(help="Predictions .jsonl, .csv, .tsv, sclite .trn or NeMo .json.")
    ],
    format: Annotated[
        str | None, typer.Option(help="jsonl, csv, trn or nemo; else the file's ending tells.")
    ] = None,
    locale: Annotated[
        str | None, typer.Option(help="The locale of the file, where its rows name none.")
    ] = None,
    references: Annotated[
        Path | None, typer.Option(help="Of a .trn file: the one of what was really said.")
    ] = None,
    assistant: Annotated[
        str | None, typer.Option(help="Make a new release, a version of this assistant.")
    ] = None,
    create_suite: Annotated[
        bool, typer.Option("--create-suite", help="Make the suite from the file's references.")
    ] = False,
    by_speaker: Annotated[
        bool,
        typer.Option(
            "--by-speaker",
            help="With --create-suite: ids begin with the speaker (spk1-0001), and what one speaker"
            " said is taken together in every interval.",
        ),
    ] = False,
    reuse: Annotated[
        bool, typer.Option("--reuse", help="Keep an earlier run of the release over the suite.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Take in what a release answered elsewhere, as a finished run of it.

    A file with a bad row is refused whole; every problem is named with its line.
    """
    from vernacular.evaluation.import_results import import_results  # noqa: PLC0415

    if by_speaker and not create_suite:
        raise typer.BadParameter("--by-speaker is of a suite that --create-suite makes")
    found = import_results(
        open_store(context),
        path,
        release,
        suite,
        format=format,
        locale=locale,
        references=references,
        assistant=assistant,
        create_suite=create_suite,
        by_speaker=by_speaker,
        reuse=reuse,
    )
    if as_json:
        print_json(asdict(found))
        return
    if not found.is_new:
        print(f"run {found.run_id} of {release} over {suite} is there already and was kept")
        return
    failed = f", {found.n_failed:,} failed" if found.n_failed else ""
    print(f"run {found.run_id}: {release} over {suite}, {found.n_results:,} results{failed}")
    if found.n_missing:
        complain(
            f"{found.n_missing:,} items of {suite} are not in the file; where more than one in a"
            " hundred of a locale is missing, it is INCOMPARABLE",
            is_warning=True,
        )


def export(
    context: typer.Context,
    run_id: Annotated[int, typer.Argument(help="The run's number, see 'run list'.")],
    path: Annotated[Path, typer.Argument(help="The .jsonl file to write.")],
) -> None:
    """Write the results of a run as predictions, one JSON object per line."""
    from vernacular.evaluation.export_results import export_results  # noqa: PLC0415

    with open_store(context).reading() as db:
        n_written = export_results(db, run_id, path)
    print(f"{n_written:,} results written to {path}")
