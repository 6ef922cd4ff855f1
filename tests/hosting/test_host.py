"""The model host on a real port, seen through its client."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from vernacular.assistants.contract import Answer, Assistant, Request, StageTrace
from vernacular.corpus.utterance import Slot
from vernacular.errors import HostBusy, InvalidInput, ModelUnavailable
from vernacular.hosting.batching import Batcher
from vernacular.hosting.client import HostAssistants
from vernacular.hosting.server import create_host
from vernacular.hosting.wire import MAX_REQUESTS, MAX_TEXT

FULL = Answer(
    intent="alarm_set",
    intent_confidence=0.123456789012345,
    slots=(Slot("time", 0, 4), Slot("wetter_🌦", 5, 9)),
    reply="\u2068٥ صباحا\u2069 — तैयार",
    stages=(StageTrace("nlu", "joint-encoder:pocket-1", 7.25), StageTrace("reply", "t/1", 0.5)),
    latency_ms=7.75,
)
ANSWERS = {"full": FULL, "nothing": Answer(), "failed": Answer(error='no "idea"\n')}


class Known:
    """Answers what it was given for a text, else with the text itself."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.asked: list[Request] = []

    def predict_batch(self, requests: Sequence[Request]) -> list[Answer]:
        assert self.gate.wait(10)
        self.asked += requests
        if any(request.text == "crash" for request in requests):
            raise ZeroDivisionError("a bug")
        if any(request.locale == "??" for request in requests):
            raise InvalidInput("'??' is not a locale tag")
        return [ANSWERS.get(one.text, Answer(intent=one.text)) for one in requests]

    def close(self) -> None: ...


