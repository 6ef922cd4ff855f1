"""Assistants on a model host, reached over HTTP, under the same contract as in this process."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from vernacular.assistants.contract import Answer, Footprint, Request
from vernacular.errors import HostBusy, InvalidInput, ModelUnavailable
from vernacular.hosting.translating import from_wire, from_wire_footprint, to_wire_request
from vernacular.hosting.wire import (
    MAX_REQUESTS,
    TIMEOUT_HEADER,
    HostedReleases,
    PredictAnswer,
    PredictBody,
    WireRelease,
    WireRequest,
)

Shape = TypeVar("Shape", bound=BaseModel)

MAX_CALL_BYTES = 4 * 2**20
"""What one call carries, unless one recording alone is longer: a host reads it whole."""

_IDLE_SECONDS = 2.0
"""How long a connection is kept for the next call: less than any host or proxy keeps it."""

_HUNG_UP = (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)
"""The other side closed a connection in the middle of a call."""


class HostAssistants:
    """The releases that one model host keeps loaded."""

    def __init__(self, url: str, timeout_seconds: float = 20.0) -> None:
        """``timeout_seconds`` is told to the host, which drops what nobody waits for any more."""
        self.url = url.rstrip("/")
        self._timeout = httpx.Timeout(timeout_seconds, connect=3.0)
        self._client = httpx.Client(
            base_url=self.url,
            headers={TIMEOUT_HEADER: f"{timeout_seconds:g}"},
            limits=httpx.Limits(keepalive_expiry=_IDLE_SECONDS),
        )

    def list_releases(self, timeout_seconds: float | None = None) -> list[WireRelease]:
        """Returns where each release of the host stands.

        Args:
            timeout_seconds: for how long the host may be silent, while it is connected to as well
                as while it answers; None: as long as for everything else.

        Raises:
            ModelUnavailable: the host does not answer.
        """
        timeout = None if timeout_seconds is None else httpx.Timeout(timeout_seconds)
        response = self._call("GET", "/v1/releases", timeout=timeout)
        return self._read(response, HostedReleases).releases

    def list_loaded(self, timeout_seconds: float | None = None) -> list[str]:
        """Returns the names of the releases that answer now; see ``list_releases``.

        Raises:
            ModelUnavailable: the host does not answer.
        """
        return [one.name for one in self.list_releases(timeout_seconds) if one.state == "ready"]

    def find(self, release: str) -> HostedAssistant:
        """Returns the assistant of that name; whether it is loaded shows when it is asked."""
        return HostedAssistant(self, release)

    def predict(self, release: str, requests: Sequence[Request]) -> list[Answer]:
        """Returns one answer per request, in order; sent in as few calls as the host allows.

        A request that no host takes, such as an empty text, is not sent: its answer says why.

        Raises:
            ModelUnavailable: the host is down, slow, or has not loaded the release.
            HostBusy: its queue is full.
        """
        answers: list[Answer] = []
        for rows in _cut_into_calls(requests):
            sent = [row for row in rows if isinstance(row, WireRequest)]
            found = iter(self._predict(release, sent) if sent else ())
            for row in rows:
                is_sent = isinstance(row, WireRequest)
                answers.append(next(found) if is_sent else Answer(error=str(row)))
        return answers

    def _predict(self, release: str, rows: list[WireRequest]) -> list[Answer]:
        body = PredictBody.model_construct(release=release, requests=rows)
        # What says nothing is left out, so that a host of an earlier version understands the rest.
        content = body.model_dump_json(exclude_defaults=True)
        response = self._call("POST", "/v1/predict", content=content)
        wire = self._read(response, PredictAnswer).answers
        if len(wire) != len(rows):
            raise ModelUnavailable(f"{self.url} gave {len(wire)} answers to {len(rows)} requests")
        try:
            return [from_wire(one) for one in wire]
        except InvalidInput as error:
            raise ModelUnavailable(
                f"{self.url} gave speech that cannot be read: {error}"
            ) from error

    def _read(self, response: httpx.Response, shape: type[Shape]) -> Shape:
        try:
            return shape.model_validate_json(response.content)
        except ValidationError as error:
            raise ModelUnavailable(
                f"what answers at {self.url} is no model host: {error.errors()[0]['msg']}"
            ) from error

    def _call(
        self,
        method: str,
        path: str,
        content: str | None = None,
        timeout: httpx.Timeout | None = None,
    ) -> httpx.Response:
        headers = {"Content-Type": "application/json"} if content is not None else {}
        try:
            request = self._client.build_request(
                method, path, content=content, headers=headers, timeout=timeout or self._timeout
            )
            try:
                response = self._client.send(request)
            except _HUNG_UP:
                # A host that was restarted, or a proxy, closes what lay idle just as it is used
                # again. Asking twice does no harm: a host keeps nothing of what it is asked.
                response = self._client.send(request)
        except httpx.TimeoutException as error:
            raise ModelUnavailable(f"the model host at {self.url} took too long") from error
        except httpx.HTTPError as error:
            raise ModelUnavailable(
                f"the model host at {self.url} does not answer; start it with"
                f" 'vernacular serve host' ({error})"
            ) from error
        if response.is_success:
            return response
        try:
            detail = str(response.json()["detail"])
        except (ValueError, KeyError, TypeError):
            detail = response.text[:200]
        retry_after = response.headers.get("Retry-After", "")
        # A proxy in between may give a date instead of seconds; then it is no queue of ours.
        if response.status_code == httpx.codes.SERVICE_UNAVAILABLE and retry_after.isdecimal():
            raise HostBusy(detail, float(retry_after))
        raise ModelUnavailable(f"the model host answered {response.status_code}: {detail}")

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()


class HostedAssistant:
    """One release on a model host."""

    def __init__(self, host: HostAssistants, release: str) -> None:
        self._host = host
        self._release = release

    def predict_batch(self, requests: Sequence[Request]) -> list[Answer]:
        """Returns one answer per request, in order; see ``HostAssistants.predict``."""
        return self._host.predict(self._release, requests)

    def footprint(self) -> Footprint:
        """Returns what the release weighs on its host.

        Raises:
            ModelUnavailable: the host does not answer.
        """
        for one in self._host.list_releases():
            if one.name == self._release:
                return from_wire_footprint(one.footprint)
        return Footprint()

    def close(self) -> None:
        """Holds nothing of its own; the connections are the host's."""


def _cut_into_calls(requests: Sequence[Request]) -> Iterator[list[WireRequest | InvalidInput]]:
    """Yields what goes into each call, bounded in number and bytes; for what cannot go, why."""
    rows: list[WireRequest | InvalidInput] = []
    n_bytes = 0
    for request in requests:
        row = _to_row(request)
        size = _count_bytes(row)
        if rows and (len(rows) == MAX_REQUESTS or n_bytes + size > MAX_CALL_BYTES):
            yield rows
            rows, n_bytes = [], 0
        rows.append(row)
        n_bytes += size
    if rows:
        yield rows


def _to_row(request: Request) -> WireRequest | InvalidInput:
    try:
        return to_wire_request(request)
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][-1]) if first["loc"] else None
        length = f", got {len(request.text or ''):,}" if field == "text" else ""
        return InvalidInput(first["msg"] + length, field=field)


def _count_bytes(row: WireRequest | InvalidInput) -> int:
    """Returns how long a row is, its text taken as four bytes a character."""
    if isinstance(row, InvalidInput):
        return 0
    return len(row.audio or "") + 4 * len(row.text or "")
