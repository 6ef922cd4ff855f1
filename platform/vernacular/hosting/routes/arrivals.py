"""Ends the waiting for bodies that do not arrive.

One timer looks after all of them: one for each would cost a small request a tenth of its time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any

from vernacular.errors import VernacularError
from vernacular.hosting.batching.calls import make_stopping_error
from vernacular.hosting.routes.problems import TooSlow

PIECE_BYTES = 2**20

_LOOKS = 4
"""How often it is looked within the time that a piece has."""


@dataclass(eq=False, slots=True)
class Arrival:
    """One body on its way."""

    task: asyncio.Task[Any]
    """Which waits for it."""
    max_seconds: float
    due: float
    """When its next piece, or its end, must be there (monotonic seconds)."""
    n_due: int = PIECE_BYTES
    """How many bytes that piece makes it."""
    error: VernacularError | None = None
    """Why it is not waited for any more."""

    def note(self, n_bytes: int) -> None:
        """Takes note that ``n_bytes`` of it are there."""
        if n_bytes >= self.n_due:
            self.n_due = n_bytes + PIECE_BYTES
            self.due = monotonic() + self.max_seconds

    def end(self, error: VernacularError) -> None:
        """Ends the waiting with ``error``."""
        if self.error is None:
            self.error = error
            self.task.cancel()


class Arrivals:
    """All bodies that are on their way. Used from within the event loop only."""

    def __init__(self, max_piece_seconds: float) -> None:
        self._max_seconds = max_piece_seconds
        self._all: set[Arrival] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._is_stopped = False

    @contextmanager
    def watching(self) -> Iterator[Arrival]:
        """Watches over the body that the current task reads inside the block.

        Raises:
            TooSlow: it does not arrive in time.
            NotNow: the host is stopping.
        """
        if self._is_stopped:
            raise make_stopping_error()
        task = asyncio.current_task()
        assert task is not None, "a body is read by a task"
        arrival = Arrival(task, self._max_seconds, monotonic() + self._max_seconds)
        self._all.add(arrival)
        if self._timer is None:
            self._look_later()
        try:
            yield arrival
        except asyncio.CancelledError:
            if arrival.error is None:
                raise
            task.uncancel()
            raise arrival.error from None
        finally:
            self._all.discard(arrival)

    def stop(self) -> None:
        """Waits for none of them any more."""
        self._is_stopped = True
        for arrival in self._all:
            arrival.end(make_stopping_error())

    def _look_later(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(self._max_seconds / _LOOKS, self._look)

    def _look(self) -> None:
        self._timer = None
        now = monotonic()
        for arrival in self._all:
            if arrival.due < now:
                arrival.end(
                    TooSlow(
                        f"each {PIECE_BYTES:,} bytes of a request, and its last, arrive within"
                        f" {self._max_seconds:g} s"
                    )
                )
        if self._all:
            self._look_later()
