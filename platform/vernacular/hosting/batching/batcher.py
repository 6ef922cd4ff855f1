"""Puts the requests of many clients through an assistant together.

Greedy: whoever waits when the assistant becomes free goes into the next batch. There is no timer,
so a lone client never waits for company that does not come. The assistant's thread takes its
batches itself: while it computes one, the event loop reads the requests of the next.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Sequence
from threading import Condition
from time import perf_counter
from typing import Protocol

from vernacular.assistants.contract import Answer, Assistant, Footprint, Request
from vernacular.errors import HostBusy, ModelUnavailable, VernacularError
from vernacular.hosting.batching.calls import Call, Patience, make_stopping_error
from vernacular.hosting.batching.daemons import start_daemon
from vernacular.hosting.batching.lanes import KINDS, Kind, Lanes, Taken, count_samples
from vernacular.hosting.limits import Limits

_NEW_SHARE = 0.2
"""How much the newest batch counts in the pace that is expected of the next."""


class BatchListener(Protocol):
    """Who wants to know of every batch; called in the assistant's thread."""

    def batch_answered(self, kind: Kind, batch: Sequence[Taken], answers: Sequence[Answer]) -> None:
        """Takes note of a batch and of what was answered."""
        ...


class Coming(Protocol):
    """Requests that are being made ready to be submitted."""

    def give_up(self, error: VernacularError) -> None:
        """Ends that with ``error``."""
        ...


