"""Calls a server that is somebody else's: it may hang, drip, refuse, or answer anything at all.

Calls run in an event loop of their own, because only there a deadline holds whatever the server
does: a client that blocks can limit the wait for the next byte, and a server that drips one byte a
second never exceeds that limit.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeVar, cast

import anyio
import httpx
from anyio.from_thread import start_blocking_portal

from vernacular.assistants.remote.credentials import Key, read_key
from vernacular.assistants.remote.refusals import Passing, RefusesAll, read_refusal
from vernacular.assistants.remote.retrying import MAX_RETRY_AFTER_SECONDS, wait_seconds
from vernacular.assistants.stage_specs import HttpService, RemoteStage
from vernacular.errors import InvalidInput, ModelUnavailable, VernacularError

Item = TypeVar("Item")
Result = TypeVar("Result")

MAX_RESPONSE_BYTES = 8 * 2**20
"""Far more than any chat completion or transcript has; a server that sends more is cut off."""
MAX_FAILURES_IN_A_ROW = 10
"""After so many items that failed for the server's reasons, it is taken to be down."""
_MAX_CONNECT_SECONDS = 10.0
_MAX_QUOTE = 300


@dataclass(frozen=True, slots=True)
class Received:
    """What a server sent."""

    content_type: str
    """Without parameters, in lower case; empty where the server names none."""
    data: bytes


class CutOff(ModelUnavailable):
    """The deadline passed before the answer was complete."""

    def __init__(self, message: str, so_far: bytes) -> None:
        self.so_far = so_far
        """What had come until then."""
        super().__init__(message)


