"""A host that is told to stop answers what it has in hand, tells the others, and is gone."""

from __future__ import annotations

import base64
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import httpx
import numpy as np
import pytest

from tests.hosting.releases import finding, write_release
from vernacular.clips.audio import SAMPLE_RATE_HZ, Audio
from vernacular.clips.encode import to_flac
from vernacular.errors import ModelUnavailable
from vernacular.hosting.limits import Limits
from vernacular.hosting.server import create_host
from vernacular.hosting.serving import serve_host

CHECKOUT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def host_process(
    stop_seconds: float, log: IO[bytes] | None = None
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    port = free_port()
    command = [sys.executable, "-m", "tests.hosting.host_process", str(port), str(stop_seconds)]
    process = subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=log)
    url = f"http://127.0.0.1:{port}"
    until = time.monotonic() + 60
    try:
        while True:
            try:
                if httpx.get(f"{url}/readyz").is_success:
                    break
            except httpx.HTTPError:
                pass
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)
        yield url, process
    finally:
        process.kill()
        process.communicate()


def wait_for_beginning(process: subprocess.Popen[bytes], what: str) -> None:
    assert process.stdout is not None
    assert process.stdout.readline().decode().strip() == what


def begin_asking(url: str, seconds: str, answers: dict[str, httpx.Response]) -> threading.Thread:
    def ask() -> None:
        body = {"release": "sleepy", "requests": [{"text": seconds, "locale": "sw-KE"}]}
        answers[seconds] = httpx.post(f"{url}/v1/predict", json=body, timeout=60)

    thread = threading.Thread(target=ask)
    thread.start()
    return thread


def wait_for_waiting(url: str, n_waiting: int) -> None:
    until = time.monotonic() + 20
    while httpx.get(f"{url}/v1/releases").json()["releases"][0]["n_waiting"] != n_waiting:
        assert time.monotonic() < until
        time.sleep(0.01)


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_what_is_in_hand_is_answered_and_who_waits_is_told(sent: signal.Signals) -> None:
    answers: dict[str, httpx.Response] = {}
    with host_process(stop_seconds=20) as (url, process):
        asking = [begin_asking(url, "3", answers)]
        wait_for_beginning(process, "3")
        asking.append(begin_asking(url, "0.25", answers))
        wait_for_waiting(url, 1)
        process.send_signal(sent)
        for thread in asking:
            thread.join(20)
        process.wait(20)
    assert answers["3"].json()["answers"][0]["intent"] == "3"
    assert answers["0.25"].status_code == 503
    assert answers["0.25"].json()["detail"] == "the model host is stopping"


def test_a_release_that_hangs_does_not_keep_the_host_alive() -> None:
    answers: dict[str, httpx.Response] = {}
    with host_process(stop_seconds=0.2) as (url, process):
        asking = begin_asking(url, "600", answers)
        wait_for_beginning(process, "600")
        process.send_signal(signal.SIGTERM)
        asking.join(20)
        process.wait(20)
    assert answers["600"].status_code == 503
    assert answers["600"].json()["detail"] == "the model host is stopping"


def test_a_host_that_is_decoding_or_being_sent_something_ends_in_time(tmp_path: Path) -> None:
    sound = base64.b64encode(to_flac(Audio(np.zeros(SAMPLE_RATE_HZ, np.float32)))).decode()
    body = {"release": "sleepy", "requests": [{"audio": sound, "locale": "sw-KE"}]}
    told: list[httpx.Response] = []
    log = tmp_path / "log"
    with log.open("wb") as errors, host_process(0.2, errors) as (url, process):
        asking = threading.Thread(
            target=lambda: told.append(httpx.post(f"{url}/v1/predict", json=body, timeout=60))
        )
        port = httpx.URL(url).port
        assert port is not None
        with socket.create_connection(("127.0.0.1", port)) as stalling:
            stalling.sendall(
                b"POST /v1/predict HTTP/1.1\r\nHost: host\r\nContent-Length: 2\r\n\r\n{"
            )
            asking.start()
            wait_for_beginning(process, "decoding")
            process.send_signal(signal.SIGTERM)
            process.wait(20)
            stalling.settimeout(20)
            answer = stalling.recv(10_000)
        asking.join(20)
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert (told[0].status_code, told[0].headers["retry-after"]) == (503, "5")
    assert b"Traceback" not in log.read_bytes()


def test_a_host_that_can_load_nothing_ends_and_says_why(tmp_path: Path) -> None:
    write_release(tmp_path, "bare", "missing")
    host = create_host(find=finding(tmp_path), preload=["bare"])
    with pytest.raises(ModelUnavailable, match=r"'bare' could not be loaded: there is no folder"):
        serve_host(host, host="127.0.0.1", port=free_port(), limits=Limits(), log_level="critical")
