"""``vernacular serve``: the processes that stay."""

from __future__ import annotations

import importlib
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vernacular.cli.opening import open_store
from vernacular.cli.serve_ray import ray
from vernacular.wiring import Wiring

if TYPE_CHECKING:
    from vernacular.assistants.manifest import Manifest

app = typer.Typer(help="Serve the tester UI, the API and the model host.", no_args_is_help=True)

app.command("ray")(ray)

HostOption = Annotated[str, typer.Option("--host", help="The address to listen on.")]


@app.command()
def ui(
    context: typer.Context,
    host: HostOption = "127.0.0.1",
    port: Annotated[int | None, typer.Option(help="The port.")] = None,
) -> None:
    """Serve the tester UI, with sign-in and the API beside it."""
    from vernacular.places import find_folder  # noqa: PLC0415

    wiring: Wiring = context.obj
    open_store(context)
    # The UI lies outside the package in a checkout; its folder is the root of its modules.
    sys.path.insert(0, str(find_folder("ui")))
    ui_server = importlib.import_module("serve")
    ui_server.run(wiring, host=host, port=port or wiring.settings.ui_port)


@app.command()
def api(
    context: typer.Context,
    host: HostOption = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port.")] = 8720,
) -> None:
    """Serve the HTTP API alone."""
    import uvicorn  # noqa: PLC0415

    from vernacular.api.app import create_api  # noqa: PLC0415

    wiring: Wiring = context.obj
    open_store(context)
    uvicorn.run(create_api(wiring), host=host, port=port, log_level="info")


@app.command("host")
def model_host(
    context: typer.Context,
    release: Annotated[
        list[str] | None, typer.Option(help="A release to load; may be repeated.")
    ] = None,
    host: HostOption = "127.0.0.1",
    port: Annotated[int | None, typer.Option(help="The port.")] = None,
    threads: Annotated[int, typer.Option(min=1, max=64, help="CPU threads.")] = 1,
    max_batch: Annotated[
        int, typer.Option(min=1, max=4096, help="Utterances handed to a release at once.")
    ] = 64,
    max_waiting: Annotated[
        int, typer.Option(min=256, help="Utterances that may wait for one release.")
    ] = 512,
    stop_seconds: Annotated[
        float, typer.Option(min=0, max=3600, help="What is in hand may take on stopping.")
    ] = 10.0,
) -> None:
    """Load releases and answer for them; more can be loaded while it runs."""
    from vernacular.evaluation.releases import check_unchanged, manifest_of  # noqa: PLC0415
    from vernacular.hosting.limits import Limits  # noqa: PLC0415
    from vernacular.hosting.server import create_host  # noqa: PLC0415
    from vernacular.hosting.serving import serve_host  # noqa: PLC0415
    from vernacular.store.releases import find_release  # noqa: PLC0415

    wiring: Wiring = context.obj
    store = open_store(context)

    def find(name: str) -> tuple[Manifest, Path]:
        with store.reading() as db:
            found = find_release(db, name)
        check_unchanged(found)
        return manifest_of(found), Path(found.root)

    for name in release or ():
        find(name)
    # Which releases have been loaded is said beside what the server itself says.
    logging.basicConfig(format="%(levelname)s:     %(message)s")
    logging.getLogger("vernacular.hosting").setLevel(logging.INFO)
    limits = Limits(max_batch=max_batch, max_waiting=max_waiting, stop_seconds=stop_seconds)
    application = create_host(
        find=find,
        preload=release or (),
        token=wiring.settings.host_token,
        threads=threads,
        limits=limits,
    )
    serve_host(application, host=host, port=port or wiring.settings.host_port, limits=limits)
