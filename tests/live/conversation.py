"""Test doubles of assistants, and a session to talk in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vernacular.assistants.contract import Answer, Footprint, Request, StageTrace
from vernacular.clips.folder import ClipFolder
from vernacular.corpus.utterance import Slot
from vernacular.errors import ModelUnavailable
from vernacular.live.asking import Assistants
from vernacular.live.said import Said
from vernacular.live.sessions import SessionView, start_session
from vernacular.live.turns import TurnView, ask
from vernacular.store.database import Store
from vernacular.store.tables import Release

ANSWER = Answer(
    intent="alarm_set",
    intent_confidence=0.91,
    slots=(Slot("time", 11, 18),),
    reply="The alarm is set for five am.",
    stages=(StageTrace("nlu", "pocket-1", 7.5), StageTrace("reply", "templates/1", 0.25)),
    latency_ms=7.75,
)
TEXT = "wake me at five am"


@dataclass
class AnsweringDouble:
    """An assistant that answers everything alike and keeps what it was asked."""

    answer: Answer = ANSWER
    asked: list[Request] = field(default_factory=list)

    def predict_batch(self, requests: Sequence[Request]) -> list[Answer]:
        self.asked += requests
        return [self.answer for _ in requests]

    def footprint(self) -> Footprint:
        return Footprint()

    def close(self) -> None: ...


class UnavailableDouble:
    """An assistant whose host is down."""

    def predict_batch(self, _requests: Sequence[Request], /) -> list[Answer]:
        raise ModelUnavailable("the model host at http://127.0.0.1:8710 does not answer")

    def footprint(self) -> Footprint:
        return Footprint()

    def close(self) -> None: ...


class CrashingDouble:
    """An assistant with a bug."""

    def predict_batch(self, _requests: Sequence[Request], /) -> list[Answer]:
        raise ZeroDivisionError("a bug in the assistant")

    def footprint(self) -> Footprint:
        return Footprint()

    def close(self) -> None: ...


@dataclass
class AssistantsDouble:
    """Finds one assistant under every release's name and keeps the names."""

    assistant: AnsweringDouble | UnavailableDouble | CrashingDouble
    names: list[str] = field(default_factory=list)
    loaded: Sequence[str] = ("pocket-1",)

    def list_loaded(self, _timeout_seconds: float | None = None) -> list[str]:
        if isinstance(self.assistant, UnavailableDouble):
            raise ModelUnavailable("the model host at http://127.0.0.1:8710 does not answer")
        return [*self.loaded]

    def find(self, release: str, /) -> AnsweringDouble | UnavailableDouble | CrashingDouble:
        self.names.append(release)
        return self.assistant


def write_release(store: Store, name: str = "pocket-1") -> None:
    """Writes a release that no file stands behind."""
    with store.writing() as db:
        db.add(Release(name=name, assistant="pocket", manifest={}, root="."))


def begin(store: Store, person_id: int, locale: str = "en-US") -> SessionView:
    """Starts a session of this person with the release ``pocket-1``."""
    with store.writing() as db:
        return start_session(db, person_id, "pocket-1", locale)


NO_CLIPS = ClipFolder(Path("there-is-no-such-folder"))
"""For conversations in writing."""


def put(
    store: Store, assistants: Assistants, session_id: int, person_id: int, key: str, text: str
) -> TurnView:
    """Puts a typed request to the session's release."""
    return ask(store, NO_CLIPS, assistants, session_id, person_id, key, Said(text))
