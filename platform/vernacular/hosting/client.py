"""Assistants on a model host, reached over HTTP, under the same contract as in this process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from vernacular.assistants.contract import Answer, Request
from vernacular.errors import HostBusy, InvalidInput, ModelUnavailable
from vernacular.hosting.wire import (
    MAX_REQUESTS,
    LoadedReleases,
    PredictAnswer,
    PredictBody,
    from_wire,
    to_body,
)

Shape = TypeVar("Shape", bound=BaseModel)


class HostAssistants:
    """The releases that one model host keeps loaded."""

    def __init__(self, url: str, timeout_seconds: float = 20.0) -> None:
        self.url = url.rstrip("/")
        self._client = httpx.Client(
            base_url=self.url, timeout=httpx.Timeout(timeout_seconds, connect=3.0)
        )

    def list_loaded(self) -> list[str]:
        """Returns the names of the releases that answer now.

        Raises:
            ModelUnavailable: the host does not answer.
        """
        return self._read(self._call("GET", "/v1/releases"), LoadedReleases).releases

    def find(self, release: str) -> HostedAssistant:
        """Returns the assistant of that name; whether it is loaded shows when it is asked."""
        return HostedAssistant(self, release)

    def predict(self, release: str, requests: Sequence[Request]) -> list[Answer]:
        """Returns one answer per request, in order; sent in as few calls as the host allows.

        Raises:
            ModelUnavailable: the host is down, slow, or has not loaded the release.
            HostBusy: its queue is full.
            InvalidInput: a request is one that no host takes, such as an empty text.
        """
        answers: list[Answer] = []
        for at in range(0, len(requests), MAX_REQUESTS):
            body = _fill_body(release, requests[at : at + MAX_REQUESTS])
            response = self._call("POST", "/v1/predict", content=body.model_dump_json())
            wire = self._read(response, PredictAnswer).answers
            if len(wire) != len(body.requests):
                raise ModelUnavailable(
                    f"{self.url} gave {len(wire)} answers to {len(body.requests)} requests"
                )
            answers += [from_wire(one) for one in wire]
        return answers

    def _read(self, response: httpx.Response, shape: type[Shape]) -> Shape:
        try:
            return shape.model_validate_json(response.content)
        except ValidationError as error:
            raise ModelUnavailable(
                f"what answers at {self.url} is no model host: {error.errors()[0]['msg']}"
            ) from error

    def _call(self, method: str, path: str, content: str | None = None) -> httpx.Response:
        headers = {"Content-Type": "application/json"} if content is not None else {}
        try:
            response = self._client.request(method, path, content=content, headers=headers)
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


def _fill_body(release: str, requests: Sequence[Request]) -> PredictBody:
    try:
        return to_body(release, requests)
    except ValidationError as error:
        first = error.errors()[0]
        raise InvalidInput(first["msg"], field=str(first["loc"][-1])) from error


class HostedAssistant:
    """One release on a model host."""

    def __init__(self, host: HostAssistants, release: str) -> None:
        self._host = host
        self._release = release

    def predict_batch(self, requests: Sequence[Request]) -> list[Answer]:
        """Returns one answer per request, in order; see ``HostAssistants.predict``."""
        return self._host.predict(self._release, requests)

    def close(self) -> None:
        """Holds nothing of its own; the connections are the host's."""
