"""Joins the stages of a release into one assistant and times each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol

from vernacular.assistants.contract import Answer, Request, StageTrace
from vernacular.assistants.replies import TemplateReplies
from vernacular.corpus.utterance import Slot


@dataclass(frozen=True, slots=True)
class Understanding:
    """What the understanding stage made of one request."""

    intent: str
    intent_confidence: float
    slots: tuple[Slot, ...]


class Understander(Protocol):
    """The understanding stage."""

    version: str

    def understand_batch(self, requests: Sequence[Request]) -> list[Understanding]: ...

    def close(self) -> None: ...


class Pipeline:
    """A release in this process."""

    def __init__(self, nlu: Understander, replies: TemplateReplies | None) -> None:
        self._nlu = nlu
        self._replies = replies

    def predict_batch(self, requests: Sequence[Request]) -> list[Answer]:
        """Returns one answer per request, in order."""
        if not requests:
            return []
        began = perf_counter()
        understood = self._nlu.understand_batch(requests)
        share_ms = (perf_counter() - began) * 1000 / len(requests)
        return [
            self._answer(request, one, share_ms)
            for request, one in zip(requests, understood, strict=True)
        ]

    def _answer(self, request: Request, one: Understanding, nlu_ms: float) -> Answer:
        stages = [StageTrace("nlu", self._nlu.version, nlu_ms)]
        reply, latency_ms = None, nlu_ms
        if self._replies is not None and request.wants_reply:
            began = perf_counter()
            values = {slot.label: request.text[slot.start : slot.end] for slot in one.slots}
            reply = self._replies.reply(request.locale, one.intent, values)
            reply_ms = (perf_counter() - began) * 1000
            stages.append(StageTrace("reply", self._replies.version, reply_ms))
            latency_ms += reply_ms
        return Answer(
            intent=one.intent,
            intent_confidence=one.intent_confidence,
            slots=one.slots,
            reply=reply,
            stages=tuple(stages),
            latency_ms=latency_ms,
        )

    def close(self) -> None:
        """Releases the weights."""
        self._nlu.close()
