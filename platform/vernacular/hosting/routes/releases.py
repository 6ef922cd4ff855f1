"""Which releases a host has, and for its operator loading and unloading them."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Depends, Request, Response

from vernacular.hosting.releases.loading import Hosted, Releases
from vernacular.hosting.routes.bodies import Bodies
from vernacular.hosting.translating import to_wire_footprint
from vernacular.hosting.wire import HostedReleases, LoadBody, WireFootprint, WireRelease

_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/LoadBody"}}},
    }
}


def make_release_routes(
    releases: Releases, bodies: Bodies, guard: Callable[[Request], None]
) -> APIRouter:
    """Returns the routes; those that change something let only whom ``guard`` lets pass."""
    router = APIRouter(prefix="/v1/releases")

    @router.get("")
    async def list_releases() -> HostedReleases:
        """Lists the releases that answer, are loading, or could not be loaded."""
        return HostedReleases(releases=[_describe(one) for one in releases.list_all()])

    @router.get("/{name}")
    async def read_release(name: str) -> WireRelease:
        """Says where one release stands."""
        return _describe(releases.find_hosted(name))

    @router.post("", dependencies=[Depends(guard)], openapi_extra=_BODY)
    async def load(http: Request, response: Response) -> WireRelease:
        """Begins to load a registered release: 202 while it loads, 200 if it answers already."""
        async with bodies.reading(http) as body:
            name = (await bodies.read_shape(body, LoadBody)).name
        task = await releases.load(name)
        hosted = releases.find_hosted(name)
        response.status_code = 202 if task is not None or hosted.batcher is None else 200
        response.headers["Location"] = f"/v1/releases/{name}"
        return _describe(hosted)

    @router.delete("/{name}", status_code=204, dependencies=[Depends(guard)])
    async def unload(name: str) -> None:
        """Unloads a release; the answer comes when its memory is free."""
        await releases.unload(name)

    return router


def _describe(hosted: Hosted) -> WireRelease:
    batcher, manifest = hosted.batcher, hosted.manifest
    return WireRelease(
        name=hosted.name,
        state=hosted.state.value,
        reason=hosted.reason,
        n_waiting=0 if batcher is None else batcher.n_waiting(),
        hears=None if manifest is None else manifest.hears,
        speaks=None if manifest is None else manifest.speaks,
        footprint=WireFootprint() if batcher is None else to_wire_footprint(batcher.footprint()),
    )
