"""Reads from a server's status and body why it did not answer, and what that means for the rest."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx

from vernacular.assistants.remote.credentials import Key
from vernacular.assistants.remote.retrying import is_passing, read_retry_after
from vernacular.errors import InvalidInput, ModelUnavailable, VernacularError

_REFUSE_ALL = (401, 404, 405)
_OF_THE_SERVER = (402, 403)
"""No payment, no permission: no fault of what was asked, though perhaps not of every request."""


class Passing(ModelUnavailable):
    """The same request may well succeed later."""

    def __init__(self, message: str, retry_after_seconds: float | None) -> None:
        self.retry_after_seconds = retry_after_seconds
        """How long the server asks to be left alone, if it says."""
        super().__init__(message)


class RefusesAll(ModelUnavailable):
    """Whatever is asked would be refused: the key or the address is wrong."""


def read_refusal(
    address: str,
    response: httpx.Response,
    body: bytes,
    quote: Callable[[str], str],
    key: Key,
) -> VernacularError | None:
    """Returns why the server did not answer; None where it did.

    Args:
        address: of the server, as messages say it.
        response: its status and headers.
        body: what it sent.
        quote: makes a text from outside fit for a message.
        key: what the request was signed with.
    """
    status = response.status_code
    if response.is_success:
        encoding = response.headers.get("Content-Encoding", "identity")
        if encoding.lower() == "identity":
            return None
        return ModelUnavailable(
            f"{address} answered in {quote(encoding)}, although it was asked for plain bytes"
        )
    if response.is_redirect:
        # The query of an address may hold a secret of whoever made it.
        target = quote(response.headers.get("Location", "").partition("?")[0])
        return RefusesAll(
            f"{address} answers {status} and sends us to {target}: name that address in the"
            " manifest if it is the right one"
        )
    said = quote(_find_message(body))
    told = f"{address} answered {status}: {said}" if said else f"{address} answered {status}"
    if is_passing(status):
        return Passing(told, read_retry_after(response.headers.get("Retry-After")))
    if status in _REFUSE_ALL:
        return RefusesAll(f"{told}; {_remedy(status, key)}")
    return (
        ModelUnavailable(told) if status in _OF_THE_SERVER or status < 400 else InvalidInput(told)
    )


def _remedy(status: int, key: Key) -> str:
    if status != httpx.codes.UNAUTHORIZED:
        return "look at 'url' and 'model' in the manifest"
    if key.variable is None:
        return "name the environment variable that holds its key as 'key_variable'"
    return f"the key in {key.variable} is not accepted"


def _find_message(body: bytes) -> str:
    """Returns the message in an error's body, in the shapes in use, or the body's beginning."""
    text = body[:4096].decode(errors="replace")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return text
    if isinstance(found, dict):
        # OpenAI's {"error": {"message"}}, RFC 9457's {"detail"}, and what is near to them.
        error = found.get("error", found)
        for holder in (error, found):
            if isinstance(holder, dict):
                for name in ("message", "detail", "title"):
                    if isinstance(holder.get(name), str):
                        return str(holder[name])
        if isinstance(error, str):
            return error
    return text
