"""Decodes the recordings that clients post: a few at a time, and only for those who still wait.

What a recording lasts is known when it is decoded, and silence of an hour fits into a few hundred
kilobytes: so each is counted as soon as its length is known, and the next begun only after that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import Any

from vernacular.assistants.contract import Request
from vernacular.clips.audio import SAMPLE_RATE_HZ, Audio
from vernacular.errors import HostBusy, InvalidInput, VernacularError
from vernacular.hosting.batching.daemons import Daemons
from vernacular.hosting.batching.lanes import count_samples
from vernacular.hosting.limits import Limits

_N_AT_ONCE = 2
"""One whose client has left is decoded to its end all the same, and an hour of silence takes
seconds and 350 MB: it must neither be the only one nor one of many."""
_RETRY_AFTER_SECONDS = 5.0


class TooLong(VernacularError):
    """The recordings of one body last longer than a release lets wait."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A request whose recording is not decoded yet."""

    request: Request
    """Without its audio."""
    read: Callable[[], Audio]
    """Decodes it; raises InvalidInput where it is none."""


Heard = Request | InvalidInput
"""A request as a release takes it, or why its recording cannot be read."""

CheckRoom = Callable[[int, int], None]
"""Told how many requests and samples are to wait; raises what is to be told to their client."""


class Recordings:
    """Decodes for all bodies of one host. Used from within its event loop only."""

    def __init__(self, limits: Limits) -> None:
        self._max_samples = round(limits.max_waiting_seconds * SAMPLE_RATE_HZ)
        self._decoders = Daemons(_N_AT_ONCE, "decoding")
        self._n_held = 0

    async def hear(self, asked: Sequence[Request | Spoken], check_room: CheckRoom) -> list[Heard]:
        """Returns the requests of one body with their recordings, which count here until then.

        Raises:
            TooLong: the body has more of recordings than one may have.
            HostBusy: the bodies have, together.
        """
        heard: list[Heard] = []
        n_mine = 0
        try:
            for one in asked:
                if isinstance(one, Request):
                    heard.append(one)
                    continue
                check_room(len(asked), n_mine)
                found = await self._decoders.run(lambda one=one: _read(one))  # type: ignore[misc]
                heard.append(found)
                n_new = _count_samples(found)
                self._check(n_mine, n_new)
                n_mine += n_new
                self._n_held += n_new
            return heard
        finally:
            self._n_held -= n_mine

    def _check(self, n_mine: int, n_new: int) -> None:
        # One that is longer than all that may be held is heard all the same where it is alone.
        if n_mine and n_mine + n_new > self._max_samples:
            raise TooLong(
                f"the recordings of one request last up to"
                f" {self._max_samples / SAMPLE_RATE_HZ:,.0f} s together: send fewer at once"
            )
        if self._n_held and self._n_held + n_new > self._max_samples:
            seconds = self._n_held / SAMPLE_RATE_HZ
            raise HostBusy(
                f"{seconds:,g} s of recordings are being read already", _RETRY_AFTER_SECONDS
            )


class Hearing:
    """The decoding of one body, until it is given up."""

    def __init__(self, work: Coroutine[Any, Any, list[Heard]]) -> None:
        """Begins with ``work``; must be made within the event loop."""
        self._task = asyncio.create_task(work)
        self._error: VernacularError | None = None

    def give_up(self, error: VernacularError) -> None:
        """Ends it with ``error``, unless it has ended."""
        if self._task.cancel() and self._error is None:
            self._error = error

    async def wait(self) -> list[Heard]:
        """Returns what was heard.

        Raises:
            VernacularError: what `Recordings.hear` raises, or what it was given up with.
        """
        try:
            return await self._task
        except asyncio.CancelledError:
            if self._error is None:
                raise
            raise self._error from None


def _read(spoken: Spoken) -> Heard:
    try:
        return replace(spoken.request, audio=spoken.read())
    except InvalidInput as error:
        return error


def _count_samples(heard: Heard) -> int:
    return 0 if isinstance(heard, InvalidInput) else count_samples([heard])
