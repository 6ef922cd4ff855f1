"""Puts suite items to a release, as text or as the clip that was recorded of it.

Whatever runs a suite (one process, or actors on many machines) answers with these functions, so
that its results are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Protocol

from vernacular.assistants.contract import Answer, Assistant, Footprint, Request
from vernacular.assistants.usable import refuse_unusable
from vernacular.clips.contract import Clips
from vernacular.errors import InvalidInput, ModelUnavailable, NotFound, StoreUnavailable
from vernacular.store.suites import Reference

MAX_SPEECH_SECONDS = 300.0
"""Speech that is put to a release at once, give or take a clip: 19 MB."""


@dataclass(frozen=True, slots=True)
class Asking:
    """How the items of a run are put to its release."""

    by_voice: bool = False
    """Whether the clips of the items are heard; else their text is given."""
    text_too: bool = False
    """Whether the reference text is put to the understanding stage as well, beside what was
    heard."""
    replies_too: bool = False
    """Whether replies are asked for, in speech where the release speaks, so that they are timed;
    what is understood is the same with them and without."""
    alone: bool = False
    """Whether each item is asked by itself, as a live session asks, so that its time is its own."""


@dataclass(frozen=True, slots=True)
class AnsweredItem:
    """What a release answered to one item."""

    item: Reference
    answer: Answer
    text_answer: Answer | None
    """To the reference text, in a run that asked for it beside the clip."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Items that were answered together."""

    answered: list[AnsweredItem]
    busy_seconds: float
    """How long the release worked on the clips, or on the texts of a run over text."""


class Engine(Protocol):
    """Something that answers the items of a run."""

    batch_size: int
    """Items that it likes to be given at once."""

    def answer(self, batches: Iterable[list[Reference]]) -> Iterator[Batch]:
        """Yields the answers to all items, batch by batch, in any order.

        Raises:
            ModelUnavailable: the release as a whole gave up.
        """
        ...

    def footprint(self) -> Footprint:
        """Returns what the release weighs, as far as it is known by now."""
        ...


def answer_items(
    assistant: Assistant, clips: Clips, asking: Asking, items: Sequence[Reference]
) -> Batch:
    """Returns an answer per item, in order; what cannot be heard or answered says why.

    Raises:
        ModelUnavailable: the assistant as a whole gave up.
    """
    answers, busy_seconds = _answer_all(assistant, clips, asking, items)
    checked = [
        refuse_unusable(one, item.text if one.transcript is None else one.transcript)
        for one, item in zip(answers, items, strict=True)
    ]
    text_answers: list[Answer | None] = [None] * len(items)
    if asking.text_too:
        texts = [_typed(item) for item in items]
        text_answers = [
            refuse_unusable(one, item.text)
            for one, item in zip(_predict(assistant, texts), items, strict=True)
        ]
    rows = zip(items, checked, text_answers, strict=True)
    return Batch([AnsweredItem(*row) for row in rows], busy_seconds)


def _answer_all(
    assistant: Assistant, clips: Clips, asking: Asking, items: Sequence[Reference]
) -> tuple[list[Answer], float]:
    """Returns an answer per item, and for how many seconds the assistant was busy."""
    answers, busy_seconds = answer_requests(
        assistant, (_request(clips, asking, item) for item in items), alone=asking.alone
    )
    if not asking.replies_too:
        return answers, busy_seconds
    # Asked again without a reply: one that fails is no failure to understand, and a fallback that
    # fails must fail the run, and not be passed over as it is for a person who waits.
    again = [number for number, one in enumerate(answers) if _is_touched_by_replying(one)]
    silent = replace(asking, replies_too=False)
    others, more_seconds = answer_requests(
        assistant,
        (_request(clips, silent, items[number]) for number in again),
        alone=asking.alone,
    )
    for number, other in zip(again, others, strict=True):
        answers[number] = other
    # Only times are kept of what was spoken; it would weigh more than all the rest.
    return [replace(one, speech=None) for one in answers], busy_seconds + more_seconds


def _is_touched_by_replying(answer: Answer) -> bool:
    """True where an answer might be another one if nobody waited for a reply."""
    return answer.error is not None or any(
        stage.stage == "fallback" and (stage.output or "").startswith("failed: ")
        for stage in answer.stages
    )


def answer_requests(
    assistant: Assistant, requests: Iterable[Request | Answer], *, alone: bool = False
) -> tuple[list[Answer], float]:
    """Returns an answer per request, in order, and for how many seconds the assistant was busy.

    What is an answer already, since there was nothing to ask with, is passed on as it is.

    Args:
        assistant: who is asked.
        requests: what is asked.
        alone: each by itself, else many at once.

    Raises:
        ModelUnavailable: the assistant as a whole gave up.
    """
    answers: list[Answer] = []
    busy_seconds = 0.0
    for piece in ([one] for one in requests) if alone else _in_pieces(requests):
        began = perf_counter()
        answers += _predict(assistant, piece)
        busy_seconds += perf_counter() - began
    return answers, busy_seconds


def _in_pieces(requests: Iterable[Request | Answer]) -> Iterator[list[Request | Answer]]:
    """Yields the requests, in order, with a bounded length of speech in memory at once."""
    piece: list[Request | Answer] = []
    seconds = 0.0
    for one in requests:
        piece.append(one)
        if isinstance(one, Request) and one.audio is not None:
            seconds += one.audio.seconds
        if seconds >= MAX_SPEECH_SECONDS:
            yield piece
            piece, seconds = [], 0.0
    if piece:
        yield piece


def _request(clips: Clips, asking: Asking, item: Reference) -> Request | Answer:
    """Returns what is asked, or at once the failed answer where there is nothing to ask with."""
    if not asking.by_voice:
        return _typed(item, wants_reply=asking.replies_too)
    if item.clip is None:
        return Answer(error=f"item {item.number} of the suite has no clip")
    try:
        audio = clips.read(item.clip)
    except (InvalidInput, NotFound, StoreUnavailable) as error:
        return Answer(error=f"the clip cannot be read: {error}")
    wants = asking.replies_too
    return Request(None, item.locale, wants_reply=wants, audio=audio, wants_speech=wants)


def _typed(item: Reference, *, wants_reply: bool = False) -> Request:
    return Request(item.text, item.locale, wants_reply=wants_reply, wants_speech=wants_reply)


def _predict(assistant: Assistant, requests: Sequence[Request | Answer]) -> list[Answer]:
    """Returns an answer per request; where a batch fails, its requests are tried one by one."""
    asked = [one for one in requests if isinstance(one, Request)]
    answers = iter(_predict_all(assistant, asked))
    return [next(answers) if isinstance(one, Request) else one for one in requests]


def _predict_all(assistant: Assistant, requests: list[Request]) -> list[Answer]:
    if not requests:
        return []
    try:
        answers = assistant.predict_batch(requests)
        if len(answers) != len(requests):
            raise ValueError(f"{len(answers)} answers to {len(requests)} requests")
    except ModelUnavailable:
        raise
    except Exception as error:
        if len(requests) > 1:
            return [_predict_all(assistant, [one])[0] for one in requests]
        return [Answer(error=f"{type(error).__name__}: {error}")]
    return answers
