"""One client's call: the requests it brought, the answers found so far, and whether it still waits.

Made and given up in the event loop; the assistant's thread only looks at `Call.is_wanted`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from vernacular.assistants.contract import Answer, Request
from vernacular.errors import ModelUnavailable, VernacularError


class TooLate(ModelUnavailable):
    """The time that the client gave its call ran out before the answers were there."""


class ClientLeft(VernacularError):
    """The client closed its connection before the answers were there."""


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
