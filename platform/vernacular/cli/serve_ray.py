"""``vernacular serve ray``: model hosts in many replicas."""

from __future__ import annotations

import signal
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated

import typer

from vernacular.cli.opening import open_store
from vernacular.cli.run_engine import RayAddressOption, ThreadsOption, check_gpus

if TYPE_CHECKING:
    from vernacular.wiring import Wiring


def ray(
    context: typer.Context,
    release: Annotated[list[str], typer.Option(help="A release to load; may be repeated.")],
    replicas: Annotated[int, typer.Option(min=1, help="How many model hosts.")] = 1,
    gpus_per_replica: Annotated[
        float, typer.Option(min=0, help="GPUs of each; 0.5 puts two of them on one.")
    ] = 0.0,
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int | None, typer.Option(help="The port.")] = None,
    threads: ThreadsOption = 1,
    ray_address: RayAddressOption = None,
) -> None:
    """Serve releases from many model hosts behind one address, on Ray Serve."""
    from vernacular.evaluation.releases import check_unchanged, manifest_of  # noqa: PLC0415
    from vernacular.hosting.ray_serve import Replicas, deployed  # noqa: PLC0415
    from vernacular.store.releases import find_release  # noqa: PLC0415

    check_gpus(gpus_per_replica, "--gpus-per-replica")
    wiring: Wiring = context.obj
    with open_store(context).reading() as db:
        found = [find_release(db, name) for name in release]
        for one in found:
            check_unchanged(one)
        releases = {one.name: (manifest_of(one), Path(one.root)) for one in found}
    port = port or wiring.settings.host_port
    print(f"{', '.join(releases)}: loading {replicas} times", flush=True)
    fleet = Replicas(replicas, gpus_per_replica, threads)
    try:
        with deployed(releases, fleet, host=host, port=port, address=ray_address):
            # Ray has set its own way to end, with a page about where it was.
            signal.signal(signal.SIGTERM, signal.default_int_handler)
            print(f"{replicas} replicas answer at http://{host}:{port}", flush=True)
            Event().wait()
    except KeyboardInterrupt:
        print("stopped")
