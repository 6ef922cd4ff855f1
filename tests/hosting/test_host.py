"""The model host on a real port, seen through its client."""

from __future__ import annotations

import asyncio
import base64
import socket
from collections.abc import Iterator
from contextlib import closing

import httpx
import numpy as np
import pytest

from tests.hosting.situations import Echo, label, serving, tone
from vernacular.assistants.contract import (
    MAX_TEXT,
    Answer,
    Assistant,
    Dialogue,
    Footprint,
    Request,
    StageTrace,
)
from vernacular.clips.encode import to_wav
from vernacular.corpus.utterance import Slot
from vernacular.errors import HostBusy, ModelUnavailable
from vernacular.hosting import client
from vernacular.hosting.client import HostAssistants
from vernacular.hosting.limits import Limits
from vernacular.hosting.server import create_host
from vernacular.hosting.wire import MAX_REQUESTS

FULL = Answer(
    intent="alarm_set",
    intent_confidence=0.123456789012345,
    slots=(Slot("time", 0, 4), Slot("wetter_🌦", 5, 9)),
    reply="\u2068٥ صباحا\u2069 — तैयार",
    stages=(
        StageTrace("asr", "ctc:ears-1", 71.5, 0.75, "٥ صباحا"),
        StageTrace("nlu", "joint-encoder:pocket-1", 7.25, 0.123456789012345, "alarm_set"),
        StageTrace("reply", "t/1", 0.5),
    ),
    latency_ms=7.75,
    transcript="٥ صباحا",
    transcript_confidence=0.75,
    dialogue=Dialogue("alarm_set", (("time", "٥"), ("wetter_🌦", "a")), asked_back=True),
)
SPEECH = tone(0.25)
ANSWERS = {"full": FULL, "nothing": Answer(), "failed": Answer(error='no "idea"\n')}


class Known(Echo):
    """Answers what it was given for a text, else with the text itself."""

    def answer(self, request: Request) -> Answer:
        if request.locale == "??":
            return Answer(error="'??' is not a locale tag")
        if request.wants_speech:
            return Answer(reply=request.text, speech=SPEECH)
        return ANSWERS.get(label(request), Answer(intent=label(request)))


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
    said_before = Dialogue("alarm_set", (("time", "5"),), asked_back=True)
    sent = [
        Request("مرحبا\u200f 👩‍👩‍👧 e\u0301", "ar-SA", wants_reply=False),
        Request(" a ", "en-US", wants_speech=True, dialogue=said_before),
    ]
    host.find("pocket-1").predict_batch(sent)
    assert known.asked[-2:] == sent


def test_speech_arrives_and_comes_back_sample_by_sample(host: HostAssistants, known: Known) -> None:
    answers = host.find("pocket-1").predict_batch(
        [Request(None, "en-US", audio=SPEECH), Request("say it", "en-US", wants_speech=True)]
    )
    heard = next(one.audio for one in known.asked if one.audio is not None)
    assert np.array_equal(heard.samples, SPEECH.samples)
    assert answers[0].intent == "0.25 s"
    assert answers[1].speech is not None
    assert np.array_equal(answers[1].speech.samples, SPEECH.samples)


@pytest.mark.parametrize(
    ("audio", "reason"),
    [
        ("%%%", "audio: is not base64"),
        (base64.b64encode(b"GIF89a, no recording").decode(), "audio: is no sound recording"),
    ],
)
def test_garbage_for_a_recording_is_that_request_s_error_alone(
    url: str, audio: str, reason: str
) -> None:
    good = base64.b64encode(to_wav(tone(0.5))).decode()
    rows = [{"audio": one, "locale": "sw-KE"} for one in (good, audio, good)]
    response = httpx.post(f"{url}/v1/predict", json={"release": "pocket-1", "requests": rows})
    assert response.status_code == 200
    answers = response.json()["answers"]
    assert [answer["intent"] for answer in answers] == ["0.5 s", None, "0.5 s"]
    assert reason in answers[1]["error"]


def test_a_body_of_the_first_version_is_still_understood(url: str) -> None:
    body = '{"release":"pocket-1","requests":[{"text":"a","locale":"sw-KE","wants_reply":false}]}'
    assert httpx.post(f"{url}/v1/predict", content=body).json()["answers"][0]["intent"] == "a"


def test_more_requests_than_one_call_takes_are_answered_in_order(host: HostAssistants) -> None:
    texts = [f"text {i}" for i in range(MAX_REQUESTS + 3)]
    answers = host.find("pocket-2").predict_batch(asked_for(*texts))
    assert [answer.intent for answer in answers] == texts


