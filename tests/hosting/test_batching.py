"""Requests of many clients become few batches, and every client gets its own answers."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.hosting.situations import Echo, tone
from vernacular.assistants.contract import Answer, Request
from vernacular.errors import HostBusy, InvalidInput, ModelUnavailable
from vernacular.hosting.batching.batcher import Batcher
from vernacular.hosting.batching.calls import Patience, TooLate
from vernacular.hosting.limits import Limits


@asynccontextmanager
async def working(echo: Echo, **limits: float) -> AsyncIterator[Batcher]:
    batcher = Batcher(echo, Limits(**limits))  # type: ignore[arg-type]
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
    with pytest.raises((ModelUnavailable, InvalidInput)) as caught:
        await task
    return str(caught.value)


def hear(batcher: Batcher, *seconds: float) -> asyncio.Task[list[Answer]]:
    requests = [Request(None, "en-US", audio=tone(one)) for one in seconds]
    return asyncio.create_task(batcher.predict(requests))


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
        ("refuse", "locale: is no locale"),
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


def test_what_cannot_answer_at_all_is_not_asked_again_for_each_that_waits() -> None:
    """A remote stage that hangs would otherwise be waited for once per client."""

    async def scene() -> list[list[str]]:
        echo = Echo(held=True)
        async with working(echo) as batcher:
            first = await hold_first(echo, batcher)
            tasks = [ask(batcher, "one"), ask(batcher, "gone"), ask(batcher, "two")]
            await asyncio.sleep(0)
            echo.gate.set()
            await first
            assert [await refused(task) for task in tasks] == ["the weights are gone"] * 3
            assert intents(await ask(batcher, "later")) == ["later"]
        return echo.batches

    assert asyncio.run(scene()) == [["first"], ["one", "gone", "two"], ["later"]]


def test_text_and_speech_go_in_batches_of_their_own_the_longest_waiting_first() -> None:
    async def scene() -> list[list[str]]:
        echo = Echo(held=True)
        async with working(echo) as batcher:
            tasks = [await hold_first(echo, batcher), hear(batcher, 1)]
            await asyncio.sleep(0.001)
            tasks += [ask(batcher, "a"), hear(batcher, 2), ask(batcher, "b")]
            await asyncio.sleep(0.001)
            assert (batcher.n_waiting("text"), batcher.n_waiting("speech")) == (2, 2)
            echo.gate.set()
            await asyncio.gather(*tasks)
        return echo.batches

    assert asyncio.run(scene()) == [["first"], ["1 s", "2 s"], ["a", "b"]]


def test_a_call_of_text_and_speech_gets_its_answers_in_its_own_order() -> None:
    async def scene() -> list[str | None]:
        async with working(Echo()) as batcher:
            requests = [
                Request("a", "en-US"),
                Request(None, "en-US", audio=tone(1)),
                Request("b", "en-US"),
            ]
            return intents(await batcher.predict(requests))

    assert asyncio.run(scene()) == ["a", "1 s", "b"]


def test_text_waits_for_so_many_seconds_of_speech_and_no_more() -> None:
    async def scene() -> list[list[str]]:
        echo = Echo(held=True)
        async with working(echo, max_batch_seconds=2.5) as batcher:
            tasks = [await hold_first(echo, batcher), hear(batcher, 1, 1, 1, 4, 1)]
            await asyncio.sleep(0.001)
            tasks.append(ask(batcher, "text"))
            await asyncio.sleep(0)
            echo.gate.set()
            await asyncio.gather(*tasks)
        return echo.batches

    spoken = ["1 s", "4 s", "1 s"]
    batches = asyncio.run(scene())
    assert batches == [["first"], ["1 s", "1 s"], ["text"], *([one] for one in spoken)]


def test_a_call_of_hundreds_does_not_keep_others_waiting() -> None:
    async def scene() -> list[list[str]]:
        echo = Echo(held=True)
        async with working(echo, max_batch=4) as batcher:
            first = await hold_first(echo, batcher)
            large = ask(batcher, *(f"large {i}" for i in range(10)))
            await asyncio.sleep(0)
            small = ask(batcher, "small")
            await asyncio.sleep(0)
            echo.gate.set()
            await first
            assert intents(await large) == [f"large {i}" for i in range(10)]
            await small
        return echo.batches

    batches = asyncio.run(scene())
    assert [len(batch) for batch in batches] == [1, 4, 4, 3]
    assert batches[2][0] == "small"


def test_a_call_that_nobody_waits_for_any_more_is_not_worked_on() -> None:
    async def scene() -> list[list[str]]:
        echo = Echo(held=True)
        async with working(echo, max_waiting=1) as batcher:
            first = await hold_first(echo, batcher)
            with pytest.raises(TooLate, match=re.escape("within the 0.02 s that the client gives")):
                await batcher.predict([Request("late", "en-US")], Patience.begin(0.02))
            # Its place is free again before the batch in hand is over.
            waiting = ask(batcher, "next")
            await asyncio.sleep(0)
            echo.gate.set()
            await asyncio.gather(first, waiting)
        return echo.batches

    assert asyncio.run(scene()) == [["first"], ["next"]]


def test_who_is_in_time_is_answered_and_later_calls_are_as_well() -> None:
    async def scene() -> None:
        async with working(Echo()) as batcher:
            for text in ("one", "two"):
                answers = await batcher.predict([Request(text, "en-US")], Patience.begin(10))
                assert intents(answers) == [text]

    asyncio.run(scene())


def test_a_full_queue_says_when_to_come_back_by_the_pace_measured() -> None:
    class Slow(Echo):
        def answer(self, request: Request) -> Answer:
            assert not self.is_closed.wait(0.05)
            return super().answer(request)

    async def scene() -> float:
        echo = Slow()
        async with working(echo, max_waiting=40) as batcher:
            await ask(batcher, "measured")
            echo.hold()
            held = await hold_first(echo, batcher)
            waiting = ask(batcher, *(str(i) for i in range(40)))
            await asyncio.sleep(0)
            with pytest.raises(
                HostBusy, match=r"40 utterances wait already; try again in \d+ s"
            ) as at:
                await batcher.predict([Request("more", "en-US")])
            waiting.cancel()
            echo.gate.set()
            await held
        return at.value.retry_after_seconds

    # 40 at 50 ms or, on a busy machine, a little more.
    assert 2.0 <= asyncio.run(scene()) < 20


def test_recordings_that_wait_are_bounded_by_their_length() -> None:
    async def scene() -> None:
        echo = Echo(held=True)
        async with working(echo, max_waiting_seconds=3) as batcher:
            tasks = [await hold_first(echo, batcher), hear(batcher, 2)]
            await asyncio.sleep(0)
            with pytest.raises(HostBusy, match="2 s of recordings wait already"):
                await hear(batcher, 2)
            tasks.append(ask(batcher, "text has room"))
            await asyncio.sleep(0)
            echo.gate.set()
            await asyncio.gather(*tasks)
            # Longer than all that may wait, but alone.
            assert intents(await hear(batcher, 5)) == ["5 s"]

    asyncio.run(scene())


def test_stopping_answers_what_is_in_hand_and_tells_those_who_wait_or_come_later() -> None:
    async def scene() -> Echo:
        echo = Echo(held=True)
        batcher = Batcher(echo)
        batcher.start()
        in_hand = await hold_first(echo, batcher)
        queued = ask(batcher, "queued")
        await asyncio.sleep(0)
        stopping = asyncio.create_task(batcher.stop())
        assert await asyncio.wait_for(refused(queued), 5) == "the model host is stopping"
        assert await refused(ask(batcher, "late")) == "the model host is stopping"
        echo.gate.set()
        assert intents(await in_hand) == ["first"]
        await stopping
        return echo

    echo = asyncio.run(scene())
    assert echo.is_closed.is_set()
    assert echo.batches == [["first"]]


def test_stopping_does_not_wait_for_ever_for_an_assistant_that_hangs() -> None:
    async def scene() -> Echo:
        echo = Echo(held=True)
        batcher = Batcher(echo, Limits(stop_seconds=0.05))
        batcher.start()
        in_hand = await hold_first(echo, batcher)
        await asyncio.wait_for(batcher.stop(), 5)
        assert await refused(in_hand) == "the model host is stopping"
        assert not echo.is_closed.is_set()
        return echo

    echo = asyncio.run(scene())
    # It comes back when even the event loop is gone, and is closed all the same.
    echo.gate.set()
    assert echo.is_closed.wait(5)
