"""Who waits for an assistant, in which order they are taken, and how many may wait.

Text and speech wait in lanes of their own: a batch of both would make a typed request last as long
as the longest recording. The lane whose head has waited longest goes next. Within a lane, a call
gives a batch what it has room for and then stands at the end again, so that one with hundreds of
requests holds up nobody who brings one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Literal

from vernacular.assistants.contract import Request
from vernacular.clips.audio import SAMPLE_RATE_HZ
from vernacular.hosting.batching.calls import Call
from vernacular.hosting.limits import Limits

Kind = Literal["text", "speech"]

KINDS: tuple[Kind, ...] = ("text", "speech")


@dataclass(slots=True)
class Waiting:
    """What of one call waits in one lane."""

    call: Call
    places: deque[int]
    """Where the requests stand in their call."""
    came: float
    """When it came (monotonic seconds)."""
    since: float
    """When it came, or last gave a part of itself to a batch."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One request that goes into a batch."""

    call: Call
    place: int
    """Where the request stands in its call."""
    waited_seconds: float

    @property
    def request(self) -> Request:
        """The request itself."""
        return self.call.requests[self.place]


class Lanes:
    """The requests that wait for one assistant. Not safe for threads: its user holds a lock."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        # By the identity of the call, in the order in which they are taken.
        self._lanes: dict[Kind, dict[int, Waiting]] = {kind: {} for kind in KINDS}
        self._n_waiting: dict[Kind, int] = dict.fromkeys(KINDS, 0)
        self._n_samples = 0

    def __bool__(self) -> bool:
        return any(self._lanes.values())

    @property
    def n_waiting(self) -> int:
        """How many requests wait."""
        return sum(self._n_waiting.values())

    def n_waiting_in(self, kind: Kind) -> int:
        """How many requests wait in one lane."""
        return self._n_waiting[kind]

    def find_excess(self, n_requests: int, n_samples: int) -> str | None:
        """Returns why there is no room for so many requests and samples, or None if there is."""
        if self.n_waiting + n_requests > self._limits.max_waiting:
            return f"{self.n_waiting} utterances wait already"
        seconds = (self._n_samples + n_samples) / SAMPLE_RATE_HZ
        # A recording longer than what may wait is heard all the same where no other waits.
        if self._n_samples and seconds > self._limits.max_waiting_seconds:
            return f"{self._n_samples / SAMPLE_RATE_HZ:.0f} s of recordings wait already"
        return None

    def add(self, call: Call) -> None:
        """Lets the requests of a call wait, each in its lane."""
        now = monotonic()
        for kind in KINDS:
            places = deque(i for i, one in enumerate(call.requests) if _kind(one) == kind)
            if places:
                self._lanes[kind][id(call)] = Waiting(call, places, now, now)
                self._n_waiting[kind] += len(places)
        self._n_samples += count_samples(call.requests)

    def drop(self, call: Call) -> None:
        """Forgets what still waits of a call."""
        for kind, lane in self._lanes.items():
            waiting = lane.pop(id(call), None)
            if waiting is not None:
                self._n_waiting[kind] -= len(waiting.places)
                self._n_samples -= count_samples([call.requests[i] for i in waiting.places])

    def drop_all(self) -> list[Call]:
        """Forgets everything and returns the calls of which something waited."""
        calls = {key: one.call for lane in self._lanes.values() for key, one in lane.items()}
        for call in calls.values():
            self.drop(call)
        return list(calls.values())

    def take(self) -> tuple[Kind, list[Taken]]:
        """Returns the next batch and its kind; to be called only while somebody waits."""
        kind = min((one for one in KINDS if self._lanes[one]), key=self._waits_since)
        batch = self._fill_batch(self._lanes[kind])
        self._n_waiting[kind] -= len(batch)
        self._n_samples -= count_samples([one.request for one in batch])
        return kind, batch

    def _waits_since(self, kind: Kind) -> float:
        return next(iter(self._lanes[kind].values())).since

    def _fill_batch(self, lane: dict[int, Waiting]) -> list[Taken]:
        now = monotonic()
        batch: list[Taken] = []
        n_samples = 0
        for key, waiting in list(lane.items()):
            n_before = len(batch)
            is_full = False
            while waiting.places and not is_full:
                n_samples += count_samples([waiting.call.requests[waiting.places[0]]])
                is_full = len(batch) == self._limits.max_batch or (
                    bool(batch) and n_samples > self._limits.max_batch_seconds * SAMPLE_RATE_HZ
                )
                if not is_full:
                    place = waiting.places.popleft()
                    batch.append(Taken(waiting.call, place, now - waiting.came))
            if len(batch) > n_before:
                del lane[key]
                if waiting.places:
                    waiting.since = now
                    lane[key] = waiting
            if is_full:
                break
        return batch


def _kind(request: Request) -> Kind:
    return "text" if request.audio is None else "speech"


def count_samples(requests: Sequence[Request]) -> int:
    """Returns how many samples the recordings of ``requests`` have."""
    return sum(one.audio.samples.size for one in requests if one.audio is not None)
