"""Stages that do what a test tells them, for tests of how stages are joined."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from vernacular.assistants.contract import Footprint
from vernacular.assistants.stages import Heard, Reply, Transcript, Typed, Understanding, Understood
from vernacular.clips.audio import Audio
from vernacular.errors import VernacularError


@dataclass
class Scripted:
    """What all of them have; ``asked`` keeps every batch."""

    version: str = "scripted"
    weighs: Footprint = field(default_factory=lambda: Footprint(1, 2, "cpu"))
    asked: list[Sequence[object]] = field(default_factory=list)
    is_closed: bool = False

    def footprint(self) -> Footprint:
        return self.weighs

    def close(self) -> None:
        self.is_closed = True


@dataclass
class ScriptedEars(Scripted):
    hear: Callable[[Heard], Transcript | VernacularError] = lambda _: Transcript("", None)

    def transcribe_batch(self, clips: Sequence[Heard]) -> list[Transcript | VernacularError]:
        self.asked.append(clips)
        return [self.hear(one) for one in clips]


@dataclass
class ScriptedMind(Scripted):
    understand: Callable[[Typed], Understanding | VernacularError] = lambda _: Understanding(
        None, None, ()
    )

    def understand_batch(self, requests: Sequence[Typed]) -> list[Understanding | VernacularError]:
        self.asked.append(requests)
        return [self.understand(one) for one in requests]


@dataclass
class ScriptedMouth(Scripted):
    reply: Callable[[Understood], str | VernacularError] = lambda one: f"{one.intent}?"

    def reply_batch(self, requests: Sequence[Understood]) -> list[str | VernacularError]:
        self.asked.append(requests)
        return [self.reply(one) for one in requests]


@dataclass
class ScriptedVoice(Scripted):
    speak: Callable[[Reply], Audio | VernacularError] | None = None

    def speak_batch(self, replies: Sequence[Reply]) -> list[Audio | VernacularError]:
        self.asked.append(replies)
        assert self.speak is not None
        return [self.speak(one) for one in replies]
