from __future__ import annotations

import json
import logging
import os
import signal
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from pydantic import HttpUrl

from tests.assistants.odd_server import Call, serving
from vernacular.assistants.remote.calls import MAX_FAILURES_IN_A_ROW, RemoteServer
from vernacular.assistants.stage_specs import HttpService
from vernacular.errors import InvalidInput, ModelUnavailable, VernacularError

KEY = "sk-do-not-show-0123456789"
GOOD = {"said": "yes"}


def _spec(url: str, **fields: Any) -> HttpService:
    given = {"timeout_seconds": 5.0, "n_retries": 0, **fields}
    return HttpService(engine="http", url=HttpUrl(url), **given)


def _ask(url: str, n_items: int = 1, **fields: Any) -> list[Any]:
    """Asks a server for some items; each gives the body that came, or its error."""
    max_bytes = fields.pop("max_bytes", 10_000)
    server = RemoteServer(_spec(url, **fields), max_bytes)

    async def ask(item: int) -> bytes:
        return (await server.post("things", json={"item": item})).data

    try:
        return server.ask_all(list(range(n_items)), ask)
    finally:
        server.close()


def _error(results: Sequence[Any]) -> VernacularError:
    assert len(results) == 1
    assert isinstance(results[0], VernacularError)
    return results[0]


def _refuse(status: int, **headers: str) -> Callable[[Call], None]:
    return lambda call: call.send({"error": {"message": "not now"}}, status, **headers)


def _well_at(number: int, before: Callable[[Call], None]) -> Callable[[Call], None]:
    """Behaves like ``before`` until the call of that number, and well from then on."""
    return lambda call: call.send(GOOD) if call.number >= number else before(call)


def test_answers_stand_in_the_order_of_the_items_whatever_their_order_of_arrival() -> None:
    def slow_at_first(call: Call) -> None:
        time.sleep(0.2 if call.json["item"] == 0 else 0.0)
        call.send(call.body)

    with serving(slow_at_first) as server:
        results = _ask(server.url, 20, n_parallel=4)
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
        _ask(server.url, 20, n_parallel=3)
    assert most[0] == 3


def test_the_path_is_put_behind_the_address_and_before_its_query() -> None:
    with serving(lambda call: call.send(GOOD)) as server:
        _ask(f"{server.url}/v1/?api-version=2")
        assert [call.path for call in server.calls] == ["/v1/things?api-version=2"]


# What passes is tried again


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_a_failure_that_passes_is_not_seen(status: int) -> None:
    with serving(_well_at(2, _refuse(status))) as server:
        assert _ask(server.url, n_retries=2) == [json.dumps(GOOD).encode()]
        assert len(server.calls) == 3


def test_a_failure_that_stays_is_told_with_what_the_server_said() -> None:
    with serving(_refuse(503)) as server:
        error = _error(_ask(server.url, n_retries=1))
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
        assert _ask(server.url, n_retries=1) == [json.dumps(GOOD).encode()]
    assert times[1] - times[0] >= 1.0


def test_a_server_that_wants_to_be_left_alone_for_an_hour_is_not_waited_for() -> None:
    with serving(_refuse(429, Retry_After="3600")) as server:
        error = _error(_ask(server.url, n_retries=5))
        assert len(server.calls) == 1
    assert "3,600 s" in str(error)


def test_a_connection_that_is_closed_without_an_answer_is_made_again() -> None:
    def close(call: Call) -> None:
        call.handler.close_connection = True

    with serving(_well_at(1, close)) as server:
        assert _ask(server.url, n_retries=1) == [json.dumps(GOOD).encode()]


def test_an_answer_that_breaks_off_is_no_answer() -> None:
    def cut(call: Call) -> None:
        call.begin(Content_Length="1000")
        call.handler.wfile.write(b'{"said": ')
        call.handler.close_connection = True

    with serving(cut) as server:
        error = _error(_ask(server.url))
    assert isinstance(error, ModelUnavailable)
    assert server.url in str(error)


def test_a_server_that_is_not_there_is_named() -> None:
    with serving(lambda call: call.send(GOOD)) as server:
        pass
    error = _error(_ask(server.url))
    assert isinstance(error, ModelUnavailable)
    assert f"{server.url} cannot be reached" in str(error)


# Deadlines


def test_a_server_that_hangs_costs_its_deadline_and_is_not_asked_again() -> None:
    with serving(lambda call: call.hang()) as server:
        error = _error(_ask(server.url, n_retries=3, timeout_seconds=0.3))
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
        error = _error(_ask(server.url, timeout_seconds=0.5))
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
        results = _ask(server.url, 6, timeout_seconds=0.5)
    assert [isinstance(one, ModelUnavailable) for one in results] == [
        place == 2 for place in range(6)
    ]


# Answers that are none


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
        error = _error(_ask(server.url, max_bytes=50_000))
    assert "sent more than 50,000 bytes" in str(error)


def test_a_compressed_answer_is_refused_because_it_could_grow_without_bound() -> None:
    with serving(lambda call: call.send(b"\x1f\x8b", Content_Encoding="gzip")) as server:
        error = _error(_ask(server.url))
        assert server.calls[0].headers["accept-encoding"] == "identity"
    assert "answered in gzip" in str(error)


def test_what_is_refused_for_its_own_sake_is_its_own_fault() -> None:
    def refuse_two(call: Call) -> None:
        if call.json["item"] == 2:
            call.send({"detail": "no such locale"}, 422)
        else:
            call.send(GOOD)

    with serving(refuse_two) as server:
        results = _ask(server.url, 4)
    assert isinstance(results[2], InvalidInput)
    assert str(results[2]) == f"{server.url} answered 422: no such locale"
    assert sum(isinstance(one, bytes) for one in results) == 3


