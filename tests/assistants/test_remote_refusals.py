"""What a server refuses, when that ends all asking, and the key that nobody is shown."""

from __future__ import annotations

import json
import logging

import pytest

from tests.assistants.odd_server import Call, serving
from tests.assistants.remote_asking import GOOD, ask_for, error_of, refuse, service
from vernacular.assistants.remote.calls import MAX_FAILURES_IN_A_ROW, RemoteServer
from vernacular.errors import InvalidInput, ModelUnavailable

KEY = "sk-do-not-show-0123456789"


def test_what_is_refused_for_its_own_sake_is_its_own_fault() -> None:
    def refuse_two(call: Call) -> None:
        if call.json["item"] == 2:
            call.send({"detail": "no such locale"}, 422)
        else:
            call.send(GOOD)

    with serving(refuse_two) as server:
        results = ask_for(server.url, 4)
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
        said = str(error_of(ask_for(server.url)))
    assert said.replace("[31m ", "") == f"{server.url} answered 400: too long"


@pytest.mark.parametrize("body", [b"\xff\xfe\x00" * 9000, b"[" * 9000, b"<html>" * 2000])
def test_an_error_of_garbage_is_short_and_printable(body: bytes) -> None:
    with serving(lambda call: call.send(body, 400)) as server:
        said = str(error_of(ask_for(server.url)))
    assert len(said) < 400
    assert said.isprintable()


@pytest.mark.parametrize(
    ("status", "remedy"), [(401, "key_variable"), (404, "'url' and 'model'"), (405, "'url'")]
)
def test_a_server_that_refuses_everything_is_asked_once_only(status: int, remedy: str) -> None:
    with (
        serving(refuse(status)) as server,
        pytest.raises(ModelUnavailable, match=remedy) as caught,
    ):
        ask_for(server.url, 500, n_parallel=1)
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
            ask_for(server.url, key_variable="THEIR_KEY")
        assert other.calls == []
    assert "secret" not in str(caught.value)


def test_a_server_that_is_down_stops_the_run_instead_of_failing_thousands_of_items() -> None:
    with (
        serving(refuse(500)) as server,
        pytest.raises(ModelUnavailable, match=r"failed 10 times in a row.*500: not now"),
    ):
        ask_for(server.url, 1_000, n_parallel=1)
    assert len(server.calls) == MAX_FAILURES_IN_A_ROW


def test_failures_are_counted_from_batch_to_batch_and_one_success_ends_the_row() -> None:
    is_down = [True]

    def behave(call: Call) -> None:
        refuse(500)(call) if is_down[0] else call.send(GOOD)

    with serving(behave) as odd:
        server = RemoteServer(service(odd.url))

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
    with serving(refuse(422)) as server:
        results = ask_for(server.url, 40)
    assert all(isinstance(one, InvalidInput) for one in results)


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
                said += [str(one) for one in ask_for(server.url, key_variable="THEIR_KEY")]
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
            RemoteServer(service("http://127.0.0.1:9", key_variable="THEIR_KEY"))


def test_what_no_header_can_carry_is_no_key_and_is_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("THEIR_KEY", "two\nlines")
    with pytest.raises(ModelUnavailable, match="holds no key") as caught:
        RemoteServer(service("http://127.0.0.1:9", key_variable="THEIR_KEY"))
    assert "two" not in str(caught.value)
