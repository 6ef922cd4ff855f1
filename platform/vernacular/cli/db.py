"""``vernacular db``: the store's migrations."""

from __future__ import annotations

from typing import Annotated

import typer

from vernacular.cli.output import JsonOption, print_json
from vernacular.wiring import Wiring

app = typer.Typer(help="Create and upgrade the store.", no_args_is_help=True)


@app.command()
def upgrade(context: typer.Context) -> None:
    """Bring the database to the newest migration; a new one is created."""
    from vernacular.store.migrate import current_revision, upgrade  # noqa: PLC0415

    wiring: Wiring = context.obj
    before = current_revision(wiring.store)
    upgrade(wiring.store)
    after = current_revision(wiring.store)
    if before == after:
        print(f"the database is at {after} already")
    else:
        print(f"the database is at {after} now (it was {before or 'empty'})")


@app.command()
def downgrade(
    context: typer.Context,
    revision: Annotated[str, typer.Argument(help="A migration's name, or 'base' for none.")],
    yes: Annotated[
        bool, typer.Option("--yes", help="Do not ask. Tables of later versions are dropped.")
    ] = False,
) -> None:
    """Take migrations back; what only later versions store is lost."""
    from vernacular.store.migrate import current_revision, downgrade  # noqa: PLC0415

    wiring: Wiring = context.obj
    if not yes:
        typer.confirm(f"Drop what was added after {revision!r}?", abort=True)
    downgrade(wiring.store, revision)
    print(f"the database is at {current_revision(wiring.store) or 'no migration'} now")


@app.command()
def status(context: typer.Context, as_json: JsonOption = False) -> None:
    """Show which migration the database is at."""
    from vernacular.store.migrate import current_revision, newest_revision  # noqa: PLC0415

    wiring: Wiring = context.obj
    present, newest = current_revision(wiring.store), newest_revision()
    if as_json:
        print_json({"current": present, "newest": newest, "is_current": present == newest})
    else:
        state = "current" if present == newest else "run 'vernacular db upgrade'"
        print(f"{present or 'empty'} (newest: {newest}): {state}")
