from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import HttpUrl

from tests.assistants.odd_server import Call, serving
from vernacular.assistants.remote.openai_transcription import RemoteRecogniser
from vernacular.assistants.stage_specs import RemoteTranscriptionStage
from vernacular.assistants.stages import Heard, Transcript
from vernacular.clips.audio import Audio
from vernacular.clips.decode import decode_audio
from vernacular.errors import InvalidInput, ModelUnavailable

TONE = Audio(0.5 * np.sin(np.arange(8_000, dtype=np.float32) / 5))


def _transcribe(
    behave: Callable[[Call], None], locales: Sequence[str] = ("sw-KE",), **fields: Any
) -> tuple[Any, list[Call]]:
    with serving(behave) as server:
        given = {"timeout_seconds": 5.0, "n_retries": 0, **fields}
        spec = RemoteTranscriptionStage(
            engine="openai", url=HttpUrl(f"{server.url}/v1"), model="ears-1", **given
        )
        stage = RemoteRecogniser.load(spec, Path())
        try:
            heard = stage.transcribe_batch([Heard(TONE, locale) for locale in locales])
        finally:
            stage.close()
        return heard, server.calls


def _form(call: Call) -> dict[str, Message]:
    head = f"Content-Type: {call.headers['content-type']}\r\n\r\n".encode()
    parts = message_from_bytes(head + call.body).get_payload()
    assert isinstance(parts, list)
    return {
        str(part.get_param("name", header="Content-Disposition")): part
        for part in parts
        if isinstance(part, Message)
    }


def _field(call: Call, name: str) -> str:
    data = _form(call)[name].get_payload(decode=True)
    assert isinstance(data, bytes)
    return data.decode()


def test_a_clip_is_sent_as_wav_and_written_down() -> None:
    answer = {
        "text": " niamshe saa tatu ",
        "segments": [
            {"start": 0.0, "end": 3.0, "avg_logprob": -0.1},
            {"start": 3.0, "end": 4.0, "avg_logprob": -0.5},
        ],
    }
    (heard,), (call,) = _transcribe(lambda call: call.send(answer))
    assert heard.text == "niamshe saa tatu"
    # The mean of the logarithms, weighed by 3 s and 1 s.
    assert heard.confidence == pytest.approx(math.exp(-0.2))
    assert call.path == "/v1/audio/transcriptions"
    assert _field(call, "model") == "ears-1"
    assert _field(call, "language") == "sw"
    assert _field(call, "response_format") == "verbose_json"
    wav = _form(call)["file"].get_payload(decode=True)
    assert isinstance(wav, bytes)
    sent = decode_audio(wav)
    assert (sent.format, sent.sample_rate_hz, sent.n_channels) == ("wav", 16_000, 1)
    assert np.allclose(sent.audio.samples, TONE.samples, atol=1e-4)


@pytest.mark.parametrize(
    ("locale", "language"),
    [("pt-BR", "pt"), ("nb-NO", "no"), ("fil-PH", "tl"), ("zh-TW", "zh"), ("jv-ID", "jw")],
)
def test_the_server_is_told_the_language_by_the_name_it_knows(locale: str, language: str) -> None:
    _, (call,) = _transcribe(
        lambda call: call.send({"text": "x"}), [locale], languages={"jv": "jw"}
    )
    assert _field(call, "language") == language


def test_a_server_without_verbose_json_is_asked_for_plain_json_from_then_on() -> None:
    def plain(call: Call) -> None:
        if _field(call, "response_format") == "verbose_json":
            call.send({"error": {"message": "response_format 'verbose_json' is unknown"}}, 400)
        else:
            call.send({"text": "sawa"})

    heard, calls = _transcribe(plain, ["sw-KE"] * 4, n_parallel=1)
    assert heard == [Transcript("sawa", None)] * 4
    assert len(calls) == 5


@pytest.mark.parametrize(
    ("segments", "confidence"),
    [
        (None, None),
        ([], None),
        ([{"start": 0, "end": 1}], None),
        ([{"start": 0, "end": 0, "avg_logprob": 0.0}], 1.0),
        ([{"start": 0, "end": 1, "avg_logprob": 0.3}], 1.0),
        ([{"start": 0, "end": 1, "avg_logprob": float("nan")}], None),
        ([{"start": 5, "end": 1, "avg_logprob": -1.0}], math.exp(-1)),
    ],
)
def test_a_confidence_is_a_probability_or_nothing(segments: Any, confidence: float | None) -> None:
    (heard,), _ = _transcribe(lambda call: call.send({"text": "sawa", "segments": segments}))
    assert heard.confidence == (None if confidence is None else pytest.approx(confidence))


def test_silence_is_an_empty_transcript() -> None:
    assert _transcribe(lambda call: call.send({"text": ""}))[0] == [Transcript("")]


@pytest.mark.parametrize(
    "garbage", [b"niamshe saa tatu", b'{"text": null}', b'{"transcript": "x"}', b"<html>", b""]
)
def test_garbage_fails_the_clip(garbage: bytes) -> None:
    (error,), _ = _transcribe(lambda call: call.send(garbage))
    assert isinstance(error, ModelUnavailable)


def test_a_transcript_without_end_fails_the_clip() -> None:
    (error,), _ = _transcribe(lambda call: call.send({"text": "you " * 5_000}))
    assert "10000 characters" in str(error)


def test_a_clip_that_the_server_refuses_fails_alone() -> None:
    def refuse_swahili(call: Call) -> None:
        if _field(call, "language") == "sw":
            call.send({"error": {"message": "language 'sw' is not known"}}, 400)
        else:
            call.send({"text": "hello"})

    heard, _ = _transcribe(refuse_swahili, ["en-GB", "sw-KE", "??", "en-GB"])
    assert [one.text for one in (heard[0], heard[3])] == ["hello", "hello"]
    assert isinstance(heard[1], InvalidInput)
    assert "not known" in str(heard[1])
    assert isinstance(heard[2], InvalidInput)
