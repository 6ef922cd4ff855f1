"""Reads what clients post: so much from one, so much from all, and notices when a client leaves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive

from vernacular.errors import HostBusy, InvalidInput
from vernacular.hosting.batching.calls import Call, ClientLeft
from vernacular.hosting.limits import Limits
from vernacular.hosting.routes.problems import TooLarge, misfit_of
from vernacular.hosting.wire import TIMEOUT_HEADER

Shape = TypeVar("Shape", bound=BaseModel)
Result = TypeVar("Result")

_QUICK_BYTES = 64 * 2**10
"""What is no longer than this is read in the event loop: a thread would cost more."""
_MAX_PATIENCE_SECONDS = 86_400.0


class Bodies:
    """Holds the bodies of the requests that are being read, up to a number of bytes."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._n_held = 0

    @asynccontextmanager
    async def reading(self, http: Request) -> AsyncIterator[bytes]:
        """Gives the body of a request; it counts as held until the block is left.

        Raises:
            TooLarge: it has more bytes than one may have.
            HostBusy: with it, all together would have more than the host holds.
            ClientLeft: the client closed its connection.
        """
        announced = http.headers.get("content-length", "")
        if announced.isdecimal():
            self._check(int(announced[:20]), self._n_held + int(announced[:20]))
        n_mine = 0
        parts = []
        try:
            async for part in http.stream():
                n_mine += len(part)
                self._n_held += len(part)
                self._check(n_mine, self._n_held)
                parts.append(part)
            yield parts[0] if len(parts) == 1 else b"".join(parts)
        except ClientDisconnect:
            raise ClientLeft("the client left while it was sending") from None
        finally:
            self._n_held -= n_mine

    def _check(self, n_bytes: int, n_held: int) -> None:
        if n_bytes > self._limits.max_body_bytes:
            raise TooLarge(
                f"a request has up to {self._limits.max_body_bytes:,} bytes: send less at once"
            )
        if n_held > self._limits.max_held_bytes:
            raise HostBusy(f"{self._n_held:,} bytes of requests are being read already")


async def read_shape(body: bytes, shape: type[Shape]) -> Shape:
    """Returns the JSON in ``body`` as a ``shape``.

    Raises:
        Malformed: it is no JSON.
        Misfit: its values do not fit.
    """
    try:
        return await beside(len(body), lambda: shape.model_validate_json(body))
    except ValidationError as error:
        raise misfit_of(error) from None


async def beside(n_bytes: int, work: Callable[[], Result]) -> Result:
    """Returns ``work()``, done in a thread where ``n_bytes`` tell that it may take long."""
    if n_bytes <= _QUICK_BYTES:
        return work()
    return await asyncio.to_thread(work)


def read_patience(http: Request) -> float | None:
    """Returns for how many seconds the client waits; None where it does not say.

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
    if not 0 < seconds <= _MAX_PATIENCE_SECONDS:
        raise InvalidInput(
            f"is a number of seconds above 0 and up to {_MAX_PATIENCE_SECONDS:,.0f}, got {given!r}",
            field=TIMEOUT_HEADER,
        )
    return seconds


@asynccontextmanager
async def giving_up_with(http: Request, call: Call) -> AsyncIterator[None]:
    """Gives up the call when its client closes the connection; the body must have been read."""
    leaving = asyncio.ensure_future(_until_gone(http.receive))
    leaving.add_done_callback(
        lambda _: call.give_up(ClientLeft("the client left before it was answered"))
    )
    try:
        yield
    finally:
        leaving.cancel()


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
