"""``vernacular corpus``: bringing utterances into the store."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from vernacular.cli.corpus_agreement import agreement
from vernacular.cli.corpus_examples import examples
from vernacular.cli.opening import open_store
from vernacular.cli.output import JsonOption, complain, new_table, print_json, print_table, progress
from vernacular.errors import InvalidInput

app = typer.Typer(help="Import corpora and see what is stored.", no_args_is_help=True)

app.command("agreement")(agreement)
app.command("examples")(examples)

MAX_PROBLEMS_SHOWN = 20


@app.command("import")
def import_(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="A MASSIVE directory, .jsonl, .tar.gz or .tar.xz.")],
    locale: Annotated[
        list[str] | None, typer.Option(help="Only this locale; may be repeated.")
    ] = None,
    partition: Annotated[
        list[str] | None, typer.Option(help="Only this partition (train, dev, test).")
    ] = None,
    source: Annotated[
        str, typer.Option(help="The name the corpus is stored under.")
    ] = "massive-1.1",
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Leave bad rows out instead of refusing their file.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Import a corpus in MASSIVE's format; importing it again adds nothing.

    A file with a bad row is refused whole, unless --skip-bad; exit code 2 says so.
    """
    from vernacular.collection.import_corpus import import_massive  # noqa: PLC0415

    store = open_store(context)
    files = []
    n_read = 0
    with progress("import", "rows") as step:
        step(0, 0)
        for file in import_massive(
            store,
            path,
            source=source,
            locales=locale or None,
            partitions=partition or None,
            skip_bad=skip_bad,
        ):
            files.append(file)
            n_read += file.n_read
            step(n_read, 0, file.locale)
            for problem in file.problems[:MAX_PROBLEMS_SHOWN]:
                complain(str(problem))
            n_unnamed = max(file.n_skipped, len(file.problems)) - MAX_PROBLEMS_SHOWN
            if n_unnamed > 0:
                complain(f"{file.name}: {n_unnamed:,} more bad rows")
            if file.is_refused:
                complain(f"{file.name}: nothing of this file was imported")
    if not files:
        raise InvalidInput("no file of a locale in question was found", file=str(path))
    n_added = sum(file.n_added for file in files)
    n_changed = sum(file.n_changed for file in files)
    n_skipped = sum(file.n_skipped for file in files)
    refused = [file.name for file in files if file.is_refused]
    if as_json:
        rows = [
            {
                "file": file.name,
                "locale": file.locale,
                "read": file.n_read,
                "added": file.n_added,
                "changed": file.n_changed,
                "skipped": file.n_skipped,
                "problems": [str(problem) for problem in file.problems],
            }
            for file in files
        ]
        print_json({"read": n_read, "added": n_added, "refused": refused, "files": rows})
    else:
        n_locales = len({file.locale for file in files})
        print(f"{n_read:,} utterances read in {n_locales} locales, {n_added:,} of them new")
        if n_skipped:
            print(f"{n_skipped:,} bad rows were left out")
        if n_changed:
            print(
                f"{n_changed:,} differ from what is stored under their id and were left as stored;"
                " 'vernacular corpus correct' takes them as corrections"
            )
    if refused:
        raise typer.Exit(2)


@app.command()
def correct(
    context: typer.Context,
    path: Annotated[
        Path, typer.Argument(help="Corrected utterances in MASSIVE's format, under their ids.")
    ],
    source: Annotated[
        str,
        typer.Option(
            help="The corpus they belong to; live and collected, too: what people said on the"
            " platform can be corrected like any other."
        ),
    ] = "massive-1.1",
    by: Annotated[str | None, typer.Option(help="The login of who corrected them.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Store corrected references as new revisions; suites keep the ones they froze.

    'run rescore RUN' then scores a run against them.
    """
    from vernacular.collection.correct_corpus import correct_corpus  # noqa: PLC0415
    from vernacular.people.accounts import find_id_of  # noqa: PLC0415

    store = open_store(context)
    person_id = None
    if by is not None:
        with store.reading() as db:
            person_id = find_id_of(db, by)
    files = list(correct_corpus(store, path, source=source, person_id=person_id))
    if as_json:
        print_json([asdict(file) for file in files])
        return
    n_corrected = sum(file.n_corrected for file in files)
    n_read = sum(file.n_read for file in files)
    print(f"{n_corrected:,} of {n_read:,} utterances were corrected, the others said the same")
    if n_corrected:
        print("suites keep what they froze: 'vernacular run rescore RUN' scores against these")


@app.command("list")
def list_(context: typer.Context, as_json: JsonOption = False) -> None:
    """Show how many utterances are stored, per source, locale and partition."""
    from vernacular.store.utterances import count_utterances  # noqa: PLC0415

    store = open_store(context)
    with store.reading() as db:
        rows = count_utterances(db)
    if as_json:
        names = ("source", "locale", "partition", "n")
        print_json([dict(zip(names, row, strict=True)) for row in rows])
    elif not rows:
        print("nothing is stored yet: 'vernacular corpus import PATH' brings a corpus in")
    else:
        table = new_table("source", "locale", "partition", "utterances", right=("utterances",))
        for stored_source, stored_locale, stored_partition, n in rows:
            table.add_row(stored_source, stored_locale, stored_partition, f"{n:,}")
        print_table(table)
