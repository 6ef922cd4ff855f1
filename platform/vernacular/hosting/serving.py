"""Serves the model host until it is told to stop, and then stops within a bound."""

from __future__ import annotations

import asyncio
import math
import socket
import sys

import uvicorn
from fastapi import FastAPI

from vernacular.errors import ModelUnavailable
from vernacular.hosting.limits import Limits

_SWITCH_SECONDS = 0.0005
"""How long the event loop may keep Python's lock from the thread of an assistant. Python's own
5 ms are as long as a small model needs for a whole batch, and it asks for the lock after each
operation."""

_KEEP_ALIVE_SECONDS = 30
"""How long a connection may lie idle: longer than clients keep theirs, so that none is closed just
as it is used again."""

_LAST_WORDS_SECONDS = 2
"""What connections get beyond the time of the releases, to be told that the host stops."""


class HostServer(uvicorn.Server):
    """Tells those who wait as soon as it stops; uvicorn alone would have them answered first."""

    def __init__(self, config: uvicorn.Config, application: FastAPI) -> None:
        super().__init__(config)
        self._application = application

    async def on_tick(self, counter: int) -> bool:
        """Returns True when it is time to stop: as uvicorn finds, or when nothing could be
        loaded."""
        return await super().on_tick(counter) or bool(self._application.state.start_failure)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Takes no more connections, answers what is in hand, tells those who wait."""
        stopping = asyncio.create_task(self._application.state.stop())
        await super().shutdown(sockets)
        await stopping


def serve_host(
    application: FastAPI, *, host: str, port: int, limits: Limits, log_level: str = "info"
) -> None:
    """Serves what ``create_host`` made until SIGINT or SIGTERM.

    Raises:
        ModelUnavailable: not one of the releases that it should begin with could be loaded.
    """
    sys.setswitchinterval(_SWITCH_SECONDS)
    config = uvicorn.Config(
        application,
        host=host,
        port=port,
        log_level=log_level,
        # One line per request is what clients cost most after their JSON; /metrics counts them.
        access_log=False,
        ws="none",
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=math.ceil(limits.stop_seconds) + _LAST_WORDS_SECONDS,
    )
    HostServer(config, application).run()
    if application.state.start_failure is not None:
        raise ModelUnavailable(application.state.start_failure)
