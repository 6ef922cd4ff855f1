"""A model host whose assistant does nothing: ``python -m tests.benchmarks.turns_noop PORT``.

It speaks the model host's JSON, so that our pages and their peers ask it the same way and what is
left of a turn is what the page itself costs.
"""

from __future__ import annotations

import asyncio
import json
import sys

from vernacular.hosting.wire import (
    HostedReleases,
    PredictAnswer,
    WireAnswer,
    WireRelease,
    WireSlot,
    WireStage,
)

RELEASE = "pocket-1"
"""The release whose place it takes."""
_SAID, _VALUE = "wake me at five am", "five am"


def question(number: int) -> str:
    """Returns what is typed in a turn; the answer to it says the same number."""
    return f"{_SAID} {number}"


def reply(number: int) -> str:
    """Returns what is answered, which nothing but the answer to this question contains."""
    return f"Set as number {number}."


def _answer(text: str) -> WireAnswer:
    start = _SAID.index(_VALUE)
    return WireAnswer(
        intent="alarm_set",
        intent_confidence=0.91,
        slots=[WireSlot(label="time", start=start, end=start + len(_VALUE))],
        reply=reply(int(text.rsplit(maxsplit=1)[-1])),
        stages=[
            WireStage(stage="nlu", version="noop/1", latency_ms=0.1),
            WireStage(stage="reply", version="noop/1", latency_ms=0.1),
        ],
        latency_ms=0.2,
    )


def _respond(path: str, body: bytes) -> str:
    if path == "/v1/predict":
        asked = json.loads(body)["requests"]
        answers = PredictAnswer(answers=[_answer(one["text"]) for one in asked])
        return answers.model_dump_json(exclude_defaults=True)
    release = WireRelease(name=RELEASE, state="ready", hears=False, speaks=False)
    return HostedReleases(releases=[release]).model_dump_json()


async def _connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            _, has_body, rest = head.lower().partition(b"content-length:")
            body = await reader.readexactly(int(rest.split(b"\r\n")[0])) if has_body else b""
            content = _respond(head.split()[1].decode(), body).encode()
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\n\r\n%b" % (len(content), content)
            )
    except (asyncio.IncompleteReadError, ConnectionResetError):
        writer.close()


async def _serve(port: int) -> None:
    server = await asyncio.start_server(_connect, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
