"""What comes of calls: their order, their deadlines, and which of them are made again."""

from __future__ import annotations

import json
import os
import signal
import time

import pytest

from tests.assistants.odd_server import Call, serving
from tests.assistants.remote_asking import GOOD, ask_for, error_of, refuse, service, well_at
from vernacular.assistants.remote.calls import RemoteServer
from vernacular.errors import InvalidInput, ModelUnavailable


def test_answers_stand_in_the_order_of_the_items_whatever_their_order_of_arrival() -> None:
    def slow_at_first(call: Call) -> None:
        time.sleep(0.2 if call.json["item"] == 0 else 0.0)
        call.send(call.body)

    with serving(slow_at_first) as server:
        results = ask_for(server.url, 20, n_parallel=4)
    assert [json.loads(one)["item"] for one in results] == list(range(20))


def test_no_more_calls_are_under_way_than_the_manifest_allows() -> None:
    under_way, most = [0], [0]

    def count(call: Call) -> None:
        under_way[0] += 1
        most[0] = max(most[0], under_way[0])
        time.sleep(0.02)
        under_way[0] -= 1
        call.send(GOOD)

    with serving(count) as server:
        ask_for(server.url, 20, n_parallel=3)
    assert most[0] == 3


def test_the_path_is_put_behind_the_address_and_before_its_query() -> None:
    with serving(lambda call: call.send(GOOD)) as server:
        ask_for(f"{server.url}/v1/?api-version=2")
        assert [call.path for call in server.calls] == ["/v1/things?api-version=2"]


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_a_failure_that_passes_is_not_seen(status: int) -> None:
    with serving(well_at(2, refuse(status))) as server:
        assert ask_for(server.url, n_retries=2) == [json.dumps(GOOD).encode()]
        assert len(server.calls) == 3


def test_a_failure_that_stays_is_told_with_what_the_server_said() -> None:
    with serving(refuse(503)) as server:
        error = error_of(ask_for(server.url, n_retries=1))
        assert len(server.calls) == 2
    assert isinstance(error, ModelUnavailable)
    assert str(error) == f"{server.url} answered 503: not now (tried 2 times)"


def test_retry_after_is_kept() -> None:
    times = []

    def busy(call: Call) -> None:
        times.append(time.monotonic())
        if call.number == 0:
            call.send("", 429, Retry_After="1")
        else:
            call.send(GOOD)

    with serving(busy) as server:
        assert ask_for(server.url, n_retries=1) == [json.dumps(GOOD).encode()]
    assert times[1] - times[0] >= 1.0


def test_a_server_that_wants_to_be_left_alone_for_an_hour_is_not_waited_for() -> None:
    with serving(refuse(429, Retry_After="3600")) as server:
        error = error_of(ask_for(server.url, n_retries=5))
        assert len(server.calls) == 1
    assert "3,600 s" in str(error)


def test_a_connection_that_is_closed_without_an_answer_is_made_again() -> None:
    def close(call: Call) -> None:
        call.handler.close_connection = True

    with serving(well_at(1, close)) as server:
        assert ask_for(server.url, n_retries=1) == [json.dumps(GOOD).encode()]


def test_an_answer_that_breaks_off_is_no_answer() -> None:
    def cut(call: Call) -> None:
        call.begin(Content_Length="1000")
        call.handler.wfile.write(b'{"said": ')
        call.handler.close_connection = True

    with serving(cut) as server:
        error = error_of(ask_for(server.url))
    assert isinstance(error, ModelUnavailable)
    assert server.url in str(error)


def test_a_server_that_is_not_there_is_named() -> None:
    with serving(lambda call: call.send(GOOD)) as server:
        pass
    error = error_of(ask_for(server.url))
    assert isinstance(error, ModelUnavailable)
    assert f"{server.url} cannot be reached" in str(error)


def test_a_server_that_hangs_costs_its_deadline_and_is_not_asked_again() -> None:
    with serving(lambda call: call.hang()) as server:
        error = error_of(ask_for(server.url, n_retries=3, timeout_seconds=0.3))
        assert len(server.calls) == 1
    assert str(error) == f"{server.url} took longer than 0.3 s"


@pytest.mark.parametrize("part", ["headers", "body"])
def test_a_server_that_drips_is_cut_off_at_the_deadline_all_the_same(part: str) -> None:
    def drip(call: Call) -> None:
        if part == "headers":
            call.drip(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 600, pause_seconds=0.1)
        else:
            call.begin(Content_Length="600")
            call.drip(b" " * 600, pause_seconds=0.1)

    began = time.monotonic()
    with serving(drip) as server:
        error = error_of(ask_for(server.url, timeout_seconds=0.5))
    assert "took longer than 0.5 s" in str(error)
    # It would take a minute, and every single byte comes in time.
    assert time.monotonic() - began < 20


def test_one_item_that_hangs_does_not_spoil_the_others() -> None:
    def hang_at_two(call: Call) -> None:
        if call.json["item"] == 2:
            call.hang()
        else:
            call.send(GOOD)

    with serving(hang_at_two) as server:
        results = ask_for(server.url, 6, timeout_seconds=0.5)
    assert [isinstance(one, ModelUnavailable) for one in results] == [
        place == 2 for place in range(6)
    ]


@pytest.mark.parametrize("is_declared", [True, False])
def test_an_answer_without_end_is_cut_off(is_declared: bool) -> None:
    def pour(call: Call) -> None:
        if is_declared:
            call.begin(Content_Length=str(10**9))
        else:
            call.begin(Connection="close")
        while not call.is_over.is_set():
            call.handler.wfile.write(b"0" * 4096)

    with serving(pour) as server:
        error = error_of(ask_for(server.url, max_bytes=50_000))
    assert "sent more than 50,000 bytes" in str(error)


def test_a_compressed_answer_is_refused_because_it_could_grow_without_bound() -> None:
    with serving(lambda call: call.send(b"\x1f\x8b", Content_Encoding="gzip")) as server:
        error = error_of(ask_for(server.url))
        assert server.calls[0].headers["accept-encoding"] == "identity"
    assert "answered in gzip" in str(error)


def test_half_a_character_fails_before_it_is_sent() -> None:
    with serving(lambda call: call.send(GOOD)) as odd:
        server = RemoteServer(service(odd.url))

        async def ask(item: str) -> bytes:
            return (await server.post("", json=item)).data

        try:
            results = server.ask_all(["good", "bad \ud83d", "good"], ask)
        finally:
            server.close()
    assert isinstance(results[1], InvalidInput)
    assert [isinstance(one, bytes) for one in results] == [True, False, True]


def test_ctrl_c_ends_a_call_that_hangs() -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def interrupt(call: Call) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        call.hang()

    began = time.monotonic()
    try:
        with serving(interrupt) as server, pytest.raises(KeyboardInterrupt):
            ask_for(server.url, timeout_seconds=60)
    finally:
        signal.signal(signal.SIGINT, before)
    assert time.monotonic() - began < 30


def test_closing_twice_is_harmless() -> None:
    server = RemoteServer(service("http://127.0.0.1:9"))
    server.close()
    server.close()
