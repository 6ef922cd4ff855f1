"""The routes by which a host is watched: alive, ready, and its metrics."""

from __future__ import annotations

from fastapi import APIRouter, Response

from vernacular.errors import ModelUnavailable
from vernacular.hosting.batching.calls import NotNow
from vernacular.hosting.metrics import MEDIA_TYPE, HostMetrics
from vernacular.hosting.releases.loading import Releases, State


def make_health_routes(releases: Releases, host_metrics: HostMetrics) -> APIRouter:
    """Returns the routes by which a host is watched."""
    router = APIRouter()

    @router.get("/healthz")
    async def healthz() -> dict[str, str]:
        """Says that the process runs."""
        return {"status": "ok"}

    @router.get("/readyz")
    async def readyz() -> dict[str, object]:
        """Says whether a release answers and none is loading."""
        hosted = releases.list_all()
        if any(one.state is State.LOADING for one in hosted):
            raise NotNow("the releases are still loading")
        failed = {one.name: one.reason for one in hosted if one.state is State.FAILED}
        if len(failed) == len(hosted):
            why = "; ".join(f"{name}: {reason}" for name, reason in failed.items())
            raise ModelUnavailable(f"no release is loaded{': ' if why else ''}{why}")
        return {"status": "ready", "failed": failed} if failed else {"status": "ready"}

    @router.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        return Response(host_metrics.render(), media_type=MEDIA_TYPE)

    return router
