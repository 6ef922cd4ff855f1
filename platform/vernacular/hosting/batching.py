"""Puts the requests of many clients through an assistant together.

Greedy: whoever waits when the assistant becomes free goes into the next batch. There is no timer,
so a lone client never waits for company that does not come.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from vernacular.assistants.contract import Answer, Assistant, Request
from vernacular.errors import HostBusy, ModelUnavailable, VernacularError


@dataclass(slots=True)
class _Waiting:
    requests: list[Request]
    answers: asyncio.Future[list[Answer]] = field(default_factory=asyncio.Future)


class Batcher:
    """One assistant behind a bounded queue, worked off by one thread."""

    def __init__(
        self, assistant: Assistant, *, max_batch: int = 64, max_waiting: int = 512
    ) -> None:
        """Prepares the queue; ``max_batch`` and ``max_waiting`` count utterances."""
        self._assistant = assistant
        self._max_batch = max_batch
        self._max_waiting = max_waiting
        self._queue: asyncio.Queue[_Waiting] = asyncio.Queue()
        self._n_waiting = 0
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="assistant")
        self._task: asyncio.Task[None] | None = None
        self._in_hand: list[_Waiting] = []
        self._is_stopped = False

    def start(self) -> None:
        """Begins to work off the queue; must be called from within the event loop."""
        self._task = asyncio.create_task(self._work())

    async def predict(self, requests: Sequence[Request]) -> list[Answer]:
        """Returns one answer per request, in order.

        Raises:
            HostBusy: too many utterances wait already.
            ModelUnavailable: the assistant cannot answer.
            VernacularError: what the assistant itself refuses a request with.
        """
        if self._is_stopped:
            raise _stopping()
        if self._n_waiting + len(requests) > self._max_waiting:
            raise HostBusy(f"{self._n_waiting} utterances wait already; try again in a moment")
        waiting = _Waiting(list(requests))
        self._n_waiting += len(requests)
        await self._queue.put(waiting)
        return await waiting.answers

    async def _work(self) -> None:
        while True:
            batch = [await self._queue.get()]
            size = len(batch[0].requests)
            while size < self._max_batch and not self._queue.empty():
                batch.append(self._queue.get_nowait())
                size += len(batch[-1].requests)
            self._n_waiting -= size
            # Whoever has left needs no answer.
            self._in_hand = [one for one in batch if not one.answers.cancelled()]
            if self._in_hand:
                await self._answer(self._in_hand)

    async def _answer(self, batch: list[_Waiting]) -> None:
        requests = [request for one in batch for request in one.requests]
        loop = asyncio.get_running_loop()
        try:
            answers = await loop.run_in_executor(
                self._thread, self._assistant.predict_batch, requests
            )
            if len(answers) != len(requests):
                raise ValueError(f"{len(answers)} answers to {len(requests)} requests")
        except Exception as error:
            if len(batch) > 1:
                # One bad request must not spoil the answers of its neighbours.
                for one in batch:
                    await self._answer([one])
                return
            if not batch[0].answers.done():
                problem = error if isinstance(error, VernacularError) else _failure(error)
                batch[0].answers.set_exception(problem)
            return
        at = 0
        for one in batch:
            mine = answers[at : at + len(one.requests)]
            at += len(one.requests)
            if not one.answers.done():
                one.answers.set_result(mine)

    async def stop(self) -> None:
        """Ends the work; those still waiting are told that the host stops."""
        self._is_stopped = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        queued = [self._queue.get_nowait() for _ in range(self._queue.qsize())]
        for waiting in self._in_hand + queued:
            if not waiting.answers.done():
                waiting.answers.set_exception(_stopping())
        # The thread may be in the middle of a batch; those just told must not wait for it.
        await asyncio.to_thread(self._thread.shutdown)
        self._assistant.close()


def _stopping() -> ModelUnavailable:
    return ModelUnavailable("the model host is stopping")


def _failure(error: Exception) -> ModelUnavailable:
    return ModelUnavailable(f"the assistant failed: {type(error).__name__}: {error}")
