"""Failures of the host as RFC 9457 problems, or in OpenAI's shape on the routes that have it."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from vernacular.errors import (
    Conflict,
    Forbidden,
    HostBusy,
    InvalidInput,
    ModelUnavailable,
    NotFound,
    VernacularError,
)
from vernacular.hosting.batching.calls import ClientLeft, NotNow, TooLate
from vernacular.hosting.recordings import TooLong

log = logging.getLogger(__name__)

OPENAI_PATHS = ("/v1/chat/", "/v1/audio/", "/v1/models")

# What people said or heard is not repeated in an error, which ends up in logs.
_PRIVATE = frozenset({"text", "audio", "content", "data", "values", "messages", "prompt"})
_MAX_SHOWN = 80
_MAX_ENTRIES = 20
_MAX_DETAIL = 2_000
"""Characters of one message. Why a release could not be loaded takes a few hundred."""


class NotAuthenticated(Forbidden):
    """The request has no valid token; with one, it may be allowed."""


class TooLarge(VernacularError):
    """The body of a request has more bytes than the host reads."""


class TooSlow(VernacularError):
    """The body of a request did not arrive in time."""


class Malformed(VernacularError):
    """The body of a request is no JSON, or no form."""


class Unanswered(VernacularError):
    """The release could not answer this one request; asking again would end alike."""


class Misfit(InvalidInput):
    """Values of a request do not fit; ``entries`` has the first of them, each with its location,
    field and detail."""

    def __init__(self, entries: Sequence[Mapping[str, str]], n_all: int) -> None:
        self.entries = list(entries)
        first = self.entries[0]
        more = f", and {n_all - 1:,} more" if n_all > 1 else ""
        super().__init__(first["detail"] + more, field=first["field"] or first["location"])


# By class: the status, the name and title of the problem, and OpenAI's name for its type.
_KINDS: dict[type[VernacularError], tuple[int, str, str, str]] = {
    Malformed: (400, "malformed", "The request cannot be read", "invalid_request_error"),
    NotAuthenticated: (401, "not-authenticated", "A valid token is needed", "authentication_error"),
    Forbidden: (403, "forbidden", "This is for the host's operator", "permission_error"),
    NotFound: (404, "not-found", "There is no such thing", "invalid_request_error"),
    Conflict: (409, "conflict", "It clashes with what the host does now", "conflict_error"),
    TooSlow: (408, "too-slow", "The request did not arrive in time", "invalid_request_error"),
    TooLarge: (413, "too-large", "The request body is too large", "invalid_request_error"),
    TooLong: (413, "too-long", "The recordings last too long", "invalid_request_error"),
    InvalidInput: (422, "invalid", "A value does not fit", "invalid_request_error"),
    Unanswered: (422, "unanswered", "The release cannot answer this", "invalid_request_error"),
    ClientLeft: (499, "client-left", "The client closed its connection", "server_error"),
    HostBusy: (503, "host-busy", "The model host is busy", "server_error"),
    TooLate: (504, "too-late", "The time for an answer ran out", "server_error"),
    ModelUnavailable: (503, "model-unavailable", "The assistant cannot answer now", "server_error"),
    VernacularError: (500, "internal", "Something broke inside Vernacular", "server_error"),
}


def add_problem_handlers(host: FastAPI) -> None:
    """Makes every failure of the host a problem."""
    host.add_exception_handler(VernacularError, _answer_failure)
    host.add_exception_handler(HTTPException, _answer_http_exception)
    host.add_exception_handler(Exception, _answer_crash)


def misfit_of(error: ValidationError) -> Malformed | Misfit:
    """Returns what to raise for a body that pydantic refuses."""
    found = error.errors(include_url=False)
    if found[0]["type"] == "json_invalid":
        reason = found[0].get("ctx", {}).get("error", "it does not parse")
        return Malformed(f"the body is not JSON: {reason}")
    return Misfit([_describe_entry(entry) for entry in found[:_MAX_ENTRIES]], len(found))


def _describe_entry(entry: Mapping[str, Any]) -> dict[str, str]:
    # Names are the client's own where they are unknown, and messages repeat what was sent.
    names = [_shorten(str(name), _MAX_SHOWN) for name in entry["loc"]]
    detail, value = _shorten(str(entry["msg"]), 2 * _MAX_SHOWN), entry.get("input")
    if isinstance(value, str | int | float) and not _PRIVATE.intersection(names):
        # Cut before it is written down: a text may have megabytes.
        shown = repr(value[: _MAX_SHOWN + 1] if isinstance(value, str) else value)
        detail += f", got {_shorten(shown, _MAX_SHOWN)}"
    return {"location": "body", "field": ".".join(names), "detail": detail}


def _shorten(text: str, n_characters: int) -> str:
    return text if len(text) <= n_characters else text[:n_characters] + "..."


def _answer_failure(request: Request, error: Exception) -> JSONResponse:
    kind = next(cls for cls in type(error).__mro__ if cls in _KINDS)
    if kind is VernacularError:
        log.error("unclassified failure", exc_info=error)
    headers = {}
    if isinstance(error, HostBusy | NotNow):
        headers["Retry-After"] = str(max(1, round(error.retry_after_seconds)))
    if isinstance(error, NotAuthenticated):
        # RFC 9110, section 11.6.1: a 401 names the way to authenticate.
        headers["WWW-Authenticate"] = 'Bearer realm="vernacular host"'
    if isinstance(error, TooLarge | TooSlow):
        # The rest of the body is never read, so the connection cannot be used again.
        headers["Connection"] = "close"
    entries: list[Mapping[str, str]] = []
    if isinstance(error, Misfit):
        entries = list(error.entries)
    elif isinstance(error, InvalidInput) and error.field:
        entries = [{"location": "body", "field": error.field, "detail": error.reason}]
    return _respond(request, _KINDS[kind], str(error), headers, entries)


def _answer_http_exception(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    path = request.url.path
    detail = {
        404: f"there is nothing at {path}; see /openapi.json",
        405: f"{path} does not answer {request.method}",
    }.get(error.status_code, str(error.detail))
    name = {404: "not-found", 405: "method-not-allowed"}.get(error.status_code, "malformed")
    kind = (error.status_code, name, str(error.detail), "invalid_request_error")
    return _respond(request, kind, detail, error.headers or {})


def _answer_crash(request: Request, _error: Exception) -> JSONResponse:
    # The server logs the traceback.
    detail = "this is our fault; the host's log says more. Trying again is safe"
    return _respond(request, _KINDS[VernacularError], detail, {})


def _respond(
    request: Request,
    kind: tuple[int, str, str, str],
    detail: str,
    headers: Mapping[str, str],
    entries: Sequence[Mapping[str, str]] = (),
) -> JSONResponse:
    status, name, title, openai_type = kind
    detail = _shorten(detail, _MAX_DETAIL)
    if request.url.path.startswith(OPENAI_PATHS):
        # OpenAI answers 400 where a value does not fit.
        status = 400 if status == 422 else status
        param = entries[0]["field"] if entries else None
        code = "model_not_found" if status == 404 else name.replace("-", "_")
        body: dict[str, Any] = {
            "message": detail,
            "type": openai_type,
            "param": param,
            "code": code,
        }
        return JSONResponse({"error": body}, status, headers=dict(headers))
    body = {"type": f"urn:problem-type:vernacular:{name}", "title": title, "status": status}
    body["detail"] = detail
    if entries:
        body["errors"] = list(entries)
    return JSONResponse(body, status, headers=dict(headers), media_type="application/problem+json")
