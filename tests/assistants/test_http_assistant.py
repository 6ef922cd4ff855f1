from __future__ import annotations

import base64
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import HttpUrl

from tests.assistants.odd_server import Call, serving
from vernacular.assistants.contract import (
    Answer,
    Assistant,
    Dialogue,
    Footprint,
    Request,
    StageTrace,
)
from vernacular.assistants.load import load_assistant
from vernacular.assistants.manifest import read_manifest
from vernacular.assistants.remote.http_assistant import HttpAssistant
from vernacular.assistants.stage_specs import HttpService
from vernacular.clips.audio import Audio
from vernacular.clips.decode import decode_audio
from vernacular.clips.encode import to_wav
from vernacular.corpus.utterance import Slot
from vernacular.errors import ModelUnavailable

TONE = Audio(0.5 * np.sin(np.arange(8_000, dtype=np.float32) / 5))
LIGHT = Request("zima taa jikoni", "sw-KE")
DOCUMENT = Path(__file__).parents[2] / "docs" / "http-assistant.md"


def _spec(url: str, **fields: Any) -> HttpService:
    given = {"timeout_seconds": 5.0, "n_retries": 0, **fields}
    return HttpService(engine="http", url=HttpUrl(url), **given)


def _ask(
    behave: Callable[[Call], None], requests: Sequence[Request] = (LIGHT,), **fields: Any
) -> tuple[list[Answer], list[Call]]:
    with serving(behave) as server:
        assistant = HttpAssistant.load(_spec(f"{server.url}/answer", **fields))
        try:
            return assistant.predict_batch(requests), server.calls
        finally:
            assistant.close()


def _answering(**answer: object) -> Callable[[Call], None]:
    """Gives every request of a call the same answer."""
    return lambda call: call.send({"answers": [answer for _ in call.json["requests"]]})


def _base64(audio: Audio) -> str:
    return base64.b64encode(to_wav(audio)).decode()


def test_a_whole_answer_comes_through() -> None:
    stage = {"stage": "nlu", "version": "v3", "latency_ms": 1.5, "confidence": 0.9, "output": "x"}
    (answer,), (call,) = _ask(
        _answering(
            intent="lightoff",
            intent_confidence=0.93,
            slots=[{"label": "house_place", "start": 9, "end": 15}],
            reply="Nimezima taa.",
            speech=_base64(TONE),
            stages=[stage],
            dialogue={"intent": "lightoff", "values": {"b": "2", "a": "1"}, "asked_back": True},
        ),
        [Request("zima taa jikoni", "sw-KE", wants_speech=True, dialogue=Dialogue("lightoff"))],
        speaks=True,
    )
    assert call.path == "/answer"
    assert call.json == {
        "version": 1,
        "requests": [
            {
                "text": "zima taa jikoni",
                "audio": None,
                "locale": "sw-KE",
                "wants_reply": True,
                "wants_speech": True,
                "dialogue": {"intent": "lightoff", "values": {}, "asked_back": False},
            }
        ],
    }
    assert (answer.intent, answer.intent_confidence, answer.reply) == (
        "lightoff",
        0.93,
        "Nimezima taa.",
    )
    assert answer.slots == (Slot("house_place", 9, 15),)
    assert answer.stages == (StageTrace("nlu", "v3", 1.5, 0.9, "x"),)
    assert answer.dialogue == Dialogue("lightoff", (("a", "1"), ("b", "2")), True)
    assert answer.speech is not None
    assert np.allclose(answer.speech.samples, TONE.samples, atol=1e-4)
    assert answer.latency_ms is not None
    assert answer.latency_ms > 0


def test_speech_is_sent_as_flac_and_slots_are_of_what_was_heard() -> None:
    (answer,), (call,) = _ask(
        _answering(
            transcript="zima taa",
            transcript_confidence=0.7,
            slots=[{"label": "device", "start": 5, "end": 8}],
        ),
        [Request(None, "sw-KE", audio=TONE)],
        hears=True,
    )
    sent = decode_audio(base64.b64decode(call.json["requests"][0]["audio"]))
    assert (sent.format, sent.audio.samples.size) == ("flac", 8_000)
    assert (answer.transcript, answer.transcript_confidence) == ("zima taa", 0.7)
    assert answer.slots == (Slot("device", 5, 8),)


