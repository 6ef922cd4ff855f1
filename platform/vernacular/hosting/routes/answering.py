"""Puts what a client asks to its release, for as long as the client waits, and counts how it ends.

All routes that do work come through here, whatever shape their answers have.
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request as HttpRequest

from vernacular.assistants.contract import Answer, Request
from vernacular.errors import HostBusy, InvalidInput, VernacularError
from vernacular.hosting.batching.calls import ClientLeft, TooLate
from vernacular.hosting.metrics import HostMetrics, Outcome
from vernacular.hosting.releases.loading import Releases
from vernacular.hosting.routes.bodies import giving_up_with, read_patience

_OUTCOMES: tuple[tuple[type[VernacularError], Outcome], ...] = (
    (HostBusy, "busy"),
    (TooLate, "late"),
    (ClientLeft, "left"),
    (InvalidInput, "refused"),
    (VernacularError, "unavailable"),
)


class Answering:
    """The releases of a host, and the metrics that count what is asked of them."""

    def __init__(self, releases: Releases, metrics: HostMetrics) -> None:
        self.releases = releases
        self.metrics = metrics

    async def answer(
        self, http: HttpRequest, release: str, requests: Sequence[Request | InvalidInput]
    ) -> list[Answer]:
        """Returns one answer per request, in order; those that could not be read get an error.

        Raises:
            NotFound: the host does not have the release.
            ModelUnavailable: it cannot answer now (`HostBusy`, `TooLate`, still loading, ...).
            ClientLeft: nobody waits for the answers any more.
        """
        batcher = self.releases.find_batcher(release)
        patience = read_patience(http)
        readable = [one for one in requests if isinstance(one, Request)]
        found: list[Answer] = []
        if readable:
            try:
                call = batcher.submit(readable, patience)
                try:
                    async with giving_up_with(http, call):
                        found = await call.answers
                finally:
                    batcher.drop(call)
            except VernacularError as error:
                outcome = next(name for kind, name in _OUTCOMES if isinstance(error, kind))
                self.metrics.count(release, outcome, len(readable))
                raise
        n_failed = sum(answer.error is not None for answer in found)
        self.metrics.count(release, "refused", len(requests) - len(readable))
        self.metrics.count(release, "failed", n_failed)
        self.metrics.count(release, "answered", len(found) - n_failed)
        rest = iter(found)
        return [
            next(rest) if isinstance(one, Request) else Answer(error=str(one)) for one in requests
        ]
