"""A release has been through all it will be asked for before anybody waits for it."""

from __future__ import annotations

import pytest

from tests.hosting.situations import Echo
from vernacular.assistants.contract import Answer, Request
from vernacular.assistants.manifest import Manifest
from vernacular.clips.level import find_fault
from vernacular.errors import ModelUnavailable
from vernacular.hosting.releases.warm_up import warm_up

ASR = {"engine": "ctc", "weights": "a"}
NLU = {"engine": "joint-encoder", "weights": "b"}
REPLY = {"engine": "templates"}
REMOTE = {"engine": "openai", "url": "http://host/v1", "model": "m", "intents": ["a"]}


def manifest(**stages: object) -> Manifest:
    return Manifest.model_validate(
        {
            "release": "r",
            "assistant": "a",
            "trained_locales": ["sw-KE", "hi-IN"],
            "stages": stages,
        }
    )


def asked(release: Manifest | None) -> tuple[list[int], list[Request]]:
    echo = Echo()
    warm_up(echo, release)
    return [len(batch) for batch in echo.batches], echo.asked


def test_a_release_that_hears_is_given_noise_that_is_no_silence() -> None:
    sizes, requests = asked(manifest(asr=ASR))
    assert sizes == [1, 8]
    clips = [request.audio for request in requests]
    assert all(clip is not None and find_fault(clip) is None for clip in clips)
    assert clips[0] is not None
    assert clips[0].seconds == 1
    assert {request.locale for request in requests} == {"sw-KE", "hi-IN"}


def test_a_release_that_understands_and_speaks_is_asked_to() -> None:
    sizes, requests = asked(
        manifest(nlu=NLU, reply=REPLY, tts={"engine": "vits", "voices": {"sw": "v"}})
    )
    assert sizes == [1, 8]
    assert [request.wants_speech for request in requests] == [True, *[False] * 8]


def test_both_kinds_are_tried_where_a_release_takes_both() -> None:
    sizes, _ = asked(manifest(asr=ASR, nlu=NLU, reply=REPLY))
    assert sizes == [1, 8, 1, 8]


def test_somebody_else_s_server_is_asked_once() -> None:
    assert asked(manifest(nlu=REMOTE))[0] == [1]


def test_a_release_that_nothing_is_known_of_is_asked_once() -> None:
    sizes, requests = asked(None)
    assert (sizes, requests[0].locale) == ([1], "en-US")


def test_a_release_that_answers_nothing_is_not_ready() -> None:
    class Failing(Echo):
        def answer(self, _request: Request) -> Answer:
            return Answer(error="no voice for sw-KE")

    with pytest.raises(ModelUnavailable, match=r"answers none .*: no voice for sw-KE"):
        warm_up(Failing(), None)
