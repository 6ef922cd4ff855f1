"""Reads what a server sent as the shape that it should have."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from vernacular.assistants.remote.calls import RemoteServer
from vernacular.errors import ModelUnavailable

Shape = TypeVar("Shape", bound=BaseModel)

_BEGINNING = 80


def read_shape(server: RemoteServer, data: bytes, shape: type[Shape]) -> Shape:
    """Returns the JSON in ``data`` as a ``shape``.

    Raises:
        ModelUnavailable: it is no JSON, or none of that shape; with how it begins.
    """
    try:
        return shape.model_validate_json(data)
    except ValidationError as error:
        beginning = server.quote(data[:_BEGINNING].decode(errors="replace"))
        raise ModelUnavailable(
            f"{server.address} answered what cannot be read: {server.quote(first_fault(error))};"
            f" it sent {len(data):,} bytes that begin with {beginning!r}"
        ) from error


def first_fault(error: ValidationError) -> str:
    """Returns the first thing that is wrong, with its place."""
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg']}" if place else first["msg"]