class Batcher:
    """One assistant behind a bounded queue, worked off by one thread."""

    def __init__(
        self,
        assistant: Assistant,
        limits: Limits | None = None,
        listener: BatchListener | None = None,
    ) -> None:
        """Takes over the assistant: it is closed when the batcher has stopped."""
        self._assistant: Assistant | None = assistant
        self._limits = limits or Limits()
        self._lanes = Lanes(self._limits)
        self._listener = listener
        self._changed = Condition()
        self._in_hand: list[Taken] = []
        self._coming: set[Coming] = set()
        self._is_stopped = False
        self._seconds_each: dict[Kind, float] = {}
        self._ended: asyncio.Future[None] | None = None

    def start(self) -> None:
        """Begins to work off the queue; must be called from within the event loop."""
        loop = asyncio.get_running_loop()
        self._ended = start_daemon(lambda: self._work(loop), "assistant")

    async def predict(
        self, requests: Sequence[Request], patience: Patience | None = None
    ) -> list[Answer]:
        """Returns one answer per request, in order; see ``submit``."""
        call = self.submit(requests, patience)
        try:
            return await call.answers
        finally:
            self.drop(call)

    def submit(self, requests: Sequence[Request], patience: Patience | None = None) -> Call:
        """Queues requests and returns their call; whoever submits must ``drop`` it at the end.

        Args:
            requests: at least one.
            patience: after which the call ends as `TooLate`; None: never.

        Raises:
            HostBusy: too many utterances, or too long recordings, wait already.
            ModelUnavailable: the host is stopping.
        """
        with self._changed:
            self._check_room(len(requests), count_samples(requests))
            call = Call(requests)
            self._lanes.add(call)
            self._changed.notify()
        if patience is not None:
            late = patience.make_error()
            timer = asyncio.get_running_loop().call_later(patience.seconds_left, call.give_up, late)
            call.answers.add_done_callback(lambda _: timer.cancel())
        return call

    def check_room(self, n_requests: int, n_samples: int) -> None:
        """Raises what ``submit`` would raise for so many requests and samples of recordings."""
        with self._changed:
            self._check_room(n_requests, n_samples)

    @contextlib.contextmanager
    def expecting(self, coming: Coming) -> Iterator[None]:
        """Has what will be submitted after the block given up if the batcher stops before."""
        self._coming.add(coming)
        try:
            yield
        finally:
            self._coming.discard(coming)

    def drop(self, call: Call) -> None:
        """Takes what still waits of a call out of the queue."""
        call.is_wanted = False
        with self._changed:
            self._lanes.drop(call)

    def n_waiting(self, kind: Kind | None = None) -> int:
        """Returns how many requests wait, of one kind or of all."""
        return self._lanes.n_waiting if kind is None else self._lanes.n_waiting_in(kind)

    def footprint(self) -> Footprint:
        """Returns what the assistant weighs."""
        assistant = self._assistant
        return Footprint() if assistant is None else assistant.footprint()

    async def stop(self) -> None:
        """Tells those who wait that the host stops, answers those in hand, closes the assistant.

        Returns after ``Limits.stop_seconds`` at the latest: who is still in hand then is told too,
        and the assistant is closed when it comes back.
        """
        with self._changed:
            self._is_stopped = True
            waiting = self._lanes.drop_all()
            self._changed.notify()
        for told in (*waiting, *self._coming):
            told.give_up(make_stopping_error())
        if self._ended is not None:
            await asyncio.wait([self._ended], timeout=self._limits.stop_seconds)
        for taken in self._in_hand:
            taken.call.give_up(make_stopping_error())

    def _check_room(self, n_requests: int, n_samples: int) -> None:
        if self._is_stopped:
            raise make_stopping_error()
        excess = self._lanes.find_excess(n_requests, n_samples)
        if excess is not None:
            seconds = max(1.0, self._expected_wait_seconds())
            raise HostBusy(f"{excess}; try again in {seconds:.0f} s", seconds)

    def _expected_wait_seconds(self) -> float:
        return sum(
            self._lanes.n_waiting_in(kind) * self._seconds_each.get(kind, 0.0) for kind in KINDS
        )

    # What follows runs in the assistant's thread.

    def _work(self, loop: asyncio.AbstractEventLoop) -> None:
        assert self._assistant is not None, "an assistant is worked with until it is closed"
        try:
            while self._wait_for_work():
                with self._changed:
                    kind, batch = self._lanes.take() if self._lanes else ("text", [])
                    self._in_hand = [one for one in batch if one.call.is_wanted]
                if self._in_hand:
                    self._answer(loop, kind, self._in_hand)
                    self._in_hand = []
        finally:
            assistant, self._assistant = self._assistant, None
            assistant.close()

    def _wait_for_work(self) -> bool:
        """Returns True once somebody waits, False once the batcher is stopped."""
        with self._changed:
            while not self._lanes and not self._is_stopped:
                self._changed.wait()
            return not self._is_stopped

    def _answer(self, loop: asyncio.AbstractEventLoop, kind: Kind, batch: list[Taken]) -> None:
        began = perf_counter()
        try:
            answers = self._ask([one.request for one in batch])
        except ModelUnavailable as error:
            # The assistant as a whole cannot answer: asking for each alone would only take longer.
            self._give_up(loop, batch, error)
            return
        except Exception as error:
            parts = {id(one.call): one.call for one in batch}
            if len(parts) == 1:
                problem = error if isinstance(error, VernacularError) else _failure(error)
                self._give_up(loop, batch, problem)
                return
            # One bad call must not spoil the answers of its neighbours.
            for call in parts.values():
                if call.is_wanted:
                    self._answer(loop, kind, [one for one in batch if one.call is call])
            return
        each = (perf_counter() - began) / len(batch)
        before = self._seconds_each.get(kind, each)
        self._seconds_each[kind] = before + _NEW_SHARE * (each - before)
        _tell(loop, lambda: _keep(batch, answers))
        if self._listener is not None:
            self._listener.batch_answered(kind, batch, answers)

    def _ask(self, requests: list[Request]) -> list[Answer]:
        assert self._assistant is not None, "an assistant is worked with until it is closed"
        answers = self._assistant.predict_batch(requests)
        if len(answers) != len(requests):
            raise ValueError(f"{len(answers)} answers to {len(requests)} requests")
        return answers

    def _give_up(
        self, loop: asyncio.AbstractEventLoop, batch: list[Taken], error: VernacularError
    ) -> None:
        calls = {id(one.call): one.call for one in batch}
        with self._changed:
            for call in calls.values():
                self._lanes.drop(call)
        for call in calls.values():
            _tell(loop, lambda call=call: call.give_up(error))  # type: ignore[misc]


def _tell(loop: asyncio.AbstractEventLoop, news: Callable[[], None]) -> None:
    # A loop that has closed in the meantime has nobody left to tell.
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(news)


def _keep(batch: list[Taken], answers: list[Answer]) -> None:
    for one, answer in zip(batch, answers, strict=True):
        one.call.keep(one.place, answer)


def _failure(error: Exception) -> ModelUnavailable:
    return ModelUnavailable(f"the assistant failed: {type(error).__name__}: {error}")
