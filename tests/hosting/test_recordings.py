"""Recordings are decoded one by one, and only while there is somebody and room to decode for."""

from __future__ import annotations

import base64
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.hosting.releases import finding, wait_until, write_release
from tests.hosting.situations import Echo, serving, tone
from vernacular.clips.decode import Decoded, decode_audio
from vernacular.clips.encode import to_flac
from vernacular.hosting.limits import Limits
from vernacular.hosting.server import create_host
from vernacular.hosting.wire import TIMEOUT_HEADER

HALF = base64.b64encode(to_flac(tone(0.5))).decode()


class Decoder:
    """Decodes for real, each clip only when it is let; counts what it has begun with."""

    def __init__(self) -> None:
        self.n_begun = 0
        self.permits = threading.Semaphore(0)

    def __call__(self, data: bytes) -> Decoded:
        self.n_begun += 1
        assert self.permits.acquire(timeout=20)
        return decode_audio(data)

    def let(self, n: int) -> None:
        self.permits.release(n)


@pytest.fixture
def decoder(monkeypatch: pytest.MonkeyPatch) -> Decoder:
    made = Decoder()
    monkeypatch.setattr("vernacular.hosting.translating.decode_audio", made)
    return made


@contextmanager
def hosting(decoder: Decoder, limits: Limits | None = None) -> Iterator[str]:
    with serving(create_host({"echo": Echo()}, limits=limits)) as url:
        yield url
        decoder.let(100)


def spoken(n: int, release: str = "echo") -> dict[str, object]:
    rows = [{"audio": HALF, "locale": "sw-KE"}] * n
    return {"release": release, "requests": rows}


def ask_in_thread(
    url: str, body: dict[str, object]
) -> tuple[threading.Thread, list[httpx.Response]]:
    """Asks, and returns where the response will be."""
    told: list[httpx.Response] = []
    thread = threading.Thread(
        target=lambda: told.append(httpx.post(f"{url}/v1/predict", json=body, timeout=20))
    )
    thread.start()
    return thread, told


def wait_for(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_nothing_is_decoded_for_a_release_that_is_not_there(decoder: Decoder) -> None:
    with hosting(decoder) as url:
        assert httpx.post(f"{url}/v1/predict", json=spoken(1, "other")).status_code == 404
    assert decoder.n_begun == 0


def test_nothing_is_decoded_for_a_release_that_does_not_hear(
    decoder: Decoder, tmp_path: Path
) -> None:
    write_release(tmp_path, "deaf")
    with serving(create_host(find=finding(tmp_path), preload=["deaf"])) as url:
        wait_until(url, "deaf", "ready")
        body = spoken(1, "deaf")
        body["requests"] = [*body["requests"], {"text": "hello", "locale": "en-US"}]  # type: ignore[misc]
        answers = httpx.post(f"{url}/v1/predict", json=body).json()["answers"]
    assert answers[0]["error"] == "this release takes text only: it does not hear"
    assert answers[1]["error"] is None
    assert decoder.n_begun == 0


def test_nothing_is_decoded_when_the_queue_is_full(decoder: Decoder) -> None:
    with hosting(decoder, Limits(max_waiting=1)) as url:
        busy = httpx.post(f"{url}/v1/predict", json=spoken(2))
    assert busy.status_code == 503
    assert decoder.n_begun == 0


def test_decoding_ends_when_the_client_s_time_is_over(decoder: Decoder) -> None:
    with hosting(decoder) as url:
        late = httpx.post(
            f"{url}/v1/predict", json=spoken(3), headers={TIMEOUT_HEADER: "0.2"}, timeout=5
        )
        assert late.status_code == 504
        assert "within the 0.2 s" in late.json()["detail"]
        decoder.let(100)
        answers = httpx.post(f"{url}/v1/predict", json=spoken(1)).json()["answers"]
        assert answers[0]["intent"] == "0.5 s"
        metrics = httpx.get(f"{url}/metrics").text
        assert 'outcome="late",release="echo"} 3.0' in metrics
    # One that had been begun, and the next client's.
    assert decoder.n_begun == 2


def test_decoding_ends_when_the_client_leaves(decoder: Decoder) -> None:
    with hosting(decoder) as url:
        content = json.dumps(spoken(3)).encode()
        port = httpx.URL(url).port
        assert port is not None
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(
                b"POST /v1/predict HTTP/1.1\r\nHost: host\r\nContent-Length: %d\r\n\r\n%b"
                % (len(content), content)
            )
            wait_for(lambda: decoder.n_begun == 1)
        wait_for(lambda: 'outcome="left"' in httpx.get(f"{url}/metrics").text)
        decoder.let(100)
        assert httpx.post(f"{url}/v1/predict", json=spoken(1)).is_success
    assert decoder.n_begun == 2


def test_recordings_that_last_too_long_together_are_refused_when_that_shows(
    decoder: Decoder,
) -> None:
    decoder.let(100)
    with hosting(decoder, Limits(max_waiting_seconds=1.0)) as url:
        assert httpx.post(f"{url}/v1/predict", json=spoken(2)).is_success
        refused = httpx.post(f"{url}/v1/predict", json=spoken(10))
    assert refused.status_code == 413
    assert "up to 1 s together" in refused.json()["detail"]
    assert decoder.n_begun == 2 + 3


def test_recordings_of_several_clients_share_what_may_be_held(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    quarter, begun, gate = to_flac(tone(0.25)), threading.Event(), threading.Event()

    def decode(data: bytes) -> Decoded:
        if data == quarter:
            begun.set()
            assert gate.wait(20)
        return decode_audio(data)

    monkeypatch.setattr("vernacular.hosting.translating.decode_audio", decode)
    limits = Limits(max_waiting_seconds=0.8)
    with serving(create_host({"echo": Echo()}, limits=limits)) as url:
        body = spoken(1)
        row = {"audio": base64.b64encode(quarter).decode(), "locale": "sw-KE"}
        body["requests"] = [*body["requests"], row]  # type: ignore[misc]
        asking, told = ask_in_thread(url, body)
        assert begun.wait(10)
        busy = httpx.post(f"{url}/v1/predict", json=spoken(1))
        gate.set()
        asking.join(10)
        assert httpx.post(f"{url}/v1/predict", json=spoken(1)).is_success
    assert (busy.status_code, busy.headers["retry-after"]) == (503, "5")
    assert "0.5 s of recordings are being read already" in busy.json()["detail"]
    assert [one["intent"] for one in told[0].json()["answers"]] == ["0.5 s", "0.25 s"]


def test_a_release_that_is_unloaded_tells_those_it_decodes_for(decoder: Decoder) -> None:
    with hosting(decoder) as url:
        asking, told = ask_in_thread(url, spoken(2))
        wait_for(lambda: decoder.n_begun == 1)
        assert httpx.delete(f"{url}/v1/releases/echo").status_code == 204
        asking.join(10)
    assert told[0].status_code == 503
    assert told[0].headers["retry-after"] == "5"
