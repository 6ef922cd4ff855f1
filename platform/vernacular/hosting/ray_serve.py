"""Deploys the model host on Ray Serve: the same application, in as many replicas as are wanted.

Batching stays the host's own, inside each replica; Serve spreads the calls, watches the replicas
and replaces those that die.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import FastAPI
from pydantic import Field

from vernacular.assistants.manifest import Manifest, read_manifest
from vernacular.checked_yaml import Strict
from vernacular.errors import InvalidInput, ModelUnavailable, NotFound
from vernacular.hosting.limits import Limits
from vernacular.hosting.releases.loading import State
from vernacular.hosting.server import create_host
from vernacular.ray_cluster import (
    check_room,
    import_ray,
    joined_to_ray,
    keep_replica_on_own_address,
    see_own_gpus_only,
)

if TYPE_CHECKING:
    from ray.serve import Application

APPLICATION = "vernacular-host"
DEPLOYMENT = "ModelHost"

_LOOK_AGAIN_SECONDS = 0.2

Releases = Mapping[str, tuple[Manifest, Path]]
"""By name: the manifest, and the folder its weights start from, the same on every machine."""


class ServedReleases(Strict):
    """What a configuration file of Serve says under ``args``."""

    manifests: Annotated[tuple[str, ...], Field(min_length=1)]
    """Files, under the same path on every machine."""
    threads: Annotated[int, Field(ge=1, le=64)] = 1


@dataclass(frozen=True, slots=True)
class Replicas:
    """How many model hosts there are, and what each of them reserves."""

    n: int = 1
    gpus_each: float = 0.0
    """0.5 puts two of them on one GPU; with 0 they see none."""
    threads: int = 1
    """CPU threads, and CPUs."""


class HostReplica:
    """One model host, as Serve sees it."""

    app: FastAPI
    """Made by Serve when the replica starts."""

    async def check_health(self) -> None:
        """Waits until the releases are loaded: no call comes before this has returned once.

        Raises:
            ModelUnavailable: one could not be loaded; Serve then starts the replica anew.
        """
        releases = self.app.state.releases
        while any(one.state is State.LOADING for one in releases.list_all()):
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)
        for one in releases.list_all():
            if one.state is State.FAILED:
                raise ModelUnavailable(f"release {one.name!r} could not be loaded: {one.reason}")


def make_application(releases: Releases, replicas: Replicas) -> Application:
    """Returns what Serve is to run."""
    from ray import serve  # noqa: PLC0415 - an extra

    limits = Limits()

    def find(name: str) -> tuple[Manifest, Path]:
        if name not in releases:
            raise NotFound(f"there is no release {name!r} in this deployment")
        return releases[name]

    def make_host() -> FastAPI:
        see_own_gpus_only()
        keep_replica_on_own_address()
        return create_host(
            find=find,
            preload=tuple(releases),
            # What is loaded or unloaded by a call would be so in one replica only.
            are_fixed=True,
            threads=replicas.threads,
            limits=limits,
        )

    deployment: Any = serve.deployment(
        name=DEPLOYMENT,
        num_replicas=replicas.n,
        ray_actor_options={"num_cpus": replicas.threads, "num_gpus": replicas.gpus_each},
        # With Serve's own 5 there would be nothing to batch. The host sends away who is too many.
        max_ongoing_requests=limits.max_waiting,
        graceful_shutdown_timeout_s=limits.stop_seconds + 10,
        logging_config=_quiet(),
    )(serve.ingress(make_host)(HostReplica))
    application: Application = deployment.bind()
    return application


def build(args: ServedReleases) -> Application:
    """Returns the application of a configuration file (``serve run FILE``, ``serve deploy FILE``).

    How many replicas there are, and what each reserves, the file says itself.

    Raises:
        InvalidInput: a manifest is wrong, or two describe releases of the same name.
    """
    releases: dict[str, tuple[Manifest, Path]] = {}
    for file in args.manifests:
        path = Path(file)
        manifest = read_manifest(path)
        if manifest.release in releases:
            raise InvalidInput(f"another manifest describes {manifest.release}, too", file=file)
        releases[manifest.release] = (manifest, path.absolute().parent)
    return make_application(releases, Replicas(threads=args.threads))


@contextmanager
def deployed(
    releases: Releases, replicas: Replicas, *, host: str, port: int, address: str | None = None
) -> Iterator[None]:
    """Has the releases answer at ``host`` and ``port`` inside the block.

    Raises:
        ModelUnavailable: there is no Ray, or a release could not be loaded.
        InvalidInput: the cluster is too small for so many replicas.
    """
    with joined_to_ray(address, max(os.cpu_count() or 1, replicas.n * replicas.threads)):
        check_room(replicas.n, replicas.threads, replicas.gpus_each, import_ray().nodes())
        from ray import serve  # noqa: PLC0415 - an extra

        logging.getLogger("ray.serve").setLevel(logging.CRITICAL)
        serve.start(http_options={"host": host, "port": port}, logging_config=_quiet())
        try:
            try:
                serve.run(make_application(releases, replicas), name=APPLICATION)
            except RuntimeError as error:
                raise ModelUnavailable(_find_reason(serve.status().applications)) from error
            yield
        finally:
            serve.delete(APPLICATION)


def _quiet() -> dict[str, Any]:
    # A line per request costs more than the request, and the host counts them itself.
    return {"log_level": "WARNING", "enable_access_log": False}


def _find_reason(applications: Mapping[Any, Any]) -> str:
    """Returns in one line why the deployment failed, from what Serve says in many."""
    status = applications[APPLICATION]
    said = [status.message, *(one.message for one in status.deployments.values())]
    lines: Sequence[str] = [line.strip() for text in said for line in text.splitlines()]
    ours = f"{ModelUnavailable.__module__}.{ModelUnavailable.__name__}: "
    reasons = [line.removeprefix(ours) for line in lines if line.startswith(ours)]
    return (reasons or [line for line in lines if line] or ["Serve did not say why"])[-1]
