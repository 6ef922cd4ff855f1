"""The batches of a run reach the processes of Ray, in whatever order the calls arrive."""

from __future__ import annotations

import asyncio
from itertools import permutations

import pytest

from vernacular.evaluation.ray_handout import Handout
from vernacular.store.suites import Reference

N_BATCHES = 3


def batch(number: int) -> list[Reference]:
    return [Reference(number + 1, "sw-KE", number + 1, f"text {number}", "general_greet", ())]


@pytest.mark.parametrize("order", [*permutations(range(N_BATCHES + 1))])
def test_no_batch_is_lost_when_the_end_or_another_batch_overtakes_it(
    order: tuple[int, ...],
) -> None:
    async def hand_out() -> list[tuple[bool, object]]:
        handout = Handout()
        asked = [asyncio.create_task(handout.has(number)) for number in range(N_BATCHES + 1)]
        for what in order:
            await asyncio.sleep(0)
            if what == N_BATCHES:
                await handout.complete(N_BATCHES)
            else:
                await handout.add(what, batch(what))
        is_there = await asyncio.wait_for(asyncio.gather(*asked), 10)
        begun = [await handout.begin(number) for number in range(N_BATCHES)]
        return list(zip(is_there, [items for items, _ in begun] + [None], strict=True))

    assert asyncio.run(hand_out()) == [
        *((True, batch(number)) for number in range(N_BATCHES)),
        (False, None),
    ]
