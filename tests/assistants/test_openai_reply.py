from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import HttpUrl

from tests.assistants.odd_server import Call, serving
from vernacular.assistants.contract import Footprint
from vernacular.assistants.remote.openai_reply import RemoteReplies
from vernacular.assistants.reply_prompt import MAX_REPLY
from vernacular.assistants.stage_specs import RemoteReplyStage
from vernacular.assistants.stages import Understood
from vernacular.errors import InvalidInput, ModelUnavailable

ALARM = Understood("niamshe saa tatu", "sw-KE", "alarm_set", (("time", "saa tatu"),), False)
END = "[DONE]"


def _piece(text: str | None, finish_reason: str | None = None) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": finish_reason}]}


def _whole(text: str | None, finish_reason: str = "stop") -> dict[str, Any]:
    message = {"role": "assistant", "content": text}
    return {"choices": [{"index": 0, "message": message, "finish_reason": finish_reason}]}


def _ask(behave: Callable[[Call], None], *requests: Understood, **fields: Any) -> tuple[Any, Any]:
    """Returns the replies to the requests, and the calls that the server got."""
    with serving(behave) as server:
        given = {"timeout_seconds": 5.0, "n_retries": 0, **fields}
        spec = RemoteReplyStage(
            engine="openai", url=HttpUrl(f"{server.url}/v1"), model="team/chat-1", **given
        )
        stage = RemoteReplies.load(spec, Path())
        try:
            return stage.reply_batch(requests or [ALARM]), server.calls
        finally:
            stage.close()


def _error(behave: Callable[[Call], None], **fields: Any) -> Exception:
    (error,), _ = _ask(behave, **fields)
    assert isinstance(error, Exception)
    return error


def test_a_streamed_reply_is_put_together() -> None:
    pieces = [_piece(""), _piece("Kengele "), _piece("imewekwa 🙂."), _piece(None, "stop")]
    replies, calls = _ask(lambda call: call.send_events(*pieces, END))
    assert replies == ["Kengele imewekwa 🙂."]
    assert calls[0].path == "/v1/chat/completions"
    body = calls[0].json
    assert body["model"] == "team/chat-1"
    assert body["stream"] is True
    assert body["max_tokens"] == 120


def test_a_server_that_does_not_stream_is_understood_too() -> None:
    replies, _ = _ask(lambda call: call.send(_whole("Kengele imewekwa.\n")))
    assert replies == ["Kengele imewekwa."]


def test_an_event_stream_may_have_comments_names_and_other_line_ends() -> None:
    def stream(call: Call) -> None:
        call.begin(Content_Type="Text/Event-Stream", Connection="close")
        call.handler.wfile.write(
            b': waiting\r\n\r\nevent: message\r\nid: 1\r\ndata:{"choices": [{"delta":\r\n'
            b'data: {"content": "Sawa\\u2028."}}]}\r\n\r\n'
            b'data: {"choices": [], "usage": {"total_tokens": 9}}\r\n\r\ndata: [DONE]\r\n\r\n'
        )
        call.handler.close_connection = True

    assert _ask(stream)[0] == ["Sawa ."]


def test_the_model_is_told_the_language_and_what_was_understood() -> None:
    replies, calls = _ask(
        lambda call: call.send(_whole("Sawa.")), ALARM, instructions="Call yourself Juma."
    )
    system, user = calls[0].json["messages"]
    assert replies == ["Sawa."]
    assert "Swahili (Kenya), Kiswahili (Kenya) (sw-KE)" in system["content"]
    assert "alarm_set" in system["content"]
    assert '- time: "saa tatu"' in system["content"]
    assert "Call yourself Juma." in system["content"]
    assert user == {"role": "user", "content": '"niamshe saa tatu"'}


def test_replies_stand_in_the_order_of_the_requests() -> None:
    requests = [Understood(f"number {i}", "en-GB", None, (), False) for i in range(12)]
    replies, _ = _ask(
        lambda call: call.send(_whole(call.json["messages"][-1]["content"])), *requests
    )
    assert replies == [f'"number {i}"' for i in range(12)]


def test_thoughts_are_not_spoken() -> None:
    assert _ask(lambda call: call.send(_whole("<think>They want...</think>\nSawa.")))[0] == [
        "Sawa."
    ]
    error = _error(lambda call: call.send(_whole("<think>They want", "length")))
    assert "still thought" in str(error)


def test_a_reply_at_the_limit_of_tokens_is_kept_as_far_as_it_goes() -> None:
    assert _ask(lambda call: call.send(_whole("Kengele ime", "length")))[0] == ["Kengele ime"]


