"""The same network behind LitServe; its workers are processes that import this file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import litserve
import torch

from tests.benchmarks.hosting_peers import RAW_BATCH, load_nlu, understand_together, write_answer
from vernacular.assistants.stages import Typed, Understanding

TIMEOUT_SECONDS = 0.005
"""How long LitServe waits for a batch to fill; the default, 0, gives it smaller ones."""


class Api(litserve.LitAPI):  # type: ignore[misc]
    def __init__(self, folder: Path) -> None:
        super().__init__(max_batch_size=RAW_BATCH, batch_timeout=TIMEOUT_SECONDS)
        self.folder = folder

    def setup(self, device: Any) -> None:  # noqa: ARG002 - LitServe calls it by name
        torch.set_num_threads(1)
        self.nlu = load_nlu(self.folder)

    # LitServe would take annotations of these two for shapes that FastAPI should check.
    def decode_request(self, request, **_):  # type: ignore[no-untyped-def]
        return Typed(request["text"], request["locale"])

    def predict(self, requests: Sequence[Typed], **_: Any) -> list[Understanding]:
        return understand_together(self.nlu, requests)

    def encode_response(self, found, **_):  # type: ignore[no-untyped-def]
        return write_answer(found).model_dump(mode="json")


def serve(port: int, folder: Path) -> None:
    server = litserve.LitServer(Api(folder), accelerator="cpu", healthcheck_path="/readyz")
    server.run(host="127.0.0.1", port=port, log_level="error", generate_client_file=False)
