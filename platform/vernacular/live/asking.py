"""Puts what a person said to an assistant, and keeps only what fits: live, blind and replayed."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from vernacular.assistants.contract import Answer, Assistant, Dialogue, Request
from vernacular.assistants.usable import refuse_unusable
from vernacular.clips.contract import Clips
from vernacular.errors import InvalidInput, ModelUnavailable, NotFound, StoreUnavailable
from vernacular.live.said import Said, keep_speech
from vernacular.store.database import Store

_log = logging.getLogger("vernacular.live")


class Assistants(Protocol):
    """Where assistants are found: the model host's client, or releases loaded in this process."""

    def find(self, release: str, /) -> Assistant:
        """Returns the assistant of that release.

        Raises:
            ModelUnavailable: it cannot be reached.
        """
        ...


def put(
    assistants: Assistants,
    release: str,
    clips: Clips,
    said: Said,
    locale: str,
    dialogue: Dialogue | None,
) -> Answer:
    """Returns what a release makes of what was said, or a failed answer that says why not."""
    try:
        assistant = assistants.find(release)
        request = request_of(said, locale, clips, wants_speech=True, dialogue=dialogue)
        if isinstance(request, Answer):
            return request
        (answer,) = assistant.predict_batch([request])
    except ModelUnavailable as error:
        return Answer(error=str(error))
    return hold_to_what_was_said(answer, said)


def request_of(
    said: Said, locale: str, clips: Clips, *, wants_speech: bool, dialogue: Dialogue | None
) -> Request | Answer:
    """Returns what is asked, or at once the failed answer where the clip cannot be read."""
    if said.clip is None:
        return Request(said.text, locale, wants_speech=wants_speech, dialogue=dialogue)
    try:
        audio = clips.read(said.clip)
    except (InvalidInput, NotFound, StoreUnavailable) as error:
        return Answer(error=f"the clip cannot be read: {error}")
    return Request(None, locale, audio=audio, wants_speech=wants_speech, dialogue=dialogue)


def hold_to_what_was_said(answer: Answer, said: Said) -> Answer:
    """Returns the answer, or a failed one where it does not fit what was asked."""
    if said.clip is None:
        return refuse_unusable(replace(answer, transcript=None), said.text)
    if answer.error is None and answer.transcript is None:
        return Answer(error="the assistant was spoken to and did not say what it heard")
    return refuse_unusable(answer, answer.transcript or "")


def speech_of(store: Store, clips: Clips, answer: Answer) -> str | None:
    """Keeps the spoken reply and returns its hash; a full disk must not cost the answer itself."""
    if answer.speech is None:
        return None
    try:
        return keep_speech(store, clips, answer.speech)
    except StoreUnavailable as error:
        _log.warning("a spoken reply was not kept: %s", error)
        return None


def dialogue_of(kept: Mapping[str, Any] | None) -> Dialogue | None:
    """Returns what an assistant wanted back with the next turn, from how the store keeps it."""
    if kept is None:
        return None
    values = tuple((label, value) for label, value in kept["values"])
    return Dialogue(kept["intent"], values, kept["asked_back"])
