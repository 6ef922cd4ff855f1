"""Hands out the batches of a run to the processes of Ray, a few at a time.

Ray Data moves numbers alone: what they stand for is taken from here, so that a suite of millions
never lies in anybody's memory, and a number that Ray does again finds the same batch.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from vernacular.ray_cluster import as_actor, import_ray

if TYPE_CHECKING:
    from vernacular.store.suites import Reference


class Handout:
    """The batches in hand, by number. It is an actor, on the machine of the run.

    Calls carry the numbers they are about: Ray promises no order of the calls to an actor whose
    methods are asynchronous, and an end that overtook the last batch would cost that batch.
    """

    def __init__(self) -> None:
        self._items: dict[int, list[Reference]] = {}
        self._n_beginnings: dict[int, int] = {}
        self._added: set[int] = set()
        self._n_batches = math.inf
        """In all, once that is known."""
        self._changed = asyncio.Condition()

    async def add(self, number: int, items: list[Reference]) -> None:
        """Takes the batch of that number, counted from 0."""
        async with self._changed:
            self._items[number] = items
            self._added.add(number)
            self._changed.notify_all()

    async def complete(self, n_batches: int) -> None:
        """Notes how many batches there are in all."""
        async with self._changed:
            self._n_batches = n_batches
            self._changed.notify_all()

    async def has(self, number: int) -> bool:
        """Waits until there is a batch of that number, or it is known that there will be none."""
        async with self._changed:
            await self._changed.wait_for(lambda: number in self._added or number >= self._n_batches)
            return number in self._added

    async def begin(self, number: int) -> tuple[list[Reference] | None, int]:
        """Returns the batch, None if its outcome is known, and how often it was begun by now."""
        self._n_beginnings[number] = self._n_beginnings.get(number, 0) + 1
        return self._items.get(number), self._n_beginnings[number]

    async def drop(self, number: int) -> None:
        """Forgets a batch whose outcome is known."""
        self._items.pop(number, None)
        self._n_beginnings.pop(number, None)


def list_numbers(_: dict[str, Any], handout: Any) -> Iterator[dict[str, Any]]:
    """Yields the number of each batch as soon as the handout has it.

    Always the same ones in the same order, so that Ray may do it again when a machine is lost.
    """
    ray = import_ray()
    number = 0
    while ray.get(handout.has.remote(number)):
        yield {"number": number}
        number += 1


class InHand:
    """The batches that were handed out and have no outcome yet, as the run sees them."""

    def __init__(self, batches: Iterator[list[Reference]], limit: int) -> None:
        """Takes batches as they are needed, so that never more than ``limit`` are in hand."""
        from ray.util.scheduling_strategies import (  # noqa: PLC0415 - an extra
            NodeAffinitySchedulingStrategy,
        )

        # Losing another machine must not lose what is on its way to the rest.
        node_id = import_ray().get_runtime_context().get_node_id()
        here = NodeAffinitySchedulingStrategy(node_id, soft=False)
        self.handout: Any = as_actor(Handout, num_cpus=0, scheduling_strategy=here).remote()
        self._batches = batches
        self._limit = limit
        self._waiting: set[int] = set()
        self._n_added = 0
        self._is_complete = False

    def __len__(self) -> int:
        return len(self._waiting)

    def fill_up(self) -> None:
        """Hands out as many batches as there is room for."""
        while not self._is_complete and len(self._waiting) < self._limit:
            items = next(self._batches, None)
            if items is None:
                self._is_complete = True
                self.handout.complete.remote(self._n_added)
                return
            # Not waited for: the other processes start meanwhile.
            self.handout.add.remote(self._n_added, items)
            self._waiting.add(self._n_added)
            self._n_added += 1

    def settle(self, number: int) -> bool:
        """Notes that a batch has its outcome; False if it had one already."""
        if number not in self._waiting:
            return False
        self._waiting.remove(number)
        self.handout.drop.remote(number)
        return True
