"""Refuses request bodies above a size, whether they announce their length or not."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vernacular.api.problems import TOO_LARGE, problem


class BodyLimit:
    """Reads a body up to the limit before the application sees any of it.

    The bodies of this API are small, so holding one costs little, and a body that turns out too
    large can still be answered properly.
    """

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        messages = await self._read_messages(scope, receive)
        if messages is None:
            detail = f"a request has up to {self._max_bytes} bytes: send less, or in several parts"
            # The rest of the body is never read, so the connection cannot be used again.
            refusal = problem(TOO_LARGE, detail, headers={"Connection": "close"})
            await refusal(scope, receive, send)
            return
        await self._app(scope, _replay(messages, receive), send)

    async def _read_messages(self, scope: Scope, receive: Receive) -> list[Message] | None:
        """Returns all messages of the body; None where it is too large."""
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdecimal() and int(announced[:20]) > self._max_bytes:
            return None
        messages: list[Message] = []
        n_bytes = 0
        while True:
            message = await receive()
            messages.append(message)
            n_bytes += len(message.get("body", b""))
            if n_bytes > self._max_bytes:
                return None
            if not message.get("more_body", False):
                return messages


def _replay(messages: list[Message], receive: Receive) -> Receive:
    left = iter(messages)

    async def receive_again() -> Message:
        message = next(left, None)
        return message if message is not None else await receive()

    return receive_again
