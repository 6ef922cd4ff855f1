"""Who calls: every request but those about health carries the API key of a program."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from vernacular.api.problems import NotAuthenticated
from vernacular.people.keys import FEEDBACK_READ, FEEDBACK_WRITE, find_key, require_scope
from vernacular.store.tables.people import ApiKey
from vernacular.wiring import Wiring

_bearer = HTTPBearer(
    auto_error=False, description="an API key made with `vernacular keys create`, as a bearer token"
)
_header = APIKeyHeader(
    name="X-API-Key", auto_error=False, description="the same key in a header of its own"
)


def find_wiring(request: Request) -> Wiring:
    """Returns what the application was made with."""
    wiring: Wiring = request.app.state.wiring
    return wiring


Wired = Annotated[Wiring, Depends(find_wiring)]


def find_caller(
    wiring: Wired,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    header: Annotated[str | None, Depends(_header)],
) -> ApiKey:
    """Returns the key a request carries.

    Raises:
        NotAuthenticated: it carries none, or one that is wrong or revoked.
    """
    secret = bearer.credentials if bearer is not None else header
    if not secret:
        raise NotAuthenticated("send an API key as 'Authorization: Bearer KEY' or 'X-API-Key: KEY'")
    with wiring.store.reading() as db:
        key = find_key(db, secret)
    if key is None:
        raise NotAuthenticated("this API key is wrong or revoked: ask an administrator for one")
    return key


def find_writer(key: Annotated[ApiKey, Depends(find_caller)]) -> ApiKey:
    """Returns the caller's key if it may send feedback."""
    require_scope(key, FEEDBACK_WRITE)
    return key


def find_reader(key: Annotated[ApiKey, Depends(find_caller)]) -> ApiKey:
    """Returns the caller's key if it may read feedback."""
    require_scope(key, FEEDBACK_READ)
    return key
