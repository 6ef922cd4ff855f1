"""Joins the stages of a release into one assistant: each answers the batch in turn, and is timed.

Whatever goes wrong with one request ends that request alone, as an answer that says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import TypeVar

from vernacular.assistants.answerable import find_refusal
from vernacular.assistants.contract import (
    Answer,
    Dialogue,
    Footprint,
    Request,
    StageTrace,
)
from vernacular.assistants.dialogue import carry_over
from vernacular.assistants.stages import (
    Heard,
    Recogniser,
    Replier,
    Reply,
    Speaker,
    Stage,
    Transcript,
    Typed,
    Understander,
    Understanding,
    Understood,
)
from vernacular.clips.audio import Audio
from vernacular.errors import ModelUnavailable, VernacularError

Asked = TypeVar("Asked")
Given = TypeVar("Given")

_NOTHING = Understanding(None, None, ())


@dataclass(slots=True)
class _Turn:
    """One request on its way through the stages."""

    request: Request
    text: str = ""
    transcript: Transcript | None = None
    understanding: Understanding | None = None
    asks_back: bool = False
    dialogue: Dialogue | None = None
    reply: str | None = None
    speech: Audio | None = None
    stages: list[StageTrace] = field(default_factory=list)
    error: VernacularError | None = None


class Pipeline:
    """A release in this process."""

    def __init__(
        self,
        *,
        asr: Recogniser | None = None,
        nlu: Understander | None = None,
        fallback: Understander | None = None,
        reply: Replier | None = None,
        tts: Speaker | None = None,
        min_confidence: float = 0.0,
    ) -> None:
        """Joins stages; where the ``nlu`` is less sure than ``min_confidence``, the ``fallback``
        answers, and if there is none or it is not sure either, the reply asks back."""
        self._asr = asr
        self._nlu = nlu
        self._fallback = fallback
        self._reply = reply
        self._tts = tts
        self._min_confidence = min_confidence

    def predict_batch(self, requests: Sequence[Request]) -> list[Answer]:
        """Returns one answer per request, in order.

        Raises:
            ModelUnavailable: a stage cannot answer at all.
        """
        turns = [_Turn(request) for request in requests]
        self._hear(turns)
        self._understand(turns)
        self._answer_back(turns)
        return [_answer(turn) for turn in turns]

    def _hear(self, turns: list[_Turn]) -> None:
        for turn in turns:
            turn.error = find_refusal(turn.request, hears=self._asr is not None)
            turn.text = turn.request.text or ""
        asr = self._asr
        if asr is None:
            return

        def keep(turn: _Turn, heard: Transcript) -> tuple[str, float | None]:
            turn.transcript, turn.text = heard, heard.text
            return heard.text, heard.confidence

        _pass_through(
            "asr",
            asr,
            [turn for turn in turns if turn.error is None and turn.request.audio is not None],
            lambda turn: Heard(_audio(turn), turn.request.locale),
            asr.transcribe_batch,
            keep,
        )

    def _understand(self, turns: list[_Turn]) -> None:
        nlu = self._nlu
        if nlu is None:
            return
        # Of silence or of noise that gave no word there is nothing to understand.
        said = [turn for turn in turns if turn.error is None and turn.text.strip()]
        _pass_through("nlu", nlu, said, _typed, nlu.understand_batch, _keep_understanding)
        doubtful = [turn for turn in said if turn.error is None and self._doubts(turn)]
        if self._fallback is not None and doubtful:
            self._ask_fallback(self._fallback, doubtful)
        for turn in turns:
            if turn.error is None:
                turn.asks_back = self._doubts(turn)
                understanding = turn.understanding or _NOTHING
                turn.dialogue = carry_over(
                    turn.request.dialogue, turn.text, understanding, asks_back=turn.asks_back
                )

    def _ask_fallback(self, fallback: Understander, doubtful: list[_Turn]) -> None:
        """Asks the second stage what the first is not sure of.

        Where it fails, a person who waits is better served by the first stage's doubt, on which the
        assistant asks back; a run is not, since its scores would fall for no fault of the release.
        """
        first = {id(turn): turn.understanding for turn in doubtful}
        waits = [turn for turn in doubtful if turn.request.wants_reply]
        try:
            _pass_through(
                "fallback",
                fallback,
                doubtful,
                _typed,
                fallback.understand_batch,
                _keep_understanding,
            )
        except ModelUnavailable as error:
            if len(waits) < len(doubtful):
                raise
            for turn in doubtful:
                turn.stages.append(
                    StageTrace("fallback", fallback.version, 0.0, None, f"failed: {error}")
                )
        for turn in doubtful:
            found = turn.understanding
            if turn.error is not None and turn.request.wants_reply:
                turn.understanding, turn.error = first[id(turn)], None
            elif found is None or found.intent is None:
                # It does not know better either.
                turn.understanding = first[id(turn)]

    def _doubts(self, turn: _Turn) -> bool:
        found = turn.understanding
        if found is None or found.intent is None:
            return True
        return found.intent_confidence is not None and (
            found.intent_confidence < self._min_confidence
        )

    def _answer_back(self, turns: list[_Turn]) -> None:
        def keep_reply(turn: _Turn, text: str) -> tuple[str, None]:
            turn.reply = text
            return text, None

        def keep_speech(turn: _Turn, speech: Audio) -> tuple[None, None]:
            turn.speech = speech
            return None, None

        if self._reply is not None:
            wanting = [turn for turn in turns if turn.error is None and turn.request.wants_reply]
            _pass_through(
                "reply", self._reply, wanting, _understood, self._reply.reply_batch, keep_reply
            )
        if self._tts is not None:
            spoken = [turn for turn in turns if turn.request.wants_speech and turn.reply]
            _pass_through(
                "tts",
                self._tts,
                spoken,
                lambda turn: Reply(turn.reply or "", turn.request.locale),
                self._tts.speak_batch,
                keep_speech,
            )
            for turn in spoken:
                # A reply that can be read is worth more than none; the trace says what failed.
                turn.error = None

    def footprint(self) -> Footprint:
        """Returns what the stages weigh together; None for what a stage does not know."""
        all_ = [stage.footprint() for stage in self._stages()]
        devices = sorted({one.device for one in all_ if one.device is not None})
        return Footprint(
            n_parameters=_add(one.n_parameters for one in all_),
            weights_bytes=_add(one.weights_bytes for one in all_),
            device=", ".join(devices) or None,
            peak_memory_bytes=max(
                (one.peak_memory_bytes for one in all_ if one.peak_memory_bytes is not None),
                default=None,
            ),
        )

    def close(self) -> None:
        """Releases the weights and connections of all stages."""
        for stage in self._stages():
            stage.close()

    def _stages(self) -> list[Stage]:
        stages = (self._asr, self._nlu, self._fallback, self._reply, self._tts)
        return [stage for stage in stages if stage is not None]


def _pass_through(
    name: str,
    stage: Stage,
    turns: list[_Turn],
    ask: Callable[[_Turn], Asked],
    answer_batch: Callable[[Sequence[Asked]], list[Given | VernacularError]],
    keep: Callable[[_Turn, Given], tuple[str | None, float | None]],
) -> None:
    """Puts the turns through one stage; ``keep`` stores a result and returns it for the trace."""
    if not turns:
        return
    began = perf_counter()
    given = answer_batch([ask(turn) for turn in turns])
    share_ms = (perf_counter() - began) * 1000 / len(turns)
    if len(given) != len(turns):
        raise ModelUnavailable(
            f"{stage.version} gave {len(given)} answers to {len(turns)} requests"
        )
    for turn, one in zip(turns, given, strict=True):
        output: str | None
        confidence: float | None
        if isinstance(one, VernacularError):
            turn.error = one
            output, confidence = f"failed: {one}", None
        else:
            output, confidence = keep(turn, one)
        turn.stages.append(StageTrace(name, stage.version, share_ms, confidence, output))


def _audio(turn: _Turn) -> Audio:
    assert turn.request.audio is not None, "only turns with a clip are heard"
    return turn.request.audio


def _typed(turn: _Turn) -> Typed:
    return Typed(turn.text, turn.request.locale)


def _keep_understanding(turn: _Turn, found: Understanding) -> tuple[str | None, float | None]:
    turn.understanding = found
    return found.intent, found.intent_confidence


def _understood(turn: _Turn) -> Understood:
    found = turn.understanding or _NOTHING
    values = turn.dialogue.values if turn.dialogue is not None else ()
    return Understood(turn.text, turn.request.locale, found.intent, values, turn.asks_back)


def _answer(turn: _Turn) -> Answer:
    if turn.error is not None:
        return Answer(error=str(turn.error), stages=tuple(turn.stages))
    understanding = turn.understanding or _NOTHING
    heard = turn.transcript
    return Answer(
        intent=understanding.intent,
        intent_confidence=understanding.intent_confidence,
        slots=understanding.slots,
        reply=turn.reply,
        stages=tuple(turn.stages),
        latency_ms=sum(stage.latency_ms for stage in turn.stages),
        transcript=None if heard is None else heard.text,
        transcript_confidence=None if heard is None else heard.confidence,
        speech=turn.speech,
        dialogue=turn.dialogue,
    )


def _add(numbers: Iterable[int | None]) -> int | None:
    """Returns the sum, or None where a part of it is unknown."""
    total = 0
    for one in numbers:
        if one is None:
            return None
        total += one
    return total
