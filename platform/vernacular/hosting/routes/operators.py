"""Lets only a host's operator load and unload releases."""

from __future__ import annotations

import hmac
from ipaddress import ip_address

from starlette.requests import Request

from vernacular.errors import Forbidden
from vernacular.hosting.routes.problems import NotAuthenticated

TOKEN_VARIABLE = "VERNACULAR_HOST_TOKEN"  # noqa: S105 - the variable's name, not a token

# Set by proxies and by browsers. Either may speak from this machine for somebody else.
_IN_BETWEEN = ("forwarded", "x-forwarded-for", "x-real-ip", "origin")


class OperatorGuard:
    """Knows an operator by a token, or where none is configured by being on this machine."""

    def __init__(self, token: str | None) -> None:
        # An empty variable is none: otherwise whoever sends nothing would have the token.
        self._token = token.encode() if token else None

    def __call__(self, request: Request) -> None:
        """Lets the request pass.

        Raises:
            NotAuthenticated: it lacks the token.
            Forbidden: no token is configured, and it comes from elsewhere.
        """
        if self._token is None:
            if not _comes_from_here(request):
                raise Forbidden(
                    "releases are loaded and unloaded from the host's own machine, or with a token:"
                    f" start the host with {TOKEN_VARIABLE} set"
                )
            return
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(given.encode(), self._token):
            raise NotAuthenticated(f"send 'Authorization: Bearer' with the {TOKEN_VARIABLE}")


def refuse_everybody(_request: Request) -> None:
    """Lets nobody pass: a call reaches one of several hosts, and would change that one alone.

    Raises:
        Forbidden: always.
    """
    raise Forbidden(
        "the releases of this deployment are fixed when it is deployed: redeploy with --release"
        " for each that it is to have"
    )


def _comes_from_here(request: Request) -> bool:
    if request.client is None or any(name in request.headers for name in _IN_BETWEEN):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False
