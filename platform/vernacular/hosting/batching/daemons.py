"""Runs work in threads that do not keep the process alive.

The pools of the standard library are waited for when Python ends, so that one model that hangs, or
loads for minutes, would keep a host from stopping.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from threading import Thread
from typing import TypeVar

Result = TypeVar("Result")


def start_daemon(work: Callable[[], Result], name: str) -> asyncio.Future[Result]:
    """Runs ``work`` in a thread of its own and returns the future of what it returns or raises.

    Must be called from within the event loop. Cancelling the future does not end the thread.
    """
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[Result] = loop.create_future()

    def finish(result: Result | None, error: Exception | None) -> None:
        if ended.done():
            return
        if error is None:
            ended.set_result(result)  # type: ignore[arg-type]
        else:
            ended.set_exception(error)

    def run() -> None:
        result, caught = None, None
        try:
            result = work()
        except Exception as error:
            # The frames would keep alive what was being loaded when memory ran out.
            caught = error.with_traceback(None)
        # A loop that has closed in the meantime has nobody left to tell.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(finish, result, caught)

    Thread(target=run, name=name, daemon=True).start()
    return ended


class Daemons:
    """Runs work in threads of that kind, so many at once; the rest waits for its turn."""

    def __init__(self, n: int, name: str) -> None:
        self._free = asyncio.Semaphore(n)
        self._name = name

    async def run(self, work: Callable[[], Result]) -> Result:
        """Returns what ``work`` returns. Who is cancelled meanwhile leaves it running, in its place
        among the ``n``: a thread cannot be ended.
        """
        await self._free.acquire()
        try:
            ended = start_daemon(work, self._name)
        except RuntimeError:
            # The system gives no more threads.
            self._free.release()
            raise
        ended.add_done_callback(lambda _: self._free.release())
        return await asyncio.shield(ended)
