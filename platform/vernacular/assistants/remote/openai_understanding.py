"""In-context understanding by chat completions of an OpenAI-compatible server."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from vernacular.assistants.contract import Footprint
from vernacular.assistants.in_context.answer_schema import make_schema, read_answer
from vernacular.assistants.in_context.example_pool import ExamplePool, load_pool
from vernacular.assistants.in_context.prompt import write_messages
from vernacular.assistants.remote.calls import RemoteServer
from vernacular.assistants.remote.chat import Chat
from vernacular.assistants.stage_specs import RemoteUnderstandingStage
from vernacular.assistants.stages import Typed, Understanding
from vernacular.assistants.thoughts import drop_thoughts
from vernacular.errors import VernacularError

_MAX_TOKENS = 1_024
"""An answer has some tens; a model that thinks first takes several hundred more."""


class RemoteUnderstander:
    """The understanding stage of a release that asks a server."""

    def __init__(
        self, server: RemoteServer, spec: RemoteUnderstandingStage, pool: ExamplePool
    ) -> None:
        self.version = f"openai:{spec.model}"
        self._server = server
        self._chat = Chat(server, spec.model)
        self._pool = pool
        self._format: dict[str, Any] = {
            "type": "json_schema",
            "json_schema": {
                "name": "understanding",
                "strict": True,
                "schema": make_schema(pool.labels),
            },
        }

    @classmethod
    def load(
        cls, spec: RemoteUnderstandingStage, root: Path, withheld: Collection[tuple[str, str]]
    ) -> RemoteUnderstander:
        """Returns the stage; whether the server answers shows when it is asked.

        Args:
            spec: what the manifest says.
            root: the folder that the file of examples lies in.
            withheld: (locale, text) of utterances that the server must not be shown as examples.

        Raises:
            ModelUnavailable: the key's environment variable is missing.
            InvalidInput: the file of examples is wrong.
        """
        pool = load_pool(spec, root, withheld)
        return cls(RemoteServer(spec), spec, pool)

    def understand_batch(self, requests: Sequence[Typed]) -> list[Understanding | VernacularError]:
        """Returns what was understood of each request, in order.

        A server that does not know ``response_format`` is asked without it; an answer that is not
        of the schema is that request's error.

        Raises:
            ModelUnavailable: the server refuses everything, or fails time and again.
        """
        return self._server.ask_all(requests, self._understand)

    async def _understand(self, request: Typed) -> Understanding:
        labels = self._pool.labels
        messages = write_messages(labels, self._pool.choose(request), request)
        said = await self._chat.complete(
            messages, max_tokens=_MAX_TOKENS, response_format=self._format
        )
        return read_answer(drop_thoughts(said), request, labels)

    def footprint(self) -> Footprint:
        """Returns that nobody here knows what the server weighs."""
        return Footprint()

    def close(self) -> None:
        """Closes the connections."""
        self._server.close()