@pytest.mark.parametrize(
    "body",
    [
        '{"error": {"message": "too \\u001b[31m long", "type": "x"}}',
        '{"error": "too long"}',
        '{"detail": "too long"}',
        '{"message": "too long", "code": 3}',
        "too\n  long",
    ],
)
def test_every_usual_shape_of_an_error_is_read(body: str) -> None:
    with serving(lambda call: call.send(body, 400)) as server:
        said = str(_error(_ask(server.url)))
    assert said.replace("[31m ", "") == f"{server.url} answered 400: too long"


@pytest.mark.parametrize("body", [b"\xff\xfe\x00" * 9000, b"[" * 9000, b"<html>" * 2000])
def test_an_error_of_garbage_is_short_and_printable(body: bytes) -> None:
    with serving(lambda call: call.send(body, 400)) as server:
        said = str(_error(_ask(server.url)))
    assert len(said) < 400
    assert said.isprintable()


# Stopping


@pytest.mark.parametrize(
    ("status", "remedy"), [(401, "key_variable"), (404, "'url' and 'model'"), (405, "'url'")]
)
def test_a_server_that_refuses_everything_is_asked_once_only(status: int, remedy: str) -> None:
    with (
        serving(_refuse(status)) as server,
        pytest.raises(ModelUnavailable, match=remedy) as caught,
    ):
        _ask(server.url, 500, n_parallel=1)
    assert str(status) in str(caught.value)
    assert len(server.calls) == 1


def test_a_redirect_is_not_followed_since_the_key_would_go_along(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("THEIR_KEY", KEY)
    with serving(lambda call: call.send(GOOD)) as other:
        target = f"{other.url}/in?token=secret"
        with (
            serving(lambda call: call.send("", 307, Location=target)) as server,
            pytest.raises(ModelUnavailable, match=f"307 and sends us to {other.url}/in:") as caught,
        ):
            _ask(server.url, key_variable="THEIR_KEY")
        assert other.calls == []
    assert "secret" not in str(caught.value)


def test_a_server_that_is_down_stops_the_run_instead_of_failing_thousands_of_items() -> None:
    with (
        serving(_refuse(500)) as server,
        pytest.raises(ModelUnavailable, match=r"failed 10 times in a row.*500: not now"),
    ):
        _ask(server.url, 1_000, n_parallel=1)
    assert len(server.calls) == MAX_FAILURES_IN_A_ROW


def test_failures_are_counted_from_batch_to_batch_and_one_success_ends_the_row() -> None:
    is_down = [True]

    def behave(call: Call) -> None:
        _refuse(500)(call) if is_down[0] else call.send(GOOD)

    with serving(behave) as odd:
        server = RemoteServer(_spec(odd.url))

        async def ask(item: int) -> bytes:
            return (await server.post("", json=item)).data

        try:
            for _ in range(MAX_FAILURES_IN_A_ROW - 1):
                assert isinstance(server.ask_all([1], ask)[0], ModelUnavailable)
            for _ in range(3):
                with pytest.raises(ModelUnavailable, match="in a row"):
                    server.ask_all([1], ask)
            is_down[0] = False
            assert server.ask_all([1], ask) == [json.dumps(GOOD).encode()]
            is_down[0] = True
            assert isinstance(server.ask_all([1], ask)[0], ModelUnavailable)
        finally:
            server.close()


def test_items_at_fault_are_no_reason_to_stop() -> None:
    with serving(_refuse(422)) as server:
        results = _ask(server.url, 40)
    assert all(isinstance(one, InvalidInput) for one in results)


def test_half_a_character_fails_before_it_is_sent() -> None:
    with serving(lambda call: call.send(GOOD)) as odd:
        server = RemoteServer(_spec(odd.url))

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
            _ask(server.url, timeout_seconds=60)
    finally:
        signal.signal(signal.SIGINT, before)
    assert time.monotonic() - began < 30


# Keys


def test_the_key_is_sent_and_shown_nowhere(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("THEIR_KEY", f" {KEY}\n")
    caplog.set_level(logging.DEBUG)

    def echo(call: Call) -> None:
        shown = call.headers["authorization"]
        call.send({"detail": f"bad {shown}"}, [401, 500, 422, 403][call.number])

    said = []
    with serving(echo) as server:
        for _ in range(4):
            try:
                said += [str(one) for one in _ask(server.url, key_variable="THEIR_KEY")]
            except ModelUnavailable as error:
                said.append(str(error))
        assert {call.headers["authorization"] for call in server.calls} == {f"Bearer {KEY}"}
    assert len(said) == 4
    assert all("[key]" in one for one in said)
    assert KEY not in "".join(said) + caplog.text
    assert "the key in THEIR_KEY is not accepted" in said[0]


def test_a_missing_key_is_told_before_anything_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for value in (None, "", "  "):
        monkeypatch.delenv("THEIR_KEY", raising=False)
        if value is not None:
            monkeypatch.setenv("THEIR_KEY", value)
        with pytest.raises(ModelUnavailable, match="THEIR_KEY is not set"):
            RemoteServer(_spec("http://127.0.0.1:9", key_variable="THEIR_KEY"))


def test_what_no_header_can_carry_is_no_key_and_is_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("THEIR_KEY", "two\nlines")
    with pytest.raises(ModelUnavailable, match="holds no key") as caught:
        RemoteServer(_spec("http://127.0.0.1:9", key_variable="THEIR_KEY"))
    assert "two" not in str(caught.value)


def test_closing_twice_is_harmless() -> None:
    server = RemoteServer(_spec("http://127.0.0.1:9"))
    server.close()
    server.close()
