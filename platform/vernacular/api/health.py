"""Routes for whoever watches the service: does it live, and can it work?"""

from __future__ import annotations

import logging
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from vernacular.api.authentication import Wired
from vernacular.api.problems import NOT_READY, NotReady, problem_responses
from vernacular.errors import Conflict, VernacularError
from vernacular.store.migrate import require_current

log = logging.getLogger(__name__)

router = APIRouter(tags=["health"])


class HealthShape(BaseModel):
    """All is well."""

    status: Literal["ok"] = "ok"


@router.get("/healthz", summary="Is the process alive?")
def read_health() -> HealthShape:
    return HealthShape()


@router.get(
    "/readyz",
    summary="Can it work?",
    description="It can when the database answers and is at the newest migration.",
    responses=problem_responses(
        {NOT_READY: "the database is empty: run 'vernacular db upgrade'"},
    ),
)
def read_readiness(wiring: Wired) -> HealthShape:
    try:
        wiring.store.ping()
        require_current(wiring.store)
    except Conflict as error:
        raise NotReady(str(error)) from error
    except VernacularError as error:
        # Anybody may ask, so the answer keeps the database's address to itself.
        log.warning("not ready: %s", error)
        raise NotReady("the database does not answer; the service's log says more") from error
    return HealthShape()