def test_calls_are_cut_by_bytes_as_well_as_by_number(
    host: HostAssistants, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "MAX_CALL_BYTES", 100)
    sent: list[int] = []
    send = HostAssistants._predict
    monkeypatch.setattr(
        HostAssistants,
        "_predict",
        lambda host, release, rows: sent.append(len(rows)) or send(host, release, rows),
    )
    texts = ["a" * 10, "b" * 10, "c" * 10, "d" * 300, "e"]
    answers = host.find("pocket-2").predict_batch(asked_for(*texts))
    assert [answer.intent for answer in answers] == texts
    assert sent == [2, 1, 1, 1]


def test_the_loaded_releases_are_listed_with_what_they_weigh(host: HostAssistants) -> None:
    assert host.list_loaded() == ["pocket-1", "pocket-2"]
    assert host.find("pocket-1").footprint() == Footprint(1_000, 4_000, "cpu", 5_000_000)
    assert host.find("pocket-9").footprint() == Footprint()


def test_a_release_that_is_not_loaded_is_named_with_those_that_are(host: HostAssistants) -> None:
    with pytest.raises(ModelUnavailable, match=r"'pocket-9' is not loaded.*pocket-1, pocket-2"):
        host.find("pocket-9").predict_batch(asked_for("a"))


def test_a_crash_of_the_assistant_is_told_and_the_host_goes_on(host: HostAssistants) -> None:
    with pytest.raises(ModelUnavailable, match="503: the assistant failed: ZeroDivisionError"):
        host.find("pocket-1").predict_batch(asked_for("crash"))
    assert host.find("pocket-1").predict_batch(asked_for("a"))[0].intent == "a"


@pytest.mark.parametrize("text", ["", "a" * (MAX_TEXT + 1)])
def test_a_text_that_no_host_takes_fails_alone(host: HostAssistants, text: str) -> None:
    answers = host.find("pocket-1").predict_batch(asked_for("before", text, "after"))
    assert [answer.intent for answer in answers] == ["before", None, "after"]
    error = answers[1].error
    assert error is not None
    assert error.startswith("text: String should have at")
    assert error.endswith(f"got {len(text):,}")


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


def test_a_full_queue_answers_503_with_retry_after() -> None:
    known = Known()
    with (
        serving(create_host({"pocket-1": known}, limits=Limits(max_waiting=1))) as url,
        closing(HostAssistants(url, timeout_seconds=10)) as host,
    ):
        with pytest.raises(HostBusy, match="0 utterances wait already") as caught:
            host.find("pocket-1").predict_batch(asked_for("one", "too many"))
        assert caught.value.retry_after_seconds == 1
        body = {"release": "pocket-1", "requests": [{"text": "a", "locale": "sw-KE"}] * 2}
        response = httpx.post(f"{url}/v1/predict", json=body)
        assert (response.status_code, response.headers["retry-after"]) == (503, "1")
        assert response.json()["type"] == "urn:problem-type:vernacular:host-busy"


def test_the_host_is_alive_before_and_ready_after_the_releases_are_loaded() -> None:
    """Asked without a server, because a server takes no request before all is loaded."""

    async def scene() -> None:
        application = create_host({"pocket-1": Known()})
        transport = httpx.ASGITransport(application)
        async with httpx.AsyncClient(transport=transport, base_url="http://host") as client:
            assert (await client.get("/healthz")).json() == {"status": "ok"}
            loading = await client.get("/readyz")
            assert loading.status_code == 503
            assert loading.json()["detail"] == "no release is loaded"
            async with application.router.lifespan_context(application):
                assert (await client.get("/readyz")).json() == {"status": "ready"}

    asyncio.run(scene())


def test_every_release_has_answered_once_before_the_host_is_ready() -> None:
    releases = {"a": Known(), "b": Known()}
    with serving(create_host(releases)):
        assert [release.asked[0].text for release in releases.values()] == ["hello", "hello"]


def test_a_host_that_is_down_is_said_to_be_and_how_to_start_it() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with closing(HostAssistants(f"http://127.0.0.1:{port}")) as host:
        with pytest.raises(ModelUnavailable, match=r"does not answer; start it with 'vernacular"):
            host.find("pocket-1").predict_batch(asked_for("a"))
        with pytest.raises(ModelUnavailable, match=str(port)):
            host.list_loaded()


def test_a_slow_host_is_given_up_on_and_drops_what_nobody_waits_for(url: str, known: Known) -> None:
    known.hold()
    try:
        with (
            closing(HostAssistants(url, timeout_seconds=0.2)) as host,
            pytest.raises(ModelUnavailable, match=r"took too long|no answer within the 0.2 s"),
        ):
            host.find("pocket-1").predict_batch(asked_for("a"))
    finally:
        known.gate.set()
