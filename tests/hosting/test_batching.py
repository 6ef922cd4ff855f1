"""Requests of many clients become few batches, and every client gets its own answers."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from vernacular.assistants.contract import Answer, Request
from vernacular.errors import HostBusy, InvalidInput, ModelUnavailable
from vernacular.hosting.batching import Batcher


class Echo:
    """Answers with the request's own text, holds its first batch back until it is let go."""

    def __init__(self, *, held: bool = False) -> None:
        self.batches: list[list[str]] = []
        self.is_closed = False
        self.gate = threading.Event()
        self.begun = threading.Event()
        if not held:
            self.gate.set()

    def predict_batch(self, requests: Sequence[Request]) -> list[Answer]:
        self.begun.set()
        assert self.gate.wait(10)
        texts = [request.text for request in requests]
        self.batches.append(texts)
        if "crash" in texts:
            raise ZeroDivisionError("a bug in the assistant")
        if "refuse" in texts:
            raise InvalidInput("is no locale", field="locale")
        if "gone" in texts:
            raise ModelUnavailable("the weights are gone")
        if "lose" in texts:
            return []
        return [Answer(intent=text) for text in texts]

    def close(self) -> None:
        self.is_closed = True


@asynccontextmanager
async def working(
    echo: Echo, *, max_batch: int = 64, max_waiting: int = 512
) -> AsyncIterator[Batcher]:
    batcher = Batcher(echo, max_batch=max_batch, max_waiting=max_waiting)
    batcher.start()
    try:
        yield batcher
    finally:
        echo.gate.set()
        await batcher.stop()


def ask(batcher: Batcher, *texts: str) -> asyncio.Task[list[Answer]]:
    return asyncio.create_task(batcher.predict([Request(text, "en-US") for text in texts]))


async def hold_first(echo: Echo, batcher: Batcher) -> asyncio.Task[list[Answer]]:
    """Sends a request and returns once the assistant has it in hand."""
    first = ask(batcher, "first")
    await asyncio.to_thread(echo.begun.wait, 10)
    return first


def intents(answers: list[Answer]) -> list[str | None]:
    return [answer.intent for answer in answers]


async def refused(task: asyncio.Task[list[Answer]]) -> str:
    with pytest.raises(ModelUnavailable) as caught:
        await task
    return str(caught.value)


def test_those_who_wait_go_through_together_and_get_their_own_answers() -> None:
    async def scene() -> list[list[str]]:
        echo = Echo(held=True)
        async with working(echo) as batcher:
            first = await hold_first(echo, batcher)
            others = [ask(batcher, f"{i}-a", f"{i}-b") for i in range(20)]
            await asyncio.sleep(0)
            echo.gate.set()
            assert intents(await first) == ["first"]
            for i, other in enumerate(others):
                assert intents(await other) == [f"{i}-a", f"{i}-b"]
        return echo.batches

    batches = asyncio.run(scene())
    assert [len(batch) for batch in batches] == [1, 40]


def test_a_lone_client_waits_for_nobody() -> None:
    async def scene() -> list[list[str]]:
        echo = Echo()
        async with working(echo) as batcher:
            for text in ("one", "two"):
                assert intents(await asyncio.wait_for(ask(batcher, text), 5)) == [text]
        return echo.batches

    assert asyncio.run(scene()) == [["one"], ["two"]]


def test_a_batch_is_closed_once_it_is_full() -> None:
    async def scene() -> list[int]:
        echo = Echo(held=True)
        async with working(echo, max_batch=4) as batcher:
            tasks = [await hold_first(echo, batcher)]
            tasks += [ask(batcher, f"{i}-a", f"{i}-b") for i in range(5)]
            await asyncio.sleep(0)
            echo.gate.set()
            await asyncio.gather(*tasks)
        return [len(batch) for batch in echo.batches]

    assert asyncio.run(scene()) == [1, 4, 4, 2]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("crash", "the assistant failed: ZeroDivisionError: a bug"),
        ("lose", "the assistant failed: ValueError: 0 answers to 1 requests"),
        ("gone", "the weights are gone"),
    ],
)
def test_a_bad_request_spoils_no_answer_but_its_own(bad: str, reason: str) -> None:
    async def scene() -> None:
        echo = Echo(held=True)
        async with working(echo) as batcher:
            first = await hold_first(echo, batcher)
            before, spoilt, after = ask(batcher, "before"), ask(batcher, bad), ask(batcher, "after")
            await asyncio.sleep(0)
            echo.gate.set()
            assert intents(await first) == ["first"]
            assert intents(await before) == ["before"]
            assert reason in await refused(spoilt)
            assert intents(await after) == ["after"]
            assert intents(await ask(batcher, "later")) == ["later"]

    asyncio.run(scene())


def test_what_the_assistant_refuses_is_told_as_it_said_it() -> None:
    async def scene() -> None:
        async with working(Echo()) as batcher:
            with pytest.raises(InvalidInput, match="locale: is no locale"):
                await ask(batcher, "refuse")

    asyncio.run(scene())


def test_a_client_that_left_costs_no_work_and_leaves_no_place_taken() -> None:
    async def scene() -> list[list[str]]:
        echo = Echo(held=True)
        async with working(echo, max_waiting=2) as batcher:
            first = await hold_first(echo, batcher)
            leaver, stayer = ask(batcher, "leaver"), ask(batcher, "stayer")
            await asyncio.sleep(0)
            leaver.cancel()
            await asyncio.sleep(0)
            echo.gate.set()
            await first
            assert intents(await stayer) == ["stayer"]
            assert intents(await ask(batcher, "two", "places")) == ["two", "places"]
        return echo.batches

    assert ["stayer"] in asyncio.run(scene())


def test_a_client_that_leaves_while_its_batch_is_in_hand_disturbs_nobody() -> None:
    async def scene() -> None:
        echo = Echo(held=True)
        async with working(echo) as batcher:
            first = await hold_first(echo, batcher)
            first.cancel()
            await asyncio.sleep(0)
            echo.gate.set()
            assert intents(await ask(batcher, "next")) == ["next"]

    asyncio.run(scene())


def test_a_full_queue_refuses_at_once_and_takes_again_later() -> None:
    async def scene() -> None:
        echo = Echo(held=True)
        async with working(echo, max_waiting=3) as batcher:
            first = await hold_first(echo, batcher)
            waiting = ask(batcher, "1", "2")
            await asyncio.sleep(0)
            with pytest.raises(HostBusy, match="2 utterances wait already") as caught:
                await batcher.predict([Request("3", "en-US"), Request("4", "en-US")])
            assert caught.value.retry_after_seconds > 0
            fitting = ask(batcher, "3")
            echo.gate.set()
            await asyncio.gather(first, waiting, fitting)
            assert intents(await ask(batcher, "5", "6", "7")) == ["5", "6", "7"]

    asyncio.run(scene())


def test_stopping_tells_those_in_hand_those_in_the_queue_and_those_who_come_later() -> None:
    async def scene() -> Echo:
        echo = Echo(held=True)
        batcher = Batcher(echo)
        batcher.start()
        in_hand = await hold_first(echo, batcher)
        queued = ask(batcher, "queued")
        await asyncio.sleep(0)
        stopping = asyncio.create_task(batcher.stop())
        for task in (in_hand, queued):
            assert await asyncio.wait_for(refused(task), 5) == "the model host is stopping"
        assert await refused(ask(batcher, "late")) == "the model host is stopping"
        # Only now does the assistant come back from the batch it had in hand.
        echo.gate.set()
        await stopping
        return echo

    echo = asyncio.run(scene())
    assert echo.is_closed
    assert echo.batches == [["first"]]