@contextmanager
def serving(application: FastAPI) -> Iterator[str]:
    """Runs uvicorn on a free port in a thread; gives the URL."""
    server = uvicorn.Server(uvicorn.Config(application, port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    until = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < until
        assert thread.is_alive()
        time.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive()


@pytest.fixture(scope="module")
def known() -> Known:
    return Known()


@pytest.fixture(scope="module")
def url(known: Known) -> Iterator[str]:
    with serving(create_host({"pocket-1": known, "pocket-2": Known()})) as address:
        yield address


@pytest.fixture
def host(url: str) -> Iterator[HostAssistants]:
    with closing(HostAssistants(url + "/", timeout_seconds=10)) as made:
        yield made


def asked_for(*texts: str) -> list[Request]:
    return [Request(text, "sw-KE") for text in texts]


def test_an_answer_comes_back_as_the_assistant_gave_it(host: HostAssistants) -> None:
    assistant: Assistant = host.find("pocket-1")
    assert assistant.predict_batch(asked_for(*ANSWERS)) == list(ANSWERS.values())


def test_a_request_arrives_as_it_was_sent(host: HostAssistants, known: Known) -> None:
    sent = [
        Request("مرحبا\u200f 👩‍👩‍👧 e\u0301", "ar-SA", wants_reply=False),
        Request(" a ", "en-US"),
    ]
    host.find("pocket-1").predict_batch(sent)
    assert known.asked[-2:] == sent


def test_more_requests_than_one_call_takes_are_answered_in_order(host: HostAssistants) -> None:
    texts = [f"text {i}" for i in range(MAX_REQUESTS + 3)]
    answers = host.find("pocket-2").predict_batch(asked_for(*texts))
    assert [answer.intent for answer in answers] == texts


def test_the_loaded_releases_are_listed(host: HostAssistants) -> None:
    assert host.list_loaded() == ["pocket-1", "pocket-2"]


def test_a_release_that_is_not_loaded_is_named_with_those_that_are(host: HostAssistants) -> None:
    with pytest.raises(ModelUnavailable, match=r"'pocket-9' is not loaded.*pocket-1, pocket-2"):
        host.find("pocket-9").predict_batch(asked_for("a"))


def test_a_crash_of_the_assistant_is_told_and_the_host_goes_on(host: HostAssistants) -> None:
    with pytest.raises(ModelUnavailable, match="503: the assistant failed: ZeroDivisionError"):
        host.find("pocket-1").predict_batch(asked_for("crash"))
    assert host.find("pocket-1").predict_batch(asked_for("a"))[0].intent == "a"


def test_what_the_assistant_refuses_is_the_request_s_fault(url: str) -> None:
    body = {"release": "pocket-1", "requests": [{"text": "a", "locale": "??"}]}
    response = httpx.post(f"{url}/v1/predict", json=body)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert "not a locale tag" in response.json()["detail"]


@pytest.mark.parametrize("text", ["", "a" * (MAX_TEXT + 1)])
def test_a_text_that_no_host_takes_is_not_even_sent(host: HostAssistants, text: str) -> None:
    with pytest.raises(InvalidInput, match="text: String should have at"):
        host.find("pocket-1").predict_batch(asked_for(text))


def test_many_clients_at_once_get_their_own_answers(url: str) -> None:
    async def scene() -> None:
        async with httpx.AsyncClient(base_url=url) as client:

            async def one(number: int) -> None:
                rows = [{"text": f"{number}/{i}", "locale": "sw-KE"} for i in range(3)]
                response = await client.post(
                    "/v1/predict", json={"release": "pocket-1", "requests": rows}
                )
                intents = [answer["intent"] for answer in response.json()["answers"]]
                assert intents == [row["text"] for row in rows]

            await asyncio.gather(*(one(number) for number in range(40)))

    asyncio.run(scene())


def test_a_full_queue_answers_503_with_retry_after(
    host: HostAssistants, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(_self: Batcher, _requests: Sequence[Request]) -> list[Answer]:
        raise HostBusy("512 utterances wait already", retry_after_seconds=2.4)

    monkeypatch.setattr(Batcher, "predict", full)
    with pytest.raises(HostBusy, match="512 utterances wait already") as caught:
        host.find("pocket-1").predict_batch(asked_for("a"))
    assert caught.value.retry_after_seconds == 2
    response = httpx.post(
        f"{host.url}/v1/predict",
        json={"release": "pocket-1", "requests": [{"text": "a", "locale": "sw-KE"}]},
    )
    assert (response.status_code, response.headers["retry-after"]) == (503, "2")


def test_the_host_is_alive_before_and_ready_after_the_releases_are_loaded() -> None:
    """Asked without a server, because a server takes no request before all is loaded."""

    async def scene() -> None:
        application = create_host({"pocket-1": Known()})
        transport = httpx.ASGITransport(application)
        async with httpx.AsyncClient(transport=transport, base_url="http://host") as client:
            assert (await client.get("/healthz")).json() == {"status": "ok"}
            loading = await client.get("/readyz")
            assert loading.status_code == 503
            assert loading.json()["detail"] == "the releases are still loading"
            assert (await client.get("/v1/releases")).json() == {"releases": []}
            async with application.router.lifespan_context(application):
                assert (await client.get("/readyz")).json() == {"status": "ready"}
                assert (await client.get("/v1/releases")).json() == {"releases": ["pocket-1"]}

    asyncio.run(scene())


def test_every_release_has_answered_once_before_the_host_is_ready() -> None:
    releases = {"a": Known(), "b": Known()}
    with serving(create_host(releases)):
        assert [len(release.asked) for release in releases.values()] == [1, 1]


def test_a_host_that_is_down_is_said_to_be_and_how_to_start_it() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with closing(HostAssistants(f"http://127.0.0.1:{port}")) as host:
        with pytest.raises(ModelUnavailable, match=r"does not answer; start it with 'vernacular"):
            host.find("pocket-1").predict_batch(asked_for("a"))
        with pytest.raises(ModelUnavailable, match=str(port)):
            host.list_loaded()


def test_a_slow_host_is_given_up_on(url: str, known: Known) -> None:
    known.gate.clear()
    try:
        with (
            closing(HostAssistants(url, timeout_seconds=0.2)) as host,
            pytest.raises(ModelUnavailable, match="took too long"),
        ):
            host.find("pocket-1").predict_batch(asked_for("a"))
    finally:
        known.gate.set()


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
        (b"\xff\xfe", "is no model host"),
    ],
)
def test_garbage_is_no_answer(body: bytes, reason: str) -> None:
    with answering(200, body) as host, pytest.raises(ModelUnavailable, match=reason):
        host.find("pocket-1").predict_batch(asked_for("a"))


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
        host.find("pocket-1").predict_batch(asked_for("a"))


def test_a_proxy_s_date_to_retry_after_is_no_full_queue() -> None:
    date = "Wed, 21 Oct 2026 07:28:00 GMT"
    with (
        answering(503, b"maintenance", Retry_After=date) as host,
        pytest.raises(ModelUnavailable, match="503: maintenance") as caught,
    ):
        host.list_loaded()
    assert not isinstance(caught.value, HostBusy)
