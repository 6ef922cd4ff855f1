"""What the client makes of servers that are no model host, or break off."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from vernacular.assistants.contract import Request
from vernacular.errors import HostBusy, ModelUnavailable
from vernacular.hosting.client import HostAssistants

ASKED = [Request("a", "sw-KE")]


@contextmanager
def answering(status: int, body: bytes, **headers: str) -> Iterator[HostAssistants]:
    """A server that answers everything alike, and is no model host."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def do_GET(self) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        with closing(HostAssistants(f"http://127.0.0.1:{server.server_port}")) as host:
            yield host
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html>welcome to the router</html>", "is no model host: Invalid JSON"),
        (b"{}", "is no model host: Field required"),
        (b'{"answers": [{"intent": 7}]}', "is no model host: Input should be a valid string"),
        (b'{"answers": [{"verdict": "fine"}]}', "is no model host: Extra inputs"),
        (b'{"answers": []}', "gave 0 answers to 1 requests"),
        (
            b'{"answers": [{"speech": "%%%"}]}',
            "gave speech that cannot be read: audio: is not base64",
        ),
        (b"\xff\xfe", "is no model host"),
    ],
)
def test_garbage_is_no_answer(body: bytes, reason: str) -> None:
    with answering(200, body) as host, pytest.raises(ModelUnavailable, match=reason):
        host.find("pocket-1").predict_batch(ASKED)


def test_a_host_that_hangs_is_asked_for_its_releases_no_longer_than_one_wants() -> None:
    with socket.create_server(("127.0.0.1", 0)) as hanging:
        url = f"http://127.0.0.1:{hanging.getsockname()[1]}"
        began = time.monotonic()
        with (
            closing(HostAssistants(url)) as host,
            pytest.raises(ModelUnavailable, match="too long"),
        ):
            host.list_loaded(timeout_seconds=0.1)
    # Far below the patience of an ordinary call.
    assert time.monotonic() - began < 20


def test_a_list_of_releases_that_is_none_is_refused() -> None:
    with answering(200, b"[]") as host, pytest.raises(ModelUnavailable, match="no model host"):
        host.list_loaded()


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (500, b"oops", "answered 500: oops"),
        (404, b'{"detail": "no such thing"}', "answered 404: no such thing"),
        (502, b"[1]", r"answered 502: \[1\]"),
    ],
)
def test_an_error_is_told_with_its_status(status: int, body: bytes, reason: str) -> None:
    with answering(status, body) as host, pytest.raises(ModelUnavailable, match=reason):
        host.find("pocket-1").predict_batch(ASKED)


def test_a_proxy_s_date_to_retry_after_is_no_full_queue() -> None:
    date = "Wed, 21 Oct 2026 07:28:00 GMT"
    with (
        answering(503, b"maintenance", Retry_After=date) as host,
        pytest.raises(ModelUnavailable, match="503: maintenance") as caught,
    ):
        host.list_loaded()
    assert not isinstance(caught.value, HostBusy)


def test_a_connection_that_was_closed_while_it_lay_idle_costs_nobody_an_answer() -> None:
    """The second call goes over a connection that is closed as soon as it is used again."""
    answer = b'{"releases": []}'
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    n_connections = 0

    def serve(listening: socket.socket) -> None:
        nonlocal n_connections
        for _ in range(2):
            connection, _address = listening.accept()
            n_connections += 1
            with connection:
                connection.recv(65_536)
                connection.sendall(head % len(answer) + answer)
                # What is asked next over the same connection is read and never answered.
                connection.recv(65_536)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,), daemon=True)
        thread.start()
        with closing(HostAssistants(f"http://127.0.0.1:{listening.getsockname()[1]}")) as host:
            assert host.list_releases() == host.list_releases() == []
        thread.join(10)
    assert n_connections == 2
