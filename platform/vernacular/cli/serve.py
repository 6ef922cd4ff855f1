"""``vernacular serve``: the processes that stay."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Annotated

import typer

from vernacular.cli.opening import open_store
from vernacular.wiring import Wiring

app = typer.Typer(help="Serve the tester UI, the API and the model host.", no_args_is_help=True)

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
    release: Annotated[list[str], typer.Option(help="A release to load; may be repeated.")],
    host: HostOption = "127.0.0.1",
    port: Annotated[int | None, typer.Option(help="The port.")] = None,
    threads: Annotated[int, typer.Option(min=1, max=64, help="CPU threads.")] = 1,
) -> None:
    """Load releases and answer for them."""
    import uvicorn  # noqa: PLC0415

    from vernacular.assistants.load import load_assistant  # noqa: PLC0415
    from vernacular.evaluation.releases import manifest_of  # noqa: PLC0415
    from vernacular.hosting.server import create_host  # noqa: PLC0415
    from vernacular.store.releases import find_release  # noqa: PLC0415

    wiring: Wiring = context.obj
    with open_store(context).reading() as db:
        found = [find_release(db, name) for name in release]
    assistants = {
        one.name: load_assistant(manifest_of(one), Path(one.root), threads=threads) for one in found
    }
    application = create_host(assistants)
    uvicorn.run(application, host=host, port=port or wiring.settings.host_port, log_level="info")
