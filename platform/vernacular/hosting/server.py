"""The model host: one process that keeps releases loaded and answers for them over HTTP."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from vernacular.assistants.contract import Assistant
from vernacular.assistants.contract import Request as Utterance
from vernacular.errors import HostBusy, InvalidInput, ModelUnavailable, NotFound, VernacularError
from vernacular.hosting.batching import Batcher
from vernacular.hosting.wire import (
    LoadedReleases,
    PredictAnswer,
    PredictBody,
    from_body,
    to_wire,
)

log = logging.getLogger(__name__)

STATUS = {
    HostBusy: 503,
    ModelUnavailable: 503,
    NotFound: 404,
    InvalidInput: 422,
    VernacularError: 500,
}


def create_host(assistants: Mapping[str, Assistant]) -> FastAPI:
    """Returns the host's application over loaded releases, by name."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        batchers = {name: Batcher(assistant) for name, assistant in assistants.items()}
        for name, batcher in batchers.items():
            batcher.start()
            # The first forward pass allocates; no tester should wait for that.
            await batcher.predict([Utterance("hello", "en-US")])
            log.info("release %s is ready", name)
        app.state.batchers = batchers
        yield
        for batcher in batchers.values():
            await batcher.stop()

    app = FastAPI(title="Vernacular model host", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.batchers = {}

    @app.exception_handler(VernacularError)
    async def problem(_request: Request, error: VernacularError) -> JSONResponse:
        status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
        headers = {}
        if isinstance(error, HostBusy):
            headers["Retry-After"] = str(max(1, round(error.retry_after_seconds)))
        body = {"title": type(error).__name__, "status": status, "detail": str(error)}
        return JSONResponse(body, status, headers=headers, media_type="application/problem+json")

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz")
    async def readyz() -> dict[str, str]:
        if len(app.state.batchers) < len(assistants):
            raise ModelUnavailable("the releases are still loading")
        return {"status": "ready"}

    @app.get("/v1/releases")
    async def releases() -> LoadedReleases:
        return LoadedReleases(releases=sorted(app.state.batchers))

    @app.post("/v1/predict")
    async def predict(body: PredictBody) -> PredictAnswer:
        batcher = app.state.batchers.get(body.release)
        if batcher is None:
            loaded = ", ".join(sorted(app.state.batchers)) or "none"
            raise NotFound(f"release {body.release!r} is not loaded here; loaded: {loaded}")
        answers = await batcher.predict(from_body(body))
        return PredictAnswer(answers=[to_wire(answer) for answer in answers])

    return app