class RemoteServer:
    """One server, asked for many items at a time."""

    def __init__(
        self, spec: RemoteStage | HttpService, max_response_bytes: int = MAX_RESPONSE_BYTES
    ) -> None:
        """Takes the server's address and limits; nothing is sent yet.

        Raises:
            ModelUnavailable: the environment variable that holds the key is missing.
        """
        self._url = httpx.URL(str(spec.url))
        self._key: Key = read_key(spec.key_variable)
        self._timeout_seconds = spec.timeout_seconds
        self._n_retries = spec.n_retries
        self._max_bytes = max_response_bytes
        self._n_failures_in_a_row = 0
        self._open = ExitStack()
        self._portal = self._open.enter_context(start_blocking_portal(name="remote calls"))
        self._client, self._free = self._portal.call(self._connect, spec.n_parallel)

    async def _connect(self, n_parallel: int) -> tuple[httpx.AsyncClient, anyio.Semaphore]:
        client = httpx.AsyncClient(
            headers={
                **self._key.headers(),
                # What is compressed may grow a thousandfold when it is read.
                "Accept-Encoding": "identity",
                "User-Agent": "vernacular",
            },
            # Whoever answers instead of the server named in the manifest must not get its key.
            follow_redirects=False,
            # All else is limited by the deadline of the whole call.
            timeout=httpx.Timeout(None, connect=min(_MAX_CONNECT_SECONDS, self._timeout_seconds)),
            limits=httpx.Limits(max_connections=n_parallel),
        )
        return client, anyio.Semaphore(n_parallel)

    @property
    def address(self) -> str:
        """Where the server is, as messages say it: without a query, which may hold a secret."""
        return str(self._url.copy_with(query=None)).rstrip("/")

    def ask_all(
        self, items: Sequence[Item], ask: Callable[[Item], Awaitable[Result]]
    ) -> list[Result | VernacularError]:
        """Returns what ``ask`` gives for every item, in order, or the error in an item's place.

        Args:
            items: what to ask for; some of them are asked for at a time.
            ask: asks for one item by ``post``. A ``ModelUnavailable`` that it raises is held
                against the server, any other error of ours against the item.

        Raises:
            ModelUnavailable: the server refuses every request alike, or many items in a row failed
                for its reasons; asking for the rest would only take time.
        """
        going = self._portal.start_task_soon(self._ask_all, items, ask)
        try:
            return going.result()
        except BaseException:
            # Someone pressed Ctrl-C; what is under way would be waited for when this closes.
            going.cancel()
            raise

    async def _ask_all(
        self, items: Sequence[Item], ask: Callable[[Item], Awaitable[Result]]
    ) -> list[Result | VernacularError]:
        results: list[Result | VernacularError | None] = [None] * len(items)
        reasons: list[ModelUnavailable] = []

        async def ask_one(place: int, item: Item) -> None:
            async with self._free:
                try:
                    results[place] = await ask(item)
                except ModelUnavailable as error:
                    results[place] = error
                    self._n_failures_in_a_row += 1
                    reason = self._reason_to_stop(error)
                    if reason is not None:
                        reasons.append(reason)
                        group.cancel_scope.cancel()
                    return
                except VernacularError as error:
                    results[place] = error
                except UnicodeEncodeError:
                    results[place] = InvalidInput(
                        "holds half a character (a lone surrogate), which cannot be sent"
                    )
            self._n_failures_in_a_row = 0

        async with anyio.create_task_group() as group:
            for place, item in enumerate(items):
                group.start_soon(ask_one, place, item)
        if reasons:
            raise reasons[0]
        return cast("list[Result | VernacularError]", results)

    def _reason_to_stop(self, error: ModelUnavailable) -> ModelUnavailable | None:
        if isinstance(error, RefusesAll):
            return error
        if self._n_failures_in_a_row < MAX_FAILURES_IN_A_ROW:
            return None
        return ModelUnavailable(
            f"{self.address} failed {self._n_failures_in_a_row} times in a row, the last time:"
            f" {error}; go on when it answers again"
        )

    async def post(self, path: str, **content: Any) -> Received:
        """Returns what the server answers with success; to be called from within ``ask_all``.

        A call has ``timeout_seconds`` from the first byte sent to the last received. One that took
        so long is not made again, since the server had its time; one that was turned away is.

        Args:
            path: appended to the address; may be empty.
            content: the body, as HTTPX takes it: ``json``, or ``data`` and ``files``.

        Raises:
            CutOff: it took too long.
            ModelUnavailable: it failed, also when it was asked again.
            RefusesAll: it refuses whatever it is asked.
            InvalidInput: it refuses this request.
        """
        for attempt in count(1):
            try:
                return await self._post_once(path, content)
            except Passing as failure:
                wanted = failure.retry_after_seconds
                if wanted is not None and wanted > MAX_RETRY_AFTER_SECONDS:
                    raise ModelUnavailable(
                        f"{failure}; it asks to wait {wanted:,.0f} s, which is too long"
                    ) from failure
                if attempt > self._n_retries:
                    times = "once" if attempt == 1 else f"{attempt} times"
                    raise ModelUnavailable(f"{failure} (tried {times})") from failure
                await anyio.sleep(wait_seconds(attempt, wanted))
        raise AssertionError("the loop above has no end")

    async def _post_once(self, path: str, content: dict[str, Any]) -> Received:
        url = (
            self._url.copy_with(path=f"{self._url.path.rstrip('/')}/{path}") if path else self._url
        )
        received = bytearray()
        try:
            with anyio.fail_after(self._timeout_seconds):
                async with self._client.stream("POST", url, **content) as response:
                    async for chunk in response.aiter_raw():
                        received += chunk
                        if len(received) > self._max_bytes:
                            raise ModelUnavailable(
                                f"{self.address} sent more than {self._max_bytes:,} bytes, which is"
                                " no answer"
                            )
        except httpx.TransportError as error:
            reason = self.quote(str(error)) or type(error).__name__
            raise Passing(f"{self.address} cannot be reached: {reason}", None) from error
        except TimeoutError as error:
            raise CutOff(
                f"{self.address} took longer than {self._timeout_seconds:g} s", bytes(received)
            ) from error
        refusal = read_refusal(self.address, response, bytes(received), self.quote, self._key)
        if refusal is not None:
            raise refusal
        content_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        return Received(content_type, bytes(received))

    def quote(self, text: str) -> str:
        """Returns text from outside as it may stand in a message: short, one line, no key in it."""
        one_line = " ".join(self._key.hide_in(text).split())
        shown = "".join(one for one in one_line if one.isprintable())
        return shown if len(shown) <= _MAX_QUOTE else f"{shown[:_MAX_QUOTE]} ..."

    def close(self) -> None:
        """Closes the connections; harmless when they are closed already."""
        if self._client.is_closed:
            return
        self._portal.call(self._client.aclose)
        self._open.close()
