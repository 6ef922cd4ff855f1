"""A real HTTP server in a thread that does to its callers whatever a test wants of it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Call:
    """One request that the server got, and the way to answer it."""

    path: str
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes
    number: int
    """From 0, in the order of arrival."""
    handler: BaseHTTPRequestHandler
    is_over: threading.Event

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def send(self, data: bytes | str | dict[str, Any], status: int = 200, **headers: str) -> None:
        """Answers; headers are named with underscores."""
        if isinstance(data, dict):
            data, headers = json.dumps(data), {"Content_Type": "application/json", **headers}
        raw = data.encode() if isinstance(data, str) else data
        headers = {"Content_Length": str(len(raw)), **headers}
        self.begin(status, **headers)
        self.handler.wfile.write(raw)

    def begin(self, status: int = 200, **headers: str) -> None:
        """Sends status and headers only."""
        self.handler.send_response(status)
        for name, value in headers.items():
            self.handler.send_header(name.replace("_", "-"), value)
        self.handler.end_headers()

    def send_events(self, *events: object) -> None:
        """Answers with an event stream, one event per object, and closes the connection."""
        self.begin(Content_Type="text/event-stream; charset=utf-8", Connection="close")
        for event in events:
            text = event if isinstance(event, str) else json.dumps(event, ensure_ascii=False)
            self.handler.wfile.write(f"data: {text}\n\n".encode())
        self.handler.close_connection = True

    def hang(self) -> None:
        """Says nothing until the test is over."""
        self.is_over.wait(60)
        self.handler.close_connection = True

    def drip(self, data: bytes, pause_seconds: float) -> None:
        """Sends one byte after the other, with pauses, until the test is over."""
        for byte in data:
            self.handler.wfile.write(bytes([byte]))
            self.handler.wfile.flush()
            if self.is_over.wait(pause_seconds):
                break
        self.handler.close_connection = True


@dataclass
class OddServer:
    """A server that runs."""

    url: str
    calls: list[Call] = field(default_factory=list)


@contextmanager
def serving(behave: Callable[[Call], None]) -> Iterator[OddServer]:
    """Runs a server that meets every POST with ``behave``."""
    lock, is_over = threading.Lock(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            with lock:
                call = Call(self.path, headers, body, len(server.calls), self, is_over)
                server.calls.append(call)
            try:
                behave(call)
            except (BrokenPipeError, ConnectionResetError):
                # The caller had enough, as it should of some of these answers.
                self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:
            """Keeps the test's output for the test."""

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.daemon_threads = True
    server = OddServer(f"http://127.0.0.1:{listener.server_address[1]}")
    # The address is bound already, so that nobody comes too early.
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        is_over.set()
        listener.shutdown()
        listener.server_close()
        thread.join()