def test_requests_travel_in_calls_of_a_few_and_come_back_in_order() -> None:
    def echo(call: Call) -> None:
        call.send({"answers": [{"reply": one["text"]} for one in call.json["requests"]]})

    requests = [Request(f"number {i}", "en-GB") for i in range(10)]
    answers, calls = _ask(echo, requests, max_batch=4, n_parallel=2)
    assert [one.reply for one in answers] == [one.text for one in requests]
    assert sorted(len(call.json["requests"]) for call in calls) == [2, 4, 4]


def test_what_cannot_be_answered_is_not_sent() -> None:
    requests = [
        Request("a" * 100_000, "en-GB"),
        LIGHT,
        Request(None, "en-GB", audio=TONE),
        Request(None, "en-GB"),
    ]
    answers, (call,) = _ask(_answering(intent="lightoff"), requests)
    assert len(call.json["requests"]) == 1
    assert [one.intent for one in answers] == [None, "lightoff", None, None]
    assert "100,000 characters" in str(answers[0].error)
    assert "text only" in str(answers[2].error)


def test_a_refused_request_is_found_among_its_neighbours() -> None:
    def refuse_bad(call: Call) -> None:
        if any(one["text"] == "bad" for one in call.json["requests"]):
            call.send({"detail": "I do not know this word"}, 422)
        else:
            call.send({"answers": [{"intent": "ok"} for _ in call.json["requests"]]})

    requests = [Request("bad" if i == 5 else "good", "en-GB") for i in range(8)]
    answers, _ = _ask(refuse_bad, requests)
    assert [one.intent for one in answers] == [None if i == 5 else "ok" for i in range(8)]
    assert "422: I do not know this word" in str(answers[5].error)


def test_an_assistant_that_does_not_speak_is_not_asked_to() -> None:
    spoken = Request("zima taa jikoni", "sw-KE", wants_speech=True)
    (answer,), (call,) = _ask(_answering(reply="Sawa.", speech="%%%"), [spoken])
    assert call.json["requests"][0]["wants_speech"] is False
    assert (answer.reply, answer.speech, answer.error) == ("Sawa.", None, None)


def test_an_error_of_the_assistant_is_recorded_as_it_says_it() -> None:
    (answer,), _ = _ask(_answering(error="out of coffee", intent="ignored"))
    assert answer == Answer(error="out of coffee")


def test_an_empty_answer_understood_nothing() -> None:
    (answer,), _ = _ask(_answering(slots=None, stages=None))
    assert (answer.error, answer.intent, answer.slots, answer.stages) == (None, None, (), ())


