"""Makes the HTTP API."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from fastapi import FastAPI

from vernacular.api import feedback, health
from vernacular.api.body_limit import BodyLimit
from vernacular.api.problems import add_problem_handlers, problem_schemas
from vernacular.api.security_headers import SecurityHeaders
from vernacular.wiring import Wiring


def create_api(wiring: Wiring) -> FastAPI:
    """Returns the API as an ASGI application; who made the wiring closes it."""
    api = FastAPI(
        title="Vernacular",
        summary="Takes in feedback from production and gives it back.",
        version=version("vernacular"),
        # The pages of these load scripts from elsewhere; the description itself is enough.
        docs_url=None,
        redoc_url=None,
    )
    api.state.wiring = wiring
    add_problem_handlers(api)
    api.include_router(feedback.router)
    api.include_router(health.router)
    api.add_middleware(BodyLimit, max_bytes=wiring.settings.max_body_bytes)
    api.add_middleware(SecurityHeaders)
    _describe_problems(api)
    return api


def _describe_problems(api: FastAPI) -> None:
    describe = api.openapi

    def describe_with_problems() -> dict[str, Any]:
        description = describe()
        description["components"]["schemas"].update(problem_schemas())
        return description

    api.openapi = describe_with_problems  # type: ignore[method-assign]
