"""Chat completions of any OpenAI-compatible server, streamed, as one text per conversation.

They are streamed so that a deadline tells a server that hangs from one that is slow: what had come
by then is in the error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel, Field

from vernacular.assistants.in_context.prompt import Message
from vernacular.assistants.remote.answers import read_shape
from vernacular.assistants.remote.calls import CutOff, Received, RemoteServer
from vernacular.errors import InvalidInput, ModelUnavailable

_END = "[DONE]"
_NEWLINE = re.compile(r"\r\n|\n|\r")
"""Of an event stream; ``str.splitlines`` would also split at separators inside the texts."""
_NOT_KNOWN = re.compile(r"support|unrecogni[sz]ed|unknown|not permitted|unexpected", re.IGNORECASE)
_OPTIONS = ("max_tokens", "temperature", "response_format")
"""What some servers or models refuse; without it they answer all the same."""


class _Said(BaseModel):
    content: str | None = None


class _Choice(BaseModel):
    """A whole answer has a ``message``, a piece of a streamed one a ``delta``."""

    message: _Said = _Said()
    delta: _Said = _Said()
    finish_reason: str | None = None


class _Whole(BaseModel):
    choices: list[_Choice] = Field(min_length=1)


class _Piece(BaseModel):
    choices: list[_Choice] = []
    error: Any = None


class Chat:
    """One model of a server."""

    def __init__(self, server: RemoteServer, model: str) -> None:
        self._server = server
        self._model = model
        self._refused: set[str] = set()

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        response_format: dict[str, Any] | None = None,
    ) -> str:
        """Returns what the model says to ``messages``; to be called from within ``ask_all``.

        Options that the server says it does not know are left out from then on.

        Raises:
            ModelUnavailable: the server failed, or what it sent is no chat completion.
            InvalidInput: the server refuses this request, or withholds its answer.
        """
        while True:
            body = self._body(messages, max_tokens, response_format)
            try:
                received = await self._server.post("chat/completions", json=body)
            except CutOff as error:
                raise self._explained(error) from error
            except InvalidInput as error:
                refused = _find_refused(error, body)
                if refused is None:
                    raise
                self._refused.add(refused)
                continue
            return self._read(received)

    def _body(
        self,
        messages: Sequence[Message],
        max_tokens: int,
        response_format: dict[str, Any] | None,
    ) -> dict[str, Any]:
        options = {"max_tokens": max_tokens, "temperature": 0, "response_format": response_format}
        body: dict[str, Any] = {
            "model": self._model,
            "messages": list(messages),
            "stream": True,
            **{
                name: value
                for name, value in options.items()
                if value is not None and name not in self._refused
            },
        }
        if "max_tokens" in self._refused:
            # Its name for models that think before they answer.
            body["max_completion_tokens"] = max_tokens
        return body

    def _read(self, received: Received) -> str:
        if received.content_type != "text/event-stream":
            # Not every server streams when it is asked to.
            whole = read_shape(self._server, received.data, _Whole).choices[0]
            self._check_finish(whole.finish_reason)
            return whole.message.content or ""
        said, finish_reason, is_complete = self._join(received.data)
        self._check_finish(finish_reason)
        if not is_complete:
            raise ModelUnavailable(
                f"{self._server.address} stopped in the middle, after {self._server.quote(said)!r}"
            )
        return said

    def _join(self, data: bytes) -> tuple[str, str | None, bool]:
        """Returns the text of a stream, why it ended, and whether it was sent to its end."""
        said: list[str] = []
        finish_reason, is_complete = None, False
        for event in _read_events(data):
            if event == _END:
                is_complete = True
                break
            piece = read_shape(self._server, event.encode(), _Piece)
            if piece.error is not None:
                raise ModelUnavailable(
                    f"{self._server.address} failed in the middle:"
                    f" {self._server.quote(str(piece.error))}"
                )
            for choice in piece.choices[:1]:
                said.append(choice.delta.content or "")
                finish_reason = choice.finish_reason or finish_reason
        return "".join(said), finish_reason, is_complete or finish_reason is not None

    def _check_finish(self, finish_reason: str | None) -> None:
        if finish_reason == "content_filter":
            raise InvalidInput(f"{self._server.address} withholds the answer (its content filter)")

    def _explained(self, error: CutOff) -> ModelUnavailable:
        # The last event may have come in part only.
        whole_events, _, _ = error.so_far.rpartition(b"\n\n")
        try:
            said = self._server.quote(self._join(whole_events)[0])
        except ModelUnavailable:
            said = ""
        return ModelUnavailable(
            f"{error}; so far it said {said!r}" if said else f"{error} and said nothing so far"
        )


def _read_events(data: bytes) -> Iterator[str]:
    """Yields the data of each event (WHATWG HTML, section 9.2.6); comments keep a line open."""
    pending: list[str] = []
    for line in [*_NEWLINE.split(data.decode(errors="replace")), ""]:
        if line.startswith("data:"):
            pending.append(line.removeprefix("data:").removeprefix(" "))
        elif not line and pending:
            yield "\n".join(pending)
            pending = []


def _find_refused(error: InvalidInput, body: dict[str, Any]) -> str | None:
    """Returns the option that the server does not know, if that is why it refused."""
    if not _NOT_KNOWN.search(error.reason):
        return None
    return next((one for one in _OPTIONS if one in error.reason and one in body), None)
