"""Replies by chat completions of an OpenAI-compatible server."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from vernacular.assistants.contract import Footprint
from vernacular.assistants.remote.calls import RemoteServer
from vernacular.assistants.remote.chat import Chat
from vernacular.assistants.reply_prompt import tidy_reply, write_reply_messages
from vernacular.assistants.stage_specs import RemoteReplyStage
from vernacular.assistants.stages import Understood
from vernacular.errors import VernacularError


class RemoteReplies:
    """The reply stage of a release that asks a server."""

    def __init__(self, server: RemoteServer, spec: RemoteReplyStage) -> None:
        self.version = f"openai:{spec.model}"
        self._server = server
        self._chat = Chat(server, spec.model)
        self._instructions = spec.instructions
        self._max_new_tokens = spec.max_new_tokens

    @classmethod
    def load(cls, spec: RemoteReplyStage, root: Path) -> RemoteReplies:  # noqa: ARG003
        """Returns the stage; whether the server answers shows when it is asked.

        Raises:
            ModelUnavailable: the key's environment variable is missing.
        """
        return cls(RemoteServer(spec), spec)

    def reply_batch(self, requests: Sequence[Understood]) -> list[str | VernacularError]:
        """Returns one reply per request, in order.

        A reply that the server's limit of tokens ends is given as far as it goes, as a local
        model's is; one that breaks off, or is not there when the deadline passes, is an error.

        Raises:
            ModelUnavailable: the server refuses everything, or fails time and again.
        """
        return self._server.ask_all(requests, self._reply)

    async def _reply(self, request: Understood) -> str:
        messages = write_reply_messages(request, self._instructions)
        return tidy_reply(await self._chat.complete(messages, max_tokens=self._max_new_tokens))

    def footprint(self) -> Footprint:
        """Returns that nobody here knows what the server weighs."""
        return Footprint()

    def close(self) -> None:
        """Closes the connections."""
        self._server.close()
