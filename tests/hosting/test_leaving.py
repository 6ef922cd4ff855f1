"""Clients that leave, run out of time, or send more than a host reads: over real sockets."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import httpx
import pytest

from tests.hosting.situations import Echo, serving
from vernacular.hosting.limits import Limits
from vernacular.hosting.server import create_host
from vernacular.hosting.wire import TIMEOUT_HEADER

LIMITS = Limits(max_body_bytes=20_000, max_held_bytes=30_000)


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def url(echo: Echo) -> Iterator[str]:
    with serving(create_host({"echo": echo}, limits=LIMITS)) as address:
        yield address
        echo.gate.set()


def body(*texts: str) -> dict[str, object]:
    return {"release": "echo", "requests": [{"text": one, "locale": "sw-KE"} for one in texts]}


def ask_in_thread(url: str, echo: Echo, text: str) -> threading.Thread:
    """Asks for a text that the assistant then has in hand."""
    echo.hold()
    thread = threading.Thread(
        target=lambda: httpx.post(f"{url}/v1/predict", json=body(text), timeout=30)
    )
    thread.start()
    assert echo.begun.wait(10)
    return thread


def wait_for_waiting(url: str, n_waiting: int) -> None:
    until = time.monotonic() + 10
    while httpx.get(f"{url}/v1/releases/echo").json()["n_waiting"] != n_waiting:
        assert time.monotonic() < until
        time.sleep(0.01)


def outcomes(url: str) -> dict[str, float]:
    lines = httpx.get(f"{url}/metrics").text.splitlines()
    return {
        line.split('outcome="')[1].split('"')[0]: float(line.rsplit(" ", 1)[1])
        for line in lines
        if line.startswith("vernacular_host_utterances_total")
    }


def test_what_a_client_asked_that_left_is_taken_out_of_the_queue(url: str, echo: Echo) -> None:
    holding = ask_in_thread(url, echo, "first")
    content = json.dumps(body("left", "left too")).encode()
    port = httpx.URL(url).port
    assert port is not None
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(
            b"POST /v1/predict HTTP/1.1\r\nHost: host\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n%b" % (len(content), content)
        )
        wait_for_waiting(url, 2)
    wait_for_waiting(url, 0)
    echo.gate.set()
    holding.join(10)
    assert httpx.post(f"{url}/v1/predict", json=body("next")).status_code == 200
    assert echo.batches == [["hello"], ["first"], ["next"]]
    assert outcomes(url) == {"answered": 2, "left": 2}


def test_a_call_past_its_time_is_answered_504_and_not_worked_on(url: str, echo: Echo) -> None:
    holding = ask_in_thread(url, echo, "first")
    late = httpx.post(f"{url}/v1/predict", json=body("late"), headers={TIMEOUT_HEADER: "0.05"})
    assert late.status_code == 504
    assert late.json()["type"] == "urn:problem-type:vernacular:too-late"
    assert "no answer within the 0.05 s" in late.json()["detail"]
    echo.gate.set()
    holding.join(10)
    assert echo.batches == [["hello"], ["first"]]
    assert outcomes(url) == {"answered": 1, "late": 1}


@pytest.mark.parametrize("seconds", ["soon", "-1", "0", "nan", "inf", "1e9"])
def test_a_time_that_is_none_is_refused(url: str, seconds: str) -> None:
    refused = httpx.post(f"{url}/v1/predict", json=body("a"), headers={TIMEOUT_HEADER: seconds})
    assert refused.status_code == 422
    assert seconds in refused.json()["detail"]


def test_a_body_above_the_limit_is_refused_whether_it_says_so_or_not(url: str) -> None:
    content = json.dumps(body("a" * 9_000, "b" * 9_000, "c" * 9_000)).encode()

    def in_pieces() -> Iterator[bytes]:
        yield from (content[at : at + 5_000] for at in range(0, len(content), 5_000))

    for sent in (content, in_pieces()):
        with httpx.Client() as client:
            refused = client.post(f"{url}/v1/predict", content=sent)
        assert refused.status_code == 413
        assert "up to 20,000 bytes" in refused.json()["detail"]
    assert httpx.post(f"{url}/v1/predict", json=body("a" * 9_000)).status_code == 200


def test_bodies_that_are_still_being_sent_are_bounded_together(url: str) -> None:
    port = httpx.URL(url).port
    assert port is not None
    with socket.create_connection(("127.0.0.1", port)) as slow:
        slow.sendall(
            b"POST /v1/predict HTTP/1.1\r\nHost: host\r\nContent-Length: 19000\r\n\r\n"
            + b" " * 18_000
        )
        until = time.monotonic() + 10
        content = json.dumps(body("a" * 9_000, "b" * 9_000)).encode()
        while True:
            busy = httpx.post(f"{url}/v1/predict", content=content)
            if busy.status_code == 503:
                break
            # What the slow client sends may not have been read yet.
            assert time.monotonic() < until
        assert "18,000 bytes of requests are being read" in busy.json()["detail"]
        assert busy.headers["retry-after"] == "1"
    until = time.monotonic() + 10
    while httpx.post(f"{url}/v1/predict", content=content).status_code != 200:
        assert time.monotonic() < until


SLOW = Limits(max_body_bytes=200_000, max_held_bytes=400_000, max_piece_seconds=0.3)


@contextmanager
def stalling(url: str, n_sent: int, n_coming: int = 190_001) -> Iterator[socket.socket]:
    """A client that announces more than it sends."""
    port = httpx.URL(url).port
    assert port is not None
    with socket.create_connection(("127.0.0.1", port)) as client:
        head = "POST /v1/predict HTTP/1.1\r\nHost: host\r\nContent-Length: {}\r\n\r\n"
        client.sendall(head.format(n_coming).encode() + b" " * n_sent)
        yield client


def test_a_body_that_does_not_arrive_is_answered_408_and_no_longer_held() -> None:
    with serving(create_host({"echo": Echo()}, limits=SLOW)) as url:
        with stalling(url, 190_000) as client:
            client.settimeout(10)
            answer = client.recv(10_000)
            assert answer.startswith(b"HTTP/1.1 408 ")
            assert b"connection: close" in answer.lower()
            assert b"arrive within 0.3 s" in answer
        large = json.dumps(body(*("a" * 9_000 for _ in range(20)))).encode()
        assert httpx.post(f"{url}/v1/predict", content=large).is_success


def test_a_body_that_trickles_in_is_not_waited_for() -> None:
    with serving(create_host({"echo": Echo()}, limits=SLOW)) as url, stalling(url, 10) as client:
        began = time.monotonic()
        client.settimeout(0.05)
        while time.monotonic() < began + 10:
            try:
                answer = client.recv(10_000)
                break
            except TimeoutError:
                client.sendall(b" ")
        assert answer.startswith(b"HTTP/1.1 408 ")


def test_small_bodies_get_through_beside_large_ones_that_stall() -> None:
    limits = replace(SLOW, max_piece_seconds=20)
    with (
        serving(create_host({"echo": Echo()}, limits=limits)) as url,
        stalling(url, 190_000),
        stalling(url, 190_000) as last,
    ):
        # An eighth is kept: the second is refused, though both together are within the limit.
        last.settimeout(10)
        assert last.recv(10_000).startswith(b"HTTP/1.1 503 ")
        assert httpx.post(f"{url}/v1/predict", json=body("a" * 9_000)).is_success
