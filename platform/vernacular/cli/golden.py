"""``vernacular golden``: utterances that no release may break again."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from vernacular.cli.opening import open_store
from vernacular.cli.output import JsonOption, new_table, print_json, print_table

app = typer.Typer(
    help="Pin utterances that every release from now on must understand.", no_args_is_help=True
)


@app.command()
def add(
    context: typer.Context,
    suite: Annotated[
        str | None, typer.Argument(help="The suite whose items are pinned.", show_default=False)
    ] = None,
    items: Annotated[
        list[int] | None,
        typer.Argument(help="Numbers of its items, as 'compare --flips' shows them."),
    ] = None,
    from_fixes: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="BASELINE CANDIDATE", help="Pin what the candidate fixed instead."),
    ] = None,
    locale: Annotated[str | None, typer.Option(help="Of --from-fixes: where.")] = None,
    metric: Annotated[str, typer.Option(help="Of --from-fixes: what was fixed.")] = "intent_acc",
    note: Annotated[str, typer.Option(help="Why; kept with each.")] = "",
) -> None:
    """Pin items of a suite, or all that a release fixed in one locale."""
    from vernacular.evaluation.golden import pin_fixes, pin_items  # noqa: PLC0415

    if from_fixes is not None and (locale is None or items):
        raise typer.BadParameter("--from-fixes takes --locale, and no items")
    if from_fixes is None and (suite is None or not items):
        raise typer.BadParameter("name a suite and the numbers of its items, or use --from-fixes")
    store = open_store(context)
    with store.writing() as db:
        if from_fixes is not None and locale is not None:
            baseline, candidate = from_fixes
            pinned = pin_fixes(
                db, baseline, candidate, locale, metric=metric, suite_name=suite, note=note
            )
        else:
            pinned = pin_items(db, suite or "", items or [], note)
    known = pinned.n_asked - pinned.n_new
    tail = f"; {known:,} were pinned already" if known else ""
    print(f"{pinned.n_new:,} golden wins added{tail}")


@app.command("list")
def list_(
    context: typer.Context,
    locale: Annotated[str | None, typer.Option(help="Only those of one locale.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Show the pinned utterances with their numbers."""
    from vernacular.store.golden import list_golden_wins  # noqa: PLC0415

    store = open_store(context)
    with store.reading() as db:
        wins = list_golden_wins(db, locale)
    if as_json:
        print_json([asdict(one) for one in wins])
    elif not wins:
        print("there is no golden win yet: 'vernacular golden add SUITE ITEM' pins an utterance")
    else:
        table = new_table(
            "number", "locale", "utterance", "expected", "note", "added", right=("number",)
        )
        for one in wins:
            added = f"{one.added_at:%Y-%m-%d}"
            table.add_row(str(one.utterance), one.locale, one.text, one.intent, one.note, added)
        print_table(table)


@app.command()
def remove(
    context: typer.Context,
    numbers: Annotated[list[int], typer.Argument(help="As 'golden list' shows them.")],
) -> None:
    """Take pins away; the utterances stay where they are."""
    from vernacular.store.golden import remove_golden_wins  # noqa: PLC0415

    store = open_store(context)
    with store.writing() as db:
        remove_golden_wins(db, numbers)
    print(f"{len(set(numbers)):,} golden wins removed")
