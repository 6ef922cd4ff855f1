"""A release whose stages are all somebody else's, loaded from its manifest as any other is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from tests.assistants.odd_server import Call, OddServer, serving
from vernacular.assistants.contract import Assistant, Footprint, Request
from vernacular.assistants.load import load_assistant
from vernacular.assistants.manifest import read_manifest
from vernacular.clips.audio import Audio
from vernacular.clips.level import find_fault
from vernacular.corpus.utterance import Slot

KEY = "sk-0123456789"
TONE = Audio(0.5 * np.sin(np.arange(8_000, dtype=np.float32) / 5))
MANIFEST = """\
release: far-1
assistant: far
stages:
  asr: {{engine: openai, url: {url}/v1, model: ears, {limits}}}
  nlu: {{engine: openai, url: {url}/v1, model: mind, intents: [lightoff], slots: [room], {limits}}}
  reply: {{engine: openai, url: {url}/v1, model: mouth, {limits}}}
  tts: {{engine: espeak}}
"""
LIMITS = "key_variable: FAR_KEY, timeout_seconds: 0.5, n_retries: 0, n_parallel: 1"


def _said(content: str) -> dict[str, object]:
    return {"choices": [{"message": {"content": content}, "finish_reason": "stop"}]}


def _well(call: Call) -> None:
    if call.path.endswith("/transcriptions"):
        call.send({"text": "zima taa jikoni"})
    elif call.json["model"] == "mind":
        slots = [{"label": "room", "value": "jikoni"}]
        call.send(_said(json.dumps({"intent": "lightoff", "slots": slots})))
    else:
        call.send(_said("Nimezima taa ya jikoni."))


@contextmanager
def _loaded(
    server: OddServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Assistant]:
    monkeypatch.setenv("FAR_KEY", KEY)
    path = folder / "far-1.yaml"
    path.write_text(MANIFEST.format(url=server.url, limits=LIMITS), encoding="utf-8")
    assistant = load_assistant(read_manifest(path), folder)
    try:
        yield assistant
    finally:
        assistant.close()


def test_it_hears_understands_replies_and_speaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(_well) as server, _loaded(server, tmp_path, monkeypatch) as assistant:
        (answer,) = assistant.predict_batch([Request(None, "sw-KE", audio=TONE, wants_speech=True)])
        assert assistant.footprint() == Footprint(device="cpu")
    assert answer.error is None
    assert answer.transcript == "zima taa jikoni"
    assert (answer.intent, answer.slots) == ("lightoff", (Slot("room", 9, 15),))
    assert answer.reply == "Nimezima taa ya jikoni."
    assert answer.speech is not None
    assert find_fault(answer.speech) is None
    assert [(one.stage, one.version.partition(":")[0]) for one in answer.stages] == [
        ("asr", "openai"),
        ("nlu", "openai"),
        ("reply", "openai"),
        ("tts", "espeak-ng"),
    ]
    assert {call.headers["authorization"] for call in server.calls} == {f"Bearer {KEY}"}


def test_where_one_request_hangs_and_one_gets_garbage_the_others_are_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def odd(call: Call) -> None:
        request = call.json["messages"][-1]["content"]
        if "hang" in request:
            call.hang()
        elif "garbage" in request:
            call.send(b"\x00\xff<html>")
        else:
            _well(call)

    texts = ["zima taa", "hang", "zima taa", "garbage", "zima taa"]
    with serving(odd) as server, _loaded(server, tmp_path, monkeypatch) as assistant:
        answers = assistant.predict_batch([Request(text, "sw-KE") for text in texts])
    assert [one.intent for one in answers] == ["lightoff", None, "lightoff", None, "lightoff"]
    assert "took longer than 0.5 s" in str(answers[1].error)
    assert "cannot be read" in str(answers[3].error)
    assert KEY not in str(answers)