@pytest.mark.parametrize(
    ("broken", "place"),
    [
        ({"intent": 7}, "intent"),
        ({"intent": "two words"}, "intent"),
        ({"intent": "x" * 81}, "intent"),
        ({"intent_confidence": 1.5}, "intent_confidence"),
        ({"intent_confidence": float("nan")}, "intent_confidence"),
        ({"intent_confidence": "0.9"}, "intent_confidence"),
        ({"slot": []}, "slot"),
        ({"slots": [{"label": "x", "start": 0, "end": 99}]}, "slots"),
        ({"slots": [{"label": "x", "start": 4, "end": 4}]}, "slots"),
        ({"slots": [{"label": "x", "start": 0.5, "end": 4}]}, "slots.0.start"),
        ({"reply": "x" * 4_001}, "reply"),
        ({"speech": "%%%"}, "speech"),
        ({"speech": "aGVsbG8="}, "speech"),
        ({"speech": _base64(Audio(np.zeros(16_000 * 301, np.float32)))}, "speech"),
        ({"stages": [{"stage": "magic", "version": "1", "latency_ms": 1}]}, "stages.0.stage"),
        ({"dialogue": {"values": {"a": 3}}}, "dialogue.values.a"),
        ({"error": ""}, "error"),
        ([], "object"),
        (None, "object"),
        ("sawa", "object"),
    ],
)
def test_an_answer_that_breaks_the_contract_fails_alone(broken: Any, place: str) -> None:
    def one_broken(call: Call) -> None:
        call.send({"answers": [{"intent": "good"}, broken, {"intent": "good"}]})

    spoken = Request("zima taa jikoni", "sw-KE", wants_speech=True)
    answers, _ = _ask(one_broken, [spoken] * 3, speaks=True)
    assert [one.intent for one in answers] == ["good", None, "good"]
    assert re.search(rf"\b{re.escape(place)}\b", str(answers[1].error))


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x00\xff\x13\x37",
        b"<html>Sign in</html>",
        b'{"answers": [{"intent": "li',
        b'{"answers": {}}',
        b'{"answers": []}',
        b'{"answers": [{}, {}]}',
        b"[]",
        b"",
    ],
)
def test_garbage_fails_the_call_and_nothing_else(garbage: bytes) -> None:
    def garbage_first(call: Call) -> None:
        call.send(garbage if call.number == 0 else b'{"answers": [{"intent": "good"}]}')

    answers, _ = _ask(garbage_first, [LIGHT] * 3, max_batch=1, n_parallel=1)
    assert [one.intent for one in answers] == [None, "good", "good"]
    assert "/answer" in str(answers[0].error)


def test_a_server_that_hangs_fails_its_call() -> None:
    def hang_first(call: Call) -> None:
        if call.number == 0:
            call.hang()
        else:
            _answering(intent="good")(call)

    answers, _ = _ask(hang_first, [LIGHT] * 2, max_batch=1, n_parallel=1, timeout_seconds=0.4)
    assert "took longer than 0.4 s" in str(answers[0].error)
    assert answers[1].intent == "good"


def test_a_server_that_is_down_stops_the_run() -> None:
    with pytest.raises(ModelUnavailable, match="in a row"):
        _ask(lambda call: call.send("", 500), [LIGHT] * 200)


def test_nothing_to_ask_asks_nothing() -> None:
    assert _ask(_answering(), []) == ([], [])


# The document


def _block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


@contextmanager
def _documented(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Assistant]:
    """Runs the server that the document shows, and loads the manifest that it shows."""
    monkeypatch.setenv("COUNTER_KEY", "secret")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script, manifest = folder / "server.py", folder / "counter-3.yaml"
    script.write_text(_block("python"), encoding="utf-8")
    manifest.write_text(_block("yaml").replace("8077", str(port)), encoding="utf-8")
    process = subprocess.Popen([sys.executable, script, str(port)], stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, "the server of the document does not start"
            time.sleep(0.05)
        assistant = load_assistant(read_manifest(manifest), folder)
        try:
            yield assistant
        finally:
            assistant.close()
    finally:
        process.kill()
        process.wait()


def test_the_server_in_the_document_works_with_the_manifest_in_the_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _documented(tmp_path, monkeypatch) as assistant:
        answers = assistant.predict_batch(
            [LIGHT, Request("lights out in the bedroom", "en-US", wants_reply=False)]
            + [Request("tell me a joke", "en-US")] * 20
        )
        assert assistant.footprint() == Footprint()
    assert [one.error for one in answers] == [None] * 22
    assert (answers[0].intent, answers[0].slots, answers[0].reply) == (
        "iot_hue_lightoff",
        (Slot("house_place", 9, 15),),
        "Nimezima taa.",
    )
    assert answers[1].slots == (Slot("house_place", 18, 25),)
    assert answers[1].reply is None
    assert answers[2].intent is None


def test_the_server_in_the_document_refuses_a_wrong_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _documented(tmp_path, monkeypatch):
        monkeypatch.setenv("COUNTER_KEY", "another")
        assistant = load_assistant(read_manifest(tmp_path / "counter-3.yaml"), tmp_path)
        try:
            with pytest.raises(ModelUnavailable, match="the key is wrong; the key in COUNTER_KEY"):
                assistant.predict_batch([LIGHT])
        finally:
            assistant.close()
