"""For how long a client waits: as long as it says, and until it closes its connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from starlette.requests import Request
from starlette.types import Receive

from vernacular.errors import InvalidInput, VernacularError
from vernacular.hosting.batching.calls import ClientLeft, Patience
from vernacular.hosting.wire import TIMEOUT_HEADER

_MAX_SECONDS = 86_400.0


class Work(Protocol):
    """What is done for a client."""

    def give_up(self, error: VernacularError) -> None:
        """Ends it with ``error``, unless it has ended."""
        ...


def read_patience(http: Request) -> Patience | None:
    """Returns for how long the client of a request that comes now waits; None if it does not say.

    Raises:
        InvalidInput: what it says is no number of seconds.
    """
    given = http.headers.get(TIMEOUT_HEADER)
    if given is None:
        return None
    try:
        seconds = float(given)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= _MAX_SECONDS:
        raise InvalidInput(
            f"is a number of seconds above 0 and up to {_MAX_SECONDS:,.0f}, got {given!r:.80}",
            field=TIMEOUT_HEADER,
        )
    return Patience.begin(seconds)


@asynccontextmanager
async def giving_up_with(http: Request, work: Work) -> AsyncIterator[None]:
    """Gives up the work when its client closes the connection; the body must have been read."""
    leaving = asyncio.ensure_future(_until_gone(http.receive))
    leaving.add_done_callback(
        lambda _: work.give_up(ClientLeft("the client left before it was answered"))
    )
    try:
        yield
    finally:
        leaving.cancel()


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
