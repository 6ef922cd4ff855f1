"""One client's call: the requests it brought, the answers found so far, and whether it still waits.

Made and given up in the event loop; the assistant's thread only looks at `Call.is_wanted`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

from vernacular.assistants.contract import Answer, Request
from vernacular.errors import ModelUnavailable, VernacularError


class TooLate(ModelUnavailable):
    """The time that the client gave its call ran out before the answers were there."""


class ClientLeft(VernacularError):
    """The client closed its connection before the answers were there."""


class NotNow(ModelUnavailable):
    """The release is still loading, or the host is stopping: it is worth coming back."""

    retry_after_seconds = 5.0


def make_stopping_error() -> NotNow:
    """Returns what everybody is told whom a host that stops cannot answer any more."""
    return NotNow("the model host is stopping")


@dataclass(frozen=True, slots=True)
class Patience:
    """For how long a client waits, counted from when its request came."""

    seconds: float
    until: float
    """When that is over (monotonic seconds)."""

    @classmethod
    def begin(cls, seconds: float) -> Patience:
        """Returns the patience of a client that comes now."""
        return cls(seconds, monotonic() + seconds)

    @property
    def seconds_left(self) -> float:
        """How much of it is left; 0 when it is over."""
        return max(0.0, self.until - monotonic())

    def make_error(self) -> TooLate:
        """Returns what a client is told when it is over."""
        return TooLate(f"no answer within the {self.seconds:g} s that the client gives it")


class Call:
    """Requests that came together and are answered together, though not always in one batch."""

    def __init__(self, requests: Sequence[Request]) -> None:
        """Must be made within the event loop."""
        self.requests = list(requests)
        self.answers: asyncio.Future[list[Answer]] = asyncio.get_running_loop().create_future()
        self.is_wanted = True
        self._found: list[Answer | None] = [None] * len(self.requests)
        self._n_missing = len(self.requests)

    def keep(self, place: int, answer: Answer) -> None:
        """Takes the answer to the request at ``place``; the last one makes ``answers`` ready."""
        self._found[place] = answer
        self._n_missing -= 1
        if self._n_missing == 0 and not self.answers.done():
            self.is_wanted = False
            self.answers.set_result([one for one in self._found if one is not None])

    def give_up(self, error: VernacularError) -> None:
        """Ends the call without answers, unless they are there already."""
        self.is_wanted = False
        if not self.answers.done():
            self.answers.set_exception(error)
