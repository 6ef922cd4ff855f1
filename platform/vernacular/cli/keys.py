"""``vernacular keys``: how programs get into the API."""

from __future__ import annotations

from typing import Annotated

import typer

from vernacular.cli.opening import open_store
from vernacular.cli.output import JsonOption, new_table, print_json, print_table

app = typer.Typer(help="Make and revoke API keys.", no_args_is_help=True)


@app.command()
def create(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Who or what will use the key.")],
    scope: Annotated[
        list[str], typer.Option(help="feedback:write or feedback:read; may be repeated.")
    ],
    as_json: JsonOption = False,
) -> None:
    """Make a key and print it; it cannot be shown again.

    The key alone goes to standard output, so that a script can keep it.
    """
    from vernacular.people.keys import create_key  # noqa: PLC0415

    with open_store(context).writing() as db:
        secret, key = create_key(db, name, scope)
    if as_json:
        print_json(
            {"key": secret, "prefix": key.prefix, "name": key.name, "scopes": list(key.scopes)}
        )
    else:
        print(secret)
        note = f"keep it safe: it is not shown again. 'vernacular keys revoke {key.prefix}' ends it"
        typer.echo(note, err=True)


@app.command("list")
def list_(context: typer.Context, as_json: JsonOption = False) -> None:
    """Show all keys by their prefixes, revoked ones included."""
    from vernacular.people.keys import list_keys  # noqa: PLC0415

    with open_store(context).reading() as db:
        keys = list_keys(db)
    if as_json:
        print_json(
            [
                {
                    "prefix": key.prefix,
                    "name": key.name,
                    "scopes": key.scopes,
                    "created_at": key.created_at,
                    "revoked_at": key.revoked_at,
                }
                for key in keys
            ]
        )
    elif not keys:
        print("there is no key yet: 'vernacular keys create NAME --scope feedback:write' makes one")
    else:
        table = new_table("prefix", "name", "scopes", "created", "state")
        for key in keys:
            day = f"{key.created_at:%Y-%m-%d %H:%M} UTC"
            state = "active" if key.revoked_at is None else "revoked"
            table.add_row(key.prefix, key.name, " ".join(key.scopes), day, state)
        print_table(table)


@app.command()
def revoke(
    context: typer.Context,
    prefix: Annotated[str, typer.Argument(help="The key's prefix, as 'keys list' shows it.")],
) -> None:
    """Make a key worthless from now on."""
    from vernacular.people.keys import revoke_key  # noqa: PLC0415

    with open_store(context).writing() as db:
        key = revoke_key(db, prefix)
    print(f"the key {key.prefix} ({key.name}) is revoked")
