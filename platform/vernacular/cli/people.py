"""``vernacular people``: accounts of those who work with the platform."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from vernacular.cli.opening import open_store
from vernacular.cli.output import JsonOption, new_table, print_json, print_table

app = typer.Typer(help="Add people, and see who there is.", no_args_is_help=True)

LoginArgument = Annotated[str, typer.Argument(help="What the person signs in with.")]
StdinOption = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input.")
]


@app.command()
def add(
    context: typer.Context,
    login: LoginArgument,
    name: Annotated[str, typer.Option(help="The name others see.")],
    role: Annotated[str, typer.Option(help="tester, engineer or admin.")] = "tester",
    locale: Annotated[
        list[str] | None, typer.Option(help="A locale she speaks; repeat it, the best one first.")
    ] = None,
    language: Annotated[str, typer.Option(help="The language she reads the platform in.")] = "en",
    password_stdin: StdinOption = False,
) -> None:
    """Add an account; the password is asked for unless it comes from standard input."""
    from vernacular.people.accounts import add_person  # noqa: PLC0415

    store = open_store(context)
    password = _read_password(password_stdin)
    with store.writing() as db:
        person = add_person(
            db,
            login,
            name,
            password,
            role=role,
            locales=locale or (),
            ui_language=language,
        )
    print(f"added {person.login} ({person.display_name}, {person.role})")


@app.command("set-dialect")
def set_dialect(
    context: typer.Context,
    login: LoginArgument,
    locale: Annotated[str, typer.Argument(help="One of the person's locales.")],
    dialect: Annotated[
        str | None, typer.Argument(help="As she names it; leave it out to forget it.")
    ] = None,
) -> None:
    """Store the dialect a person speaks; what she collects from now on carries it."""
    from vernacular.people import accounts  # noqa: PLC0415

    with open_store(context).writing() as db:
        accounts.set_dialect(db, login, locale, dialect)
    print(f"{login} speaks {dialect or 'no named dialect'} in {locale}")


@app.command("set-accent")
def set_accent(
    context: typer.Context,
    login: LoginArgument,
    locale: Annotated[str, typer.Argument(help="One of the person's locales.")],
    accent: Annotated[
        str | None, typer.Argument(help="As she names it; leave it out to forget it.")
    ] = None,
) -> None:
    """Store the accent a person speaks with; what she records from now on carries it."""
    from vernacular.people import accounts  # noqa: PLC0415

    with open_store(context).writing() as db:
        accounts.set_accent(db, login, locale, accent)
    said = "no named accent" if accent is None else f"accent {accent!r}"
    print(f"{login} speaks {locale} with {said}")


@app.command("list")
def list_(context: typer.Context, as_json: JsonOption = False) -> None:
    """Show everybody who has an account."""
    from vernacular.people.accounts import list_people, locales_by_person  # noqa: PLC0415

    with open_store(context).reading() as db:
        people = list_people(db)
        locales = locales_by_person(db, people)
    if as_json:
        print_json(
            [
                {
                    "login": person.login,
                    "display_name": person.display_name,
                    "role": person.role,
                    "locales": locales[person.id],
                    "ui_language": person.ui_language,
                    "created_at": person.created_at,
                    "disabled_at": person.disabled_at,
                }
                for person in people
            ]
        )
    elif not people:
        print("there is nobody yet: 'vernacular people add LOGIN --name NAME' adds an account")
    else:
        table = new_table("login", "name", "role", "locales", "language", "state")
        for person in people:
            state = "active" if person.disabled_at is None else "disabled"
            spoken = " ".join(locales[person.id])
            table.add_row(
                person.login,
                person.display_name,
                person.role,
                spoken,
                person.ui_language,
                state,
            )
        print_table(table)


@app.command("set-password")
def set_password_(
    context: typer.Context, login: LoginArgument, password_stdin: StdinOption = False
) -> None:
    """Give a person a new password; every browser she is signed in with is signed out."""
    from vernacular.people.accounts import set_password  # noqa: PLC0415

    store = open_store(context)
    password = _read_password(password_stdin)
    with store.writing() as db:
        set_password(db, login, password)
    print(f"{login} has a new password")


@app.command()
def disable(context: typer.Context, login: LoginArgument) -> None:
    """Close an account; what the person contributed stays."""
    from vernacular.people.accounts import disable_person  # noqa: PLC0415

    with open_store(context).writing() as db:
        disable_person(db, login)
    print(f"{login} is disabled and signed out")


def _read_password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
