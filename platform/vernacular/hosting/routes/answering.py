"""Puts what a client asks to its release, for as long as the client waits, and counts how it ends.

All routes that do work come through here, whatever shape their answers have.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from starlette.requests import Request as HttpRequest

from vernacular.assistants.contract import Answer, Request
from vernacular.errors import HostBusy, InvalidInput, VernacularError
from vernacular.hosting.batching.calls import ClientLeft, Patience, TooLate
from vernacular.hosting.metrics import HostMetrics, Outcome
from vernacular.hosting.recordings import Heard, Hearing, Recordings, Spoken, TooLong
from vernacular.hosting.releases.loading import Releases
from vernacular.hosting.routes.patience import giving_up_with

_OUTCOMES: tuple[tuple[type[VernacularError], Outcome], ...] = (
    (HostBusy, "busy"),
    (TooLate, "late"),
    (ClientLeft, "left"),
    (InvalidInput, "refused"),
    (TooLong, "refused"),
    (VernacularError, "unavailable"),
)


class Answering:
    """The releases of a host, what decodes for them, and the metrics that count what is asked."""

    def __init__(self, releases: Releases, recordings: Recordings, metrics: HostMetrics) -> None:
        self.releases = releases
        self._recordings = recordings
        self._metrics = metrics

    async def hear(
        self,
        http: HttpRequest,
        release: str,
        asked: Sequence[Request | Spoken],
        patience: Patience | None,
    ) -> list[Heard]:
        """Returns the requests with their recordings decoded; for one that cannot be heard, why.

        Raises:
            NotFound: the host does not have the release.
            TooLong: the recordings last too long together.
            ModelUnavailable: it cannot answer now (`HostBusy`, `TooLate`, `NotNow`, ...).
            ClientLeft: nobody waits for the answers any more.
        """
        batcher = self.releases.find_batcher(release)
        typed = [one for one in asked if isinstance(one, Request)]
        if len(typed) == len(asked):
            return [*typed]
        manifest = self.releases.find_hosted(release).manifest
        if manifest is not None and not manifest.hears:
            return [one if isinstance(one, Request) else _make_deaf_error() for one in asked]
        with self._counting(release, len(asked)):
            hearing = Hearing(self._recordings.hear(asked, batcher.check_room))
            with batcher.expecting(hearing), _ending(hearing, patience):
                async with giving_up_with(http, hearing):
                    return await hearing.wait()

    async def answer(
        self,
        http: HttpRequest,
        release: str,
        requests: Sequence[Heard],
        patience: Patience | None,
    ) -> list[Answer]:
        """Returns one answer per request, in order; those that could not be heard get an error.

        Raises:
            NotFound: the host does not have the release.
            ModelUnavailable: it cannot answer now (`HostBusy`, `TooLate`, `NotNow`, ...).
            ClientLeft: nobody waits for the answers any more.
        """
        batcher = self.releases.find_batcher(release)
        readable = [one for one in requests if isinstance(one, Request)]
        found: list[Answer] = []
        if readable:
            with self._counting(release, len(readable)):
                call = batcher.submit(readable, patience)
                try:
                    async with giving_up_with(http, call):
                        found = await call.answers
                finally:
                    batcher.drop(call)
        n_failed = sum(answer.error is not None for answer in found)
        self._metrics.count(release, "refused", len(requests) - len(readable))
        self._metrics.count(release, "failed", n_failed)
        self._metrics.count(release, "answered", len(found) - n_failed)
        rest = iter(found)
        return [
            next(rest) if isinstance(one, Request) else Answer(error=str(one)) for one in requests
        ]

    @contextmanager
    def _counting(self, release: str, n_utterances: int) -> Iterator[None]:
        """Counts the utterances of a call that ends without answers."""
        try:
            yield
        except VernacularError as error:
            outcome = next(name for kind, name in _OUTCOMES if isinstance(error, kind))
            self._metrics.count(release, outcome, n_utterances)
            raise


@contextmanager
def _ending(hearing: Hearing, patience: Patience | None) -> Iterator[None]:
    """Gives the hearing up when its client's time is over."""
    if patience is None:
        yield
        return
    loop = asyncio.get_running_loop()
    timer = loop.call_later(patience.seconds_left, hearing.give_up, patience.make_error())
    try:
        yield
    finally:
        timer.cancel()


def _make_deaf_error() -> InvalidInput:
    return InvalidInput("this release takes text only: it does not hear")