def test_a_reply_without_end_is_cut() -> None:
    (reply,), _ = _ask(lambda call: call.send(_whole("sawa " * 5000)))
    assert len(reply) <= MAX_REPLY


@pytest.mark.parametrize("text", [None, "", " \n "])
def test_an_empty_reply_is_an_error(text: str | None) -> None:
    assert "replied nothing" in str(_error(lambda call: call.send(_whole(text))))


def test_a_withheld_reply_is_an_error() -> None:
    error = _error(lambda call: call.send(_whole("", "content_filter")))
    assert isinstance(error, InvalidInput)
    assert "content filter" in str(error)


def test_a_stream_that_hangs_tells_how_far_it_got() -> None:
    def hang(call: Call) -> None:
        call.begin(Content_Type="text/event-stream")
        call.handler.wfile.write(
            b'data: {"choices": [{"delta": {"content": "Kenge"}}]}\n\ndata: {"c'
        )
        call.handler.wfile.flush()
        call.hang()

    error = _error(hang, timeout_seconds=0.4)
    assert str(error).endswith("took longer than 0.4 s; so far it said 'Kenge'")


def test_a_server_that_hangs_at_once_said_nothing() -> None:
    error = _error(lambda call: call.hang(), timeout_seconds=0.3)
    assert str(error).endswith("took longer than 0.3 s and said nothing so far")


def test_a_stream_that_ends_too_early_is_no_reply() -> None:
    error = _error(lambda call: call.send_events(_piece("Kengele "), _piece("ime")))
    assert isinstance(error, ModelUnavailable)
    assert "stopped in the middle, after 'Kengele ime'" in str(error)


def test_an_error_in_the_stream_is_told() -> None:
    error = _error(lambda call: call.send_events(_piece("Ke"), {"error": {"message": "no GPU"}}))
    assert isinstance(error, ModelUnavailable)
    assert "no GPU" in str(error)


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x00\xff\x13\x37",
        b"<!DOCTYPE html><html><title>Sign in to the guest network</title>",
        b'{"choices": [{"message": {"cont',
        b'{"choices": []}',
        b'{"choices": [{"message": {"content": 3}}]}',
        b'{"choices": {"message": "x"}}',
        b"null",
        b"NaN",
        b"[" * 50_000,
        b"",
    ],
)
def test_garbage_fails_the_item_with_a_message_that_shows_it(garbage: bytes) -> None:
    error = _error(lambda call: call.send(garbage))
    assert isinstance(error, ModelUnavailable)
    assert "cannot be read" in str(error)
    assert f"{len(garbage):,} bytes" in str(error)
    assert len(str(error)) < 800


def test_garbage_in_a_stream_fails_the_item() -> None:
    assert isinstance(_error(lambda call: call.send_events("{oops", END)), ModelUnavailable)


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("max_tokens", "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."),
        ("temperature", "'temperature' does not support 0 with this model."),
    ],
)
def test_an_option_that_a_model_does_not_know_is_left_out_from_then_on(
    option: str, message: str
) -> None:
    def picky(call: Call) -> None:
        if option in call.json:
            call.send({"error": {"message": message}}, 400)
        else:
            call.send(_whole("Sawa."))

    replies, calls = _ask(picky, *[ALARM] * 5, n_parallel=1)
    assert replies == ["Sawa."] * 5
    assert len(calls) == 6
    assert calls[-1].json.get("max_completion_tokens") == (120 if option == "max_tokens" else None)


def test_a_request_that_is_too_long_is_refused_once() -> None:
    def refuse(call: Call) -> None:
        call.send({"error": {"message": "max_tokens: the context has 10 tokens"}}, 400)

    (error,), calls = _ask(refuse)
    assert isinstance(error, InvalidInput)
    assert len(calls) == 1


def test_a_locale_that_is_no_tag_fails_alone() -> None:
    odd = Understood("x", "???", None, (), False)
    replies, _ = _ask(lambda call: call.send(_whole("Sawa.")), ALARM, odd)
    assert replies[0] == "Sawa."
    assert isinstance(replies[1], InvalidInput)


def test_nobody_knows_what_the_server_weighs() -> None:
    spec = RemoteReplyStage(engine="openai", url=HttpUrl("http://127.0.0.1:9/v1"), model="chat-1")
    stage = RemoteReplies.load(spec, Path())
    assert stage.footprint() == Footprint()
    assert stage.version == "openai:chat-1"
    stage.close()
