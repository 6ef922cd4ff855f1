"""Failures as RFC 9457 problems: the one place that knows which failure has which status."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from vernacular.api.security_headers import SECURITY_HEADERS
from vernacular.errors import (
    Conflict,
    Forbidden,
    HostBusy,
    InvalidInput,
    ModelUnavailable,
    NotComparable,
    NotFound,
    StoreUnavailable,
    VernacularError,
)

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """A kind of failure: the name programs branch on, its status and its title."""

    name: str
    status: int
    title: str

    @property
    def type(self) -> str:
        """The problem's ``type``; it identifies the kind and is not meant to be fetched."""
        return f"urn:problem-type:vernacular:{self.name}"


MALFORMED = ProblemKind("malformed", 400, "The request cannot be read")
NOT_AUTHENTICATED = ProblemKind("not-authenticated", 401, "A valid API key is needed")
FORBIDDEN = ProblemKind("forbidden", 403, "The API key does not allow this")
NOT_FOUND = ProblemKind("not-found", 404, "There is no such thing")
METHOD_NOT_ALLOWED = ProblemKind("method-not-allowed", 405, "The method does not fit the address")
CONFLICT = ProblemKind("conflict", 409, "It clashes with what is stored")
NOT_COMPARABLE = ProblemKind("not-comparable", 409, "The two must not be compared")
TOO_LARGE = ProblemKind("too-large", 413, "The request body is too large")
INVALID = ProblemKind("invalid", 422, "A value does not fit")
INTERNAL = ProblemKind("internal", 500, "Something broke inside Vernacular")
MODEL_UNAVAILABLE = ProblemKind("model-unavailable", 503, "The assistant cannot answer now")
HOST_BUSY = ProblemKind("host-busy", 503, "The model host is busy")
STORE_UNAVAILABLE = ProblemKind("store-unavailable", 503, "The database does not answer now")
NOT_READY = ProblemKind("not-ready", 503, "The service is not ready")


class NotAuthenticated(Forbidden):
    """The request names no valid key; with one, it may be allowed."""


class NotReady(VernacularError):
    """The service runs, but cannot do its work yet; the message says what is missing."""


_KINDS: dict[type[VernacularError], ProblemKind] = {
    NotFound: NOT_FOUND,
    Conflict: CONFLICT,
    InvalidInput: INVALID,
    NotComparable: NOT_COMPARABLE,
    NotAuthenticated: NOT_AUTHENTICATED,
    Forbidden: FORBIDDEN,
    HostBusy: HOST_BUSY,
    ModelUnavailable: MODEL_UNAVAILABLE,
    StoreUnavailable: STORE_UNAVAILABLE,
    NotReady: NOT_READY,
}
_BY_STATUS = {400: MALFORMED, 404: NOT_FOUND, 405: METHOD_NOT_ALLOWED}


class FieldProblem(BaseModel):
    """What is wrong with one value of the request."""

    location: str = Field(description="where the value stands: `body`, `query` or `path`")
    field: str = Field(description="the value's name; nested names are joined by dots")
    detail: str = Field(description="what is wrong with it")


class Problem(BaseModel):
    """A failure in the form of RFC 9457."""

    type: str = Field(description="identifies the kind of problem")
    title: str = Field(description="the kind in words, always the same")
    status: int = Field(description="the HTTP status, repeated")
    detail: str = Field(description="what happened this time, and what to do")
    errors: list[FieldProblem] | None = Field(
        None, description="the values that do not fit; only with status 422"
    )


