"""A team's own assistant behind the JSON contract of docs/http-assistant.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

from vernacular.assistants.answerable import find_refusal
from vernacular.assistants.contract import Answer, Footprint, Request
from vernacular.assistants.remote.answers import read_shape
from vernacular.assistants.remote.calls import RemoteServer
from vernacular.assistants.remote.http_contract import Envelope, from_wire, to_wire
from vernacular.assistants.stage_specs import HttpService
from vernacular.errors import InvalidInput, ModelUnavailable, VernacularError

MAX_RESPONSE_BYTES = 64 * 2**20
"""Half an hour of speech in FLAC; a batch of replies is a few hundred kilobytes."""


@dataclass(frozen=True, slots=True)
class _Taken:
    """What came back for one request, not yet looked at, and how long it took."""

    given: Any
    latency_ms: float


class HttpAssistant:
    """An assistant that answers calls of several requests each."""

    def __init__(self, server: RemoteServer, spec: HttpService) -> None:
        self._server = server
        self._hears = spec.hears
        self._speaks = spec.speaks
        self._max_batch = spec.max_batch

    @classmethod
    def load(cls, spec: HttpService) -> HttpAssistant:
        """Returns the assistant; whether its server answers shows when it is asked.

        Raises:
            ModelUnavailable: the key's environment variable is missing.
        """
        return cls(RemoteServer(spec, MAX_RESPONSE_BYTES), spec)

    def predict_batch(self, requests: Sequence[Request]) -> list[Answer]:
        """Returns one answer per request, in order.

        Raises:
            ModelUnavailable: the server refuses everything, or fails time and again.
        """
        refusals = [find_refusal(one, hears=self._hears) for one in requests]
        asked = [
            replace(one, wants_speech=one.wants_speech and self._speaks)
            for one, why in zip(requests, refusals, strict=True)
            if why is None
        ]
        calls = [asked[at : at + self._max_batch] for at in range(0, len(asked), self._max_batch)]
        answers: list[Answer] = []
        for call, taken in zip(calls, self._server.ask_all(calls, self._ask), strict=True):
            each = [taken] * len(call) if isinstance(taken, VernacularError) else taken
            answers += [_read(one, request) for one, request in zip(each, call, strict=True)]
        # Read off in order, since every refused request has its place among the others.
        coming = iter(answers)
        return [next(coming) if why is None else Answer(error=str(why)) for why in refusals]

    async def _ask(self, requests: Sequence[Request]) -> list[_Taken | VernacularError]:
        """Asks in one call; one that is refused is halved, to find the request that is at fault."""
        began = perf_counter()
        try:
            received = await self._server.post("", json=to_wire(requests))
        except InvalidInput as error:
            if len(requests) == 1:
                return [error]
            middle = len(requests) // 2
            return [*await self._ask(requests[:middle]), *await self._ask(requests[middle:])]
        share_ms = (perf_counter() - began) * 1000 / len(requests)
        given = read_shape(self._server, received.data, Envelope).answers
        if len(given) != len(requests):
            raise ModelUnavailable(
                f"{self._server.address} gave {len(given):,} answers to {len(requests)} requests"
            )
        return [_Taken(one, share_ms) for one in given]

    def footprint(self) -> Footprint:
        """Returns that nobody here knows what the assistant weighs."""
        return Footprint()

    def close(self) -> None:
        """Closes the connections."""
        self._server.close()


def _read(taken: _Taken | VernacularError, request: Request) -> Answer:
    if isinstance(taken, VernacularError):
        return Answer(error=str(taken))
    try:
        return from_wire(taken.given, request, taken.latency_ms)
    except InvalidInput as error:
        return Answer(error=str(error))
