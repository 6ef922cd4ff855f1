"""The model host: one process that keeps releases loaded and answers for them over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from vernacular.assistants.contract import Assistant
from vernacular.assistants.manifest import Manifest
from vernacular.errors import NotFound
from vernacular.hosting.limits import Limits
from vernacular.hosting.metrics import HostMetrics
from vernacular.hosting.recordings import Recordings
from vernacular.hosting.releases.loading import Find, Releases
from vernacular.hosting.routes.answering import Answering
from vernacular.hosting.routes.bodies import Bodies
from vernacular.hosting.routes.health import make_health_routes
from vernacular.hosting.routes.openai import make_openai_routes
from vernacular.hosting.routes.operators import OperatorGuard, refuse_everybody
from vernacular.hosting.routes.predict import make_predict_route
from vernacular.hosting.routes.problems import add_problem_handlers
from vernacular.hosting.routes.releases import make_release_routes
from vernacular.hosting.wire import LoadBody, PredictBody


def _find_none(name: str) -> tuple[Manifest, Path]:
    raise NotFound(f"there is no release {name!r} that this host could load")


def create_host(
    assistants: Mapping[str, Assistant] | None = None,
    *,
    find: Find = _find_none,
    preload: Sequence[str] = (),
    token: str | None = None,
    are_fixed: bool = False,
    threads: int = 1,
    limits: Limits | None = None,
) -> FastAPI:
    """Returns the host's application.

    Its ``state`` holds the ``releases``, as ``start_failure`` why not one of ``preload`` could be
    loaded, which is None unless all have failed, and as ``stop`` what tells those who wait.

    Args:
        assistants: releases that are loaded already, by name; the host answers when they have
            been warmed up, and closes them at the end.
        find: gives the manifest of any other release, and the folder its weights start from.
        preload: releases to load at once, in the background and one after the other.
        token: what an operator shows to load and unload releases; None: who is on this machine.
        are_fixed: whether nobody at all may load and unload releases by a call.
        threads: CPU threads of torch.
        limits: how much the host takes on.
    """
    limits = limits or Limits()
    metrics = HostMetrics()
    releases = Releases(find, limits=limits, metrics=metrics, threads=threads)
    metrics.watch(releases)
    bodies = Bodies(limits)

    async def stop() -> None:
        bodies.stop()
        await releases.stop()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        for name, assistant in (assistants or {}).items():
            await releases.begin(name, lambda assistant=assistant: assistant)  # type: ignore[misc]
        loading = [await releases.load(name) for name in preload]

        async def watch_loading() -> None:
            await asyncio.gather(*(task for task in loading if task is not None))
            app.state.start_failure = releases.find_total_failure(preload)

        watching = asyncio.create_task(watch_loading())
        yield
        watching.cancel()
        await stop()

    app = FastAPI(
        title="Vernacular model host",
        version=version("vernacular"),
        lifespan=lifespan,
        # The pages of these load scripts from elsewhere; the description itself is enough.
        docs_url=None,
        redoc_url=None,
    )
    app.state.releases = releases
    app.state.start_failure = None
    app.state.stop = stop
    add_problem_handlers(app)
    answering = Answering(releases, Recordings(limits), metrics)
    # The first is looked for first, and asked for most.
    app.include_router(make_predict_route(answering, bodies))
    app.include_router(make_openai_routes(answering, bodies))
    guard = refuse_everybody if are_fixed else OperatorGuard(token)
    app.include_router(make_release_routes(releases, bodies, guard))
    app.include_router(make_health_routes(releases, metrics))
    _describe_bodies(app)
    return app


def _describe_bodies(app: FastAPI) -> None:
    """Adds the shapes that routes read by hand, of which FastAPI knows nothing."""
    describe = app.openapi

    def describe_with_bodies() -> dict[str, Any]:
        description = describe()
        for shape in (PredictBody, LoadBody):
            schema = shape.model_json_schema(ref_template="#/components/schemas/{model}")
            nested = schema.pop("$defs", {})
            description["components"]["schemas"].update({shape.__name__: schema, **nested})
        return description

    app.openapi = describe_with_bodies  # type: ignore[method-assign]
