"""Reads what clients post: so much from one, so much from all, and not for ever."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect, Request

from vernacular.errors import HostBusy
from vernacular.hosting.batching.calls import ClientLeft
from vernacular.hosting.batching.daemons import Daemons
from vernacular.hosting.limits import Limits
from vernacular.hosting.routes.arrivals import Arrivals
from vernacular.hosting.routes.problems import TooLarge, misfit_of

Shape = TypeVar("Shape", bound=BaseModel)
Result = TypeVar("Result")

_QUICK_BYTES = 64 * 2**10
"""What is no longer than this is read in the event loop: a thread would cost more."""
_N_THREADS = 8
_RESERVE = 8
"""One part in so many of what may be held is for bodies that are read quickly."""
_MAX_MARKS = 2**18
"""Names and texts of 256 requests, each with 200 values established, are 220,000 quotes."""
_MAX_COMMAS = 2**22
"""256 texts of nothing but commas have 2.6 million."""


class Bodies:
    """Holds the bodies of the requests that are being read, up to a number of bytes."""

    def __init__(self, limits: Limits) -> None:
        self.threads = Daemons(_N_THREADS, "reading")
        """For what would hold up the event loop."""
        self._limits = limits
        self._n_held = 0
        self._arrivals = Arrivals(limits.max_piece_seconds)

    @asynccontextmanager
    async def reading(self, http: Request) -> AsyncIterator[bytes]:
        """Gives the body of a request; it counts as held until the block is left.

        Raises:
            TooLarge: it has more bytes than one may have.
            TooSlow: it does not arrive in time.
            HostBusy: with it, all together would have more than the host holds.
            ClientLeft: the client closed its connection.
            NotNow: the host is stopping.
        """
        announced = http.headers.get("content-length", "")
        if announced.isdecimal():
            self._check(int(announced[:20]), int(announced[:20]))
        n_mine = 0
        parts = []
        try:
            with self._arrivals.watching() as arrival:
                async for part in http.stream():
                    n_mine += len(part)
                    self._n_held += len(part)
                    self._check(n_mine, 0)
                    parts.append(part)
                    arrival.note(n_mine)
            yield parts[0] if len(parts) == 1 else b"".join(parts)
        except ClientDisconnect:
            raise ClientLeft("the client left while it was sending") from None
        finally:
            self._n_held -= n_mine

    def stop(self) -> None:
        """Tells those whose bodies are still arriving that the host stops."""
        self._arrivals.stop()

    async def read_shape(self, body: bytes, shape: type[Shape]) -> Shape:
        """Returns the JSON in ``body`` as a ``shape``.

        Raises:
            Malformed: it is no JSON.
            Misfit: its values do not fit.
            TooLarge: it has more values than any request has.
        """

        def read() -> Shape:
            _check_structure(body)
            try:
                return shape.model_validate_json(body)
            except ValidationError as error:
                # Here, because describing what does not fit takes longer than finding it.
                raise misfit_of(error) from None

        return await self.beside(len(body), read)

    async def beside(self, n_bytes: int, work: Callable[[], Result]) -> Result:
        """Returns ``work()``, done in a thread where ``n_bytes`` tell that it may take long."""
        if n_bytes <= _QUICK_BYTES:
            return work()
        return await self.threads.run(work)

    def _check(self, n_bytes: int, n_coming: int) -> None:
        """Raises if a body of ``n_bytes``, of which ``n_coming`` are not held yet, is too much."""
        if n_bytes > self._limits.max_body_bytes:
            raise TooLarge(
                f"a request has up to {self._limits.max_body_bytes:,} bytes: send less at once"
            )
        n_free = self._limits.max_held_bytes - self._n_held - n_coming
        n_reserved = 0 if n_bytes <= _QUICK_BYTES else self._limits.max_held_bytes // _RESERVE
        if n_free < n_reserved:
            raise HostBusy(f"{self._n_held:,} bytes of requests are being read already")


def _check_structure(body: bytes) -> None:
    """Raises `TooLarge` for what would take seconds to parse, and all threads with it.

    Counted, because the parser lets no other thread run; long strings, as recordings are, cost it
    next to nothing.
    """
    if len(body) <= _QUICK_BYTES:
        return
    n_marks = body.count(b'"') - body.count(b'\\"') + body.count(b"[") + body.count(b"{")
    if n_marks > _MAX_MARKS or body.count(b",") > _MAX_COMMAS:
        raise TooLarge("the body holds more names and values than any request has")
