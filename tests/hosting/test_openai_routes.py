"""The host seen by a client that knows OpenAI's API and nothing of Vernacular."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.hosting.situations import Echo, serving, tone
from vernacular.assistants.contract import MAX_TEXT, Answer, Dialogue, Request
from vernacular.assistants.manifest import Manifest
from vernacular.clips.encode import to_flac, to_wav
from vernacular.hosting.limits import Limits
from vernacular.hosting.releases.loading import Hosted
from vernacular.hosting.routes.openai import choose_locale
from vernacular.hosting.server import create_host

MANIFEST = Manifest.model_validate(
    {
        "release": "voice-1",
        "assistant": "voice",
        "trained_locales": ["hi-IN", "sw-KE", "sw-TZ"],
        "stages": {
            "asr": {"engine": "ctc", "weights": "a"},
            "nlu": {"engine": "joint-encoder", "weights": "b"},
            "reply": {"engine": "templates"},
        },
    }
)
CLIP = to_wav(tone(0.5))
SPOKEN_CHAT = [
    {
        "type": "input_audio",
        "input_audio": {"data": base64.b64encode(CLIP).decode(), "format": "wav"},
    }
]


class Voice(Echo):
    """Hears how long a clip lasts and replies with what it heard or read."""

    def answer(self, request: Request) -> Answer:
        if request.text == "silence":
            return Answer(error="the recording is silent")
        heard = None if request.audio is None else f"नमस्ते {request.audio.seconds:g}"
        return Answer(
            intent="general_greet",
            reply=None if not request.wants_reply else f"↩ {heard or request.text}",
            transcript=heard,
            dialogue=Dialogue("general_greet", (("name", "a"),)),
        )


@pytest.fixture(scope="module")
def voice() -> Voice:
    return Voice()


@pytest.fixture(scope="module")
def url(voice: Voice) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("vernacular.hosting.releases.loading.load_assistant", lambda *_, **__: voice)
        application = create_host(
            {"plain": Echo()},
            find=lambda _: (MANIFEST, Path()),
            preload=["voice-1"],
            limits=Limits(max_body_bytes=100_000),
        )
        with serving(application) as address:
            while len(httpx.get(f"{address}/v1/models").json()["data"]) < 2:
                pass
            yield address


def chat(url: str, content: object, **more: object) -> httpx.Response:
    headers = more.pop("headers", {})
    messages = [
        {"role": "system", "content": "You are kind."},
        {"role": "user", "content": "an earlier turn"},
        {"role": "assistant", "content": "its reply"},
        {"role": "user", "content": content},
    ]
    body = {"model": "voice-1", "messages": messages, "language": "hi", **more}
    return httpx.post(f"{url}/v1/chat/completions", json=body, headers=headers)


def transcribe(url: str, data: bytes = CLIP, **fields: str) -> httpx.Response:
    fields = {"model": "voice-1", "language": "hi", **fields}
    files = {"file": ("clip.wav", data, "audio/wav")}
    return httpx.post(f"{url}/v1/audio/transcriptions", data=fields, files=files)


def test_the_models_are_the_releases_that_answer(url: str) -> None:
    listed = httpx.get(f"{url}/v1/models").json()
    assert listed["object"] == "list"
    assert [one["id"] for one in listed["data"]] == ["plain", "voice-1"]
    assert all(one["object"] == "model" and one["created"] > 1.7e9 for one in listed["data"])


def test_one_model_is_described_as_in_the_list(url: str) -> None:
    listed = httpx.get(f"{url}/v1/models").json()["data"]
    assert httpx.get(f"{url}/v1/models/voice-1").json() == listed[1]
    assert error_of(httpx.get(f"{url}/v1/models/gpt-9"))[:2] == (404, "model_not_found")


def test_the_last_message_is_answered(url: str, voice: Voice) -> None:
    body = chat(url, "नमस्ते", locale="hi-IN").json()
    assert (body["object"], body["model"]) == ("chat.completion", "voice-1")
    (choice,) = body["choices"]
    assert choice["message"] == {"role": "assistant", "content": "↩ नमस्ते"}
    assert choice["finish_reason"] == "stop"
    assert body["vernacular"]["intent"] == "general_greet"
    assert voice.asked[-1] == Request("नमस्ते", "hi-IN")


@pytest.mark.parametrize(
    ("more", "locale"),
    [
        ({"locale": "sw-TZ"}, "sw-TZ"),
        ({"locale": "sw"}, "sw-KE"),
        ({"locale": "SW-tz"}, "sw-TZ"),
        ({"locale": "fi-FI"}, "fi-FI"),
        ({"language": "sw"}, "sw-KE"),
        ({"locale": "hi", "language": "sw"}, "hi-IN"),
        ({"locale": "sw-TZ", "headers": {"X-Vernacular-Locale": "sw-KE"}}, "sw-KE"),
    ],
)
def test_a_locale_is_said_by_field_or_header(
    url: str, voice: Voice, more: dict[str, object], locale: str
) -> None:
    assert chat(url, "habari", **more).status_code == 200
    assert voice.asked[-1].locale == locale


@pytest.mark.parametrize(
    ("trained", "locale"),
    [(("af-ZA", "en-US", "sw-KE"), "en-US"), (("sw-KE",), "sw-KE")],
)
def test_without_a_locale_the_only_or_the_usual_one_is_meant(
    trained: tuple[str, ...], locale: str
) -> None:
    manifest = MANIFEST.model_copy(update={"trained_locales": trained})
    assert choose_locale(Hosted("voice-1", manifest), None) == locale


def test_where_several_locales_may_be_meant_the_client_is_told_how_to_say_which(url: str) -> None:
    for refused in (chat(url, "habari", language=None), transcribe(url, language="")):
        status, code, param, message = error_of(refused)
        assert (status, code, param) == (400, "invalid", "locale")
        assert "hi-IN, sw-KE, sw-TZ" in message
        assert "X-Vernacular-Locale or the field 'language'" in message


def test_a_conversation_goes_on_with_what_came_back(url: str, voice: Voice) -> None:
    first = chat(url, "one").json()
    chat(url, "two", dialogue=first["vernacular"]["dialogue"])
    assert voice.asked[-1].dialogue == Dialogue("general_greet", (("name", "a"),))


def test_a_message_can_be_spoken(url: str) -> None:
    body = chat(url, SPOKEN_CHAT).json()
    assert body["choices"][0]["message"]["content"] == "↩ नमस्ते 0.5"
    assert body["vernacular"]["transcript"] == "नमस्ते 0.5"


def test_parts_of_text_are_one_text(url: str, voice: Voice) -> None:
    chat(url, [{"type": "text", "text": "one"}, {"type": "text", "text": "two"}])
    assert voice.asked[-1].text == "one\ntwo"


def test_a_stream_carries_the_reply_and_ends(url: str) -> None:
    response = chat(url, "habari", stream=True)
    assert response.headers["content-type"].startswith("text/event-stream")
    *chunks, end = [line[6:] for line in response.text.splitlines() if line]
    assert end == "[DONE]"
    read = [json.loads(chunk) for chunk in chunks]
    assert {one["object"] for one in read} == {"chat.completion.chunk"}
    assert len({one["id"] for one in read}) == 1
    deltas = [one["choices"][0]["delta"] for one in read]
    assert deltas[0]["role"] == "assistant"
    assert "".join(delta.get("content", "") for delta in deltas) == "↩ habari"
    assert read[-1]["choices"][0]["finish_reason"] == "stop"
    assert read[-1]["vernacular"]["intent"] == "general_greet"


@pytest.mark.parametrize("given_format", ["json", "text", "verbose_json"])
@pytest.mark.parametrize("encode", [to_wav, to_flac])
def test_a_file_is_transcribed(
    url: str, given_format: str, encode: type[object], voice: Voice
) -> None:
    data = encode(tone(0.5))  # type: ignore[call-arg]
    response = transcribe(url, data, response_format=given_format, language="sw")  # type: ignore[arg-type]
    assert response.status_code == 200
    assert not voice.asked[-1].wants_reply
    assert voice.asked[-1].locale == "sw-KE"
    if given_format == "text":
        assert response.text == "नमस्ते 0.5\n"
        return
    body = response.json()
    assert body["text"] == "नमस्ते 0.5"
    if given_format == "verbose_json":
        assert (body["language"], body["duration"]) == ("sw-KE", 0.5)


def error_of(response: httpx.Response) -> tuple[int, str, str | None, str]:
    error = response.json()["error"]
    assert response.headers["content-type"] == "application/json"
    assert set(error) == {"message", "type", "param", "code"}
    return response.status_code, error["code"], error["param"], error["message"]


@pytest.mark.parametrize(
    ("content", "more", "code", "param"),
    [
        ([], {}, "invalid", "messages"),
        ("   ", {}, "invalid", "messages"),
        (None, {}, "invalid", "messages"),
        ("a" * (MAX_TEXT + 1), {}, "invalid", "messages"),
        ([*SPOKEN_CHAT, *SPOKEN_CHAT], {}, "invalid", "messages"),
        ([{"type": "image_url", "image_url": {}}], {}, "invalid", "messages.3.content.parts.0"),
        ([{"type": "input_audio", "input_audio": {"data": "%"}}], {}, "invalid", "audio"),
        ("habari", {"locale": "x"}, "invalid", "locale"),
        ("habari", {"model": "plain", "language": None}, "invalid", "locale"),
        ("silence", {}, "unanswered", None),
    ],
)
def test_what_does_not_fit_is_an_error_of_openai_s_shape(
    url: str, content: object, more: dict[str, object], code: str, param: str | None
) -> None:
    status, given_code, given_param, _ = error_of(chat(url, content, **more))
    assert (status, given_code) == (400, code)
    assert given_param == param


def test_a_model_that_is_not_there_is_named_with_those_that_are(url: str) -> None:
    status, code, _, message = error_of(chat(url, "a", model="gpt-9"))
    assert (status, code) == (404, "model_not_found")
    assert "'gpt-9' is not loaded here; loaded: plain, voice-1" in message


def test_what_is_no_json_is_an_error_of_openai_s_shape(url: str) -> None:
    response = httpx.post(f"{url}/v1/chat/completions", content=b"{")
    assert error_of(response)[:2] == (400, "malformed")


@pytest.mark.parametrize(
    ("data", "fields", "param"),
    [
        (b"GIF89a, no recording", {}, None),
        (b"", {}, None),
        (CLIP, {"response_format": "srt"}, "response_format"),
        (CLIP, {"model": ""}, "model"),
    ],
)
def test_a_recording_that_cannot_be_heard_is_an_error(
    url: str, data: bytes, fields: dict[str, str], param: str | None
) -> None:
    status, code, given_param, _ = error_of(transcribe(url, data, **fields))
    assert (status, code, given_param) == (400, "invalid", param)


def test_a_form_without_a_file_and_a_body_that_is_no_form_are_errors(url: str) -> None:
    address = f"{url}/v1/audio/transcriptions"
    files = {"other": (None, "a"), "model": (None, "voice-1")}
    assert error_of(httpx.post(address, files=files))[:3] == (400, "invalid", "file")
    assert error_of(httpx.post(address, json={"model": "voice-1"}))[:2] == (400, "malformed")
    broken = {"Content-Type": "multipart/form-data; boundary=x"}
    response = httpx.post(address, content=b"--y\r\nnothing", headers=broken)
    assert error_of(response)[0] == 400


def test_an_upload_above_the_limit_is_refused(url: str) -> None:
    status, code, _, message = error_of(transcribe(url, to_wav(tone(5))))
    assert (status, code) == (413, "too_large")
    assert "100,000 bytes" in message