def problem(
    kind: ProblemKind,
    detail: str,
    errors: list[FieldProblem] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Returns a response that tells a program and a person what went wrong."""
    return JSONResponse(
        _make_problem(kind, detail, errors).model_dump(exclude_none=True),
        status_code=kind.status,
        headers=dict(headers or {}),
        media_type=MEDIA_TYPE,
    )


def add_problem_handlers(api: FastAPI) -> None:
    """Makes every failure of the API a problem."""
    api.add_exception_handler(VernacularError, _answer_failure)
    api.add_exception_handler(RequestValidationError, _answer_invalid_request)
    api.add_exception_handler(HTTPException, _answer_http_exception)
    api.add_exception_handler(Exception, _answer_crash)


def problem_responses(
    examples: Mapping[ProblemKind, str | FieldProblem],
) -> dict[int | str, dict[str, Any]]:
    """Returns OpenAPI responses, one per status, from an example of what each kind would say."""
    return {
        kind.status: {
            "description": kind.title,
            "content": {
                MEDIA_TYPE: {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "example": _make_example(kind, example).model_dump(exclude_none=True),
                }
            },
        }
        for kind, example in examples.items()
    }


def problem_schemas() -> dict[str, Any]:
    """Returns the schemas that ``problem_responses`` refers to, as OpenAPI components."""
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    nested = schema.pop("$defs")
    return {"Problem": schema, **nested}


def _make_problem(
    kind: ProblemKind, detail: str, errors: list[FieldProblem] | None = None
) -> Problem:
    return Problem(
        type=kind.type, title=kind.title, status=kind.status, detail=detail, errors=errors
    )


def _make_example(kind: ProblemKind, example: str | FieldProblem) -> Problem:
    if isinstance(example, str):
        return _make_problem(kind, example)
    return _make_problem(kind, _describe(example), [example])


def _answer_failure(_request: Request, error: Exception) -> JSONResponse:
    kind = next((_KINDS[cls] for cls in type(error).__mro__ if cls in _KINDS), None)
    if kind is None:
        log.error("unclassified failure", exc_info=error)
        return _internal()
    if isinstance(error, StoreUnavailable):
        # The driver's own words may hold the database's address.
        log.error("%s", error)
        detail = "nothing was stored; send the same request again in a moment"
        return problem(kind, detail, headers={"Retry-After": "5"})
    if isinstance(error, InvalidInput):
        errors = [FieldProblem(location="body", field=error.field, detail=error.reason)]
        return problem(kind, str(error), errors if error.field else None)
    return problem(kind, str(error), headers=_headers_for(error))


def _headers_for(error: Exception) -> dict[str, str]:
    if isinstance(error, NotAuthenticated):
        # RFC 9110, section 11.6.1: a 401 names the way to authenticate.
        return {"WWW-Authenticate": 'Bearer realm="vernacular"'}
    if isinstance(error, HostBusy):
        return {"Retry-After": str(max(1, round(error.retry_after_seconds)))}
    return {}


def _answer_invalid_request(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if any(entry["type"] == "json_invalid" for entry in found):
        reason = found[0].get("ctx", {}).get("error", "it does not parse")
        return problem(
            MALFORMED, f"the body is not JSON: {reason}, at position {found[0]['loc'][-1]}"
        )
    errors = [_field_problem(entry) for entry in found]
    more = f", and {len(errors) - 1} more" if len(errors) > 1 else ""
    return problem(INVALID, _describe(errors[0]) + more, errors)


def _describe(wrong: FieldProblem) -> str:
    return f"{wrong.location} {wrong.field}".strip() + f": {wrong.detail}"


def _field_problem(entry: Mapping[str, Any]) -> FieldProblem:
    # The value itself is left out: it may be what somebody said.
    location, *names = entry["loc"]
    return FieldProblem(
        location=str(location), field=".".join(str(name) for name in names), detail=entry["msg"]
    )


def _answer_http_exception(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    kind = _BY_STATUS.get(error.status_code)
    if kind is None:
        kind = ProblemKind(f"http-{error.status_code}", error.status_code, error.detail)
    details = {
        NOT_FOUND: f"there is nothing at {request.url.path}; see /openapi.json",
        METHOD_NOT_ALLOWED: f"{request.url.path} does not answer {request.method}",
    }
    return problem(kind, details.get(kind, error.detail), headers=error.headers)


def _answer_crash(_request: Request, _error: Exception) -> JSONResponse:
    # The server logs the traceback; this handler runs outside the middleware that adds headers.
    return _internal(SECURITY_HEADERS)


def _internal(headers: Mapping[str, str] | None = None) -> JSONResponse:
    detail = "this is our fault; the service's log says more. Trying again is safe"
    return problem(INTERNAL, detail, headers=headers)
