"""``vernacular release``: versions of an assistant."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vernacular.cli.opening import open_store
from vernacular.cli.output import JsonOption, complain, new_table, print_json, print_table

app = typer.Typer(help="Register releases and accept one as the baseline.", no_args_is_help=True)


@app.command()
def add(
    context: typer.Context,
    manifest: Annotated[Path, typer.Argument(help="The release's manifest (YAML).")],
) -> None:
    """Register the release that a manifest describes."""
    from vernacular.evaluation.releases import (  # noqa: PLC0415
        add_release,
        list_unknown_locales,
        manifest_of,
    )

    store = open_store(context)
    with store.writing() as db:
        release, is_new = add_release(db, manifest)
    print(f"release {release.name} {'added' if is_new else 'is registered already'}")
    if unknown := list_unknown_locales(manifest_of(release)):
        complain(
            f"trained_locales: no language or place is known as {', '.join(unknown)}; if that is a"
            f" slip, mend it: 'vernacular release remove {release.name}', then add it again",
            is_warning=True,
        )


@app.command()
def remove(
    context: typer.Context, name: Annotated[str, typer.Argument(help="The release's name.")]
) -> None:
    """Take back a release that was registered by mistake; only where nothing refers to it."""
    from vernacular.evaluation.releases import remove_release  # noqa: PLC0415

    with open_store(context).writing() as db:
        release = remove_release(db, name)
    print(f"release {name} removed")
    if release.accepted_at is not None:
        complain(
            f"it had been accepted: see in 'vernacular release list' what {release.assistant}'s"
            " baseline is now",
            is_warning=True,
        )


@app.command()
def accept(
    context: typer.Context, name: Annotated[str, typer.Argument(help="The release's name.")]
) -> None:
    """Make a release the baseline that later ones are compared with."""
    from vernacular.comparison.verdict import Verdict  # noqa: PLC0415
    from vernacular.store.gates import find_newest_verdict  # noqa: PLC0415
    from vernacular.store.releases import (  # noqa: PLC0415
        accept_release,
        find_accepted,
        find_release,
    )

    store = open_store(context)
    with store.writing() as db:
        before = find_accepted(db, find_release(db, name).assistant)
        release = accept_release(db, name)
        decided = find_newest_verdict(db, release.id)
    replaces = before is not None and before.name != name
    was = f" (it was {before.name})" if before is not None and replaces else ""
    print(f"{name} is the accepted release of {release.assistant} now{was}")
    if replaces and decided is None:
        complain(f"no gate has judged {name}", is_warning=True)
    elif replaces and decided != Verdict.PASS:
        complain(f"the gate's last word on {name} was {decided}", is_warning=True)


@app.command("list")
def list_(context: typer.Context, as_json: JsonOption = False) -> None:
    """Show all releases, newest first."""
    from vernacular.store.releases import list_releases  # noqa: PLC0415

    store = open_store(context)
    with store.reading() as db:
        releases = list_releases(db)
    if as_json:
        print_json(
            [
                {
                    "name": one.name,
                    "assistant": one.assistant,
                    "added_at": one.added_at,
                    "accepted_at": one.accepted_at,
                    "manifest": one.manifest,
                }
                for one in releases
            ]
        )
    elif not releases:
        print("there is no release yet: 'vernacular release add MANIFEST.yaml' registers one")
    else:
        table = new_table("release", "assistant", "added", "accepted")
        for one in releases:
            accepted = f"{one.accepted_at:%Y-%m-%d %H:%M} UTC" if one.accepted_at else ""
            table.add_row(one.name, one.assistant, f"{one.added_at:%Y-%m-%d %H:%M} UTC", accepted)
        print_table(table)
