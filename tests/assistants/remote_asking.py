"""Asks a server that behaves as a test wants, and tells what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pydantic import HttpUrl

from tests.assistants.odd_server import Call
from vernacular.assistants.remote.calls import RemoteServer
from vernacular.assistants.stage_specs import HttpService
from vernacular.errors import VernacularError

GOOD = {"said": "yes"}


def service(url: str, **fields: Any) -> HttpService:
    """Returns what a manifest says of a server, that it is asked once and has five seconds."""
    given = {"timeout_seconds": 5.0, "n_retries": 0, **fields}
    return HttpService(engine="http", url=HttpUrl(url), **given)


def ask_for(url: str, n_items: int = 1, **fields: Any) -> list[Any]:
    """Asks a server for some items; each gives the body that came, or its error."""
    max_bytes = fields.pop("max_bytes", 10_000)
    server = RemoteServer(service(url, **fields), max_bytes)

    async def ask(item: int) -> bytes:
        return (await server.post("things", json={"item": item})).data

    try:
        return server.ask_all(list(range(n_items)), ask)
    finally:
        server.close()


def error_of(results: Sequence[Any]) -> VernacularError:
    """Returns the one error that came where one item was asked for."""
    assert len(results) == 1
    assert isinstance(results[0], VernacularError)
    return results[0]


def refuse(status: int, **headers: str) -> Callable[[Call], None]:
    """Answers every call with a status."""
    return lambda call: call.send({"error": {"message": "not now"}}, status, **headers)


def well_at(number: int, before: Callable[[Call], None]) -> Callable[[Call], None]:
    """Behaves like ``before`` until the call of that number, and well from then on."""
    return lambda call: call.send(GOOD) if call.number >= number else before(call)
