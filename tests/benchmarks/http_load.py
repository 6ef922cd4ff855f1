"""Clients that cost next to nothing, so that what is measured is the server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Load:
    """What the clients saw."""

    per_second: float
    """Answers of all clients together."""
    p50_ms: float
    """Of one client's wait for one answer."""


def call(port: int, path: str, bodies: Sequence[bytes], n_clients: int) -> Load:
    """Posts every body once, each client one after the other over one connection.

    Raises:
        AssertionError: a server answered something else than 200.
    """
    return asyncio.run(_call(port, path, bodies, n_clients))


async def _call(port: int, path: str, bodies: Sequence[bytes], n_clients: int) -> Load:
    requests = iter(
        b"POST %b HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n%b" % (path.encode(), len(body), body)
        for body in bodies
    )
    began = time.perf_counter()
    waits = await asyncio.gather(*(_one_client(port, requests) for _ in range(n_clients)))
    seconds = time.perf_counter() - began
    return Load(len(bodies) / seconds, median(one for client in waits for one in client) * 1000)


async def _one_client(port: int, requests: Iterator[bytes]) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    waits = []
    for request in requests:
        began = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = head.lower().split(b"content-length:")[1].split(b"\r\n")[0]
        await reader.readexactly(int(length))
        waits.append(time.perf_counter() - began)
    writer.close()
    await writer.wait_closed()
    return waits
