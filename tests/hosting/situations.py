"""Assistants that do as a test tells them, and a host that serves them on a real port."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import uvicorn
from fastapi import FastAPI

from vernacular.assistants.contract import Answer, Footprint, Request
from vernacular.clips.audio import SAMPLE_RATE_HZ, Audio, from_pcm16, to_pcm16
from vernacular.errors import InvalidInput, ModelUnavailable


class Echo:
    """Answers with the request's own text, or with how long it heard; waits while it is held."""

    def __init__(self, *, held: bool = False) -> None:
        self.batches: list[list[str]] = []
        self.asked: list[Request] = []
        self.is_closed = threading.Event()
        self.gate = threading.Event()
        self.begun = threading.Event()
        if not held:
            self.gate.set()

    def hold(self) -> None:
        """Lets the next batch wait for ``gate``, and ``begun`` tell that it has come."""
        self.gate.clear()
        self.begun.clear()

    def predict_batch(self, requests: Sequence[Request]) -> list[Answer]:
        self.begun.set()
        assert self.gate.wait(20)
        self.asked += requests
        texts = [label(request) for request in requests]
        self.batches.append(texts)
        if "crash" in texts:
            raise ZeroDivisionError("a bug in the assistant")
        if "refuse" in texts:
            raise InvalidInput("is no locale", field="locale")
        if "gone" in texts:
            raise ModelUnavailable("the weights are gone")
        if "lose" in texts:
            return []
        return [self.answer(request) for request in requests]

    def answer(self, request: Request) -> Answer:
        return Answer(intent=label(request))

    def footprint(self) -> Footprint:
        return Footprint(1_000, 4_000, "cpu", 5_000_000)

    def close(self) -> None:
        self.is_closed.set()


def label(request: Request) -> str:
    return f"{request.audio.seconds:g} s" if request.audio is not None else request.text or ""


def tone(seconds: float) -> Audio:
    """A tone in steps of 16 bits, so that it travels without loss."""
    at = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    return from_pcm16(to_pcm16(0.3 * np.sin(2 * np.pi * 440 * at)))


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
