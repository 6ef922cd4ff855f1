"""What the model host is measured against, each a process: ``python -m ... WHICH PORT FOLDER``.

``ours`` is the model host, ``naive`` answers each request with a forward pass of its own,
``litserve`` is LitServe, and ``raw`` serves nobody: it prints how fast the bare forward passes are.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from vernacular.assistants.contract import Answer
from vernacular.assistants.engines.understanding.joint_nlu import JointNlu
from vernacular.assistants.manifest import Manifest, read_manifest
from vernacular.assistants.stage_specs import JointEncoderStage
from vernacular.assistants.stages import Typed, Understanding
from vernacular.hosting.translating import to_wire
from vernacular.hosting.wire import WireAnswer, WireRequest

RAW_BATCH = 32


def read(folder: Path) -> tuple[Manifest, Path]:
    return read_manifest(folder / "release.yaml"), folder


def load_nlu(folder: Path) -> JointNlu:
    """Returns the network as its peers run it, each batch padded to its longest text."""
    manifest, root = read(folder)
    assert manifest.stages is not None
    assert isinstance(manifest.stages.nlu, JointEncoderStage)
    nlu = JointNlu.load(manifest.stages.nlu, root)
    nlu._run = nlu._run_padded
    nlu.understand_batch([Typed("hello", "en-US")])
    return nlu


def understand_together(nlu: JointNlu, requests: Sequence[Typed]) -> list[Understanding]:
    """Returns what was understood in one forward pass, padded to the longest request."""
    encoded = nlu._tokenizer(
        [one.text for one in requests], add_special_tokens=False, return_offsets_mapping=True
    )
    found: list[Understanding] = nlu._forward(requests, encoded, list(range(len(requests))))
    return found


def write_answer(found: Understanding) -> WireAnswer:
    return to_wire(
        Answer(intent=found.intent, intent_confidence=found.intent_confidence, slots=found.slots)
    )


def serve_ours(port: int, folder: Path) -> None:
    from vernacular.hosting.limits import Limits  # noqa: PLC0415 - each process loads its own
    from vernacular.hosting.server import create_host  # noqa: PLC0415
    from vernacular.hosting.serving import serve_host  # noqa: PLC0415

    host = create_host(find=lambda _: read(folder), preload=["bench"])
    serve_host(host, host="127.0.0.1", port=port, limits=Limits(), log_level="error")


def serve_naive(port: int, folder: Path) -> None:
    import uvicorn  # noqa: PLC0415
    from fastapi import FastAPI  # noqa: PLC0415

    nlu = load_nlu(folder)
    app = FastAPI()

    @app.post("/predict")
    async def predict(one: WireRequest) -> WireAnswer:
        (found,) = understand_together(nlu, [Typed(one.text or "", one.locale)])
        return write_answer(found)

    @app.get("/readyz")
    async def ready() -> str:
        return "ready"

    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", access_log=False)


def serve_litserve(port: int, folder: Path) -> None:
    from tests.benchmarks.hosting_litserve import serve  # noqa: PLC0415

    serve(port, folder)


def measure_raw(_port: int, folder: Path) -> None:
    """Prints utterances per second of the bare network, on batches laid out beforehand: as they
    come, and sorted by length."""
    nlu = load_nlu(folder)
    requests = [Typed(*one) for one in json.loads((folder / "texts.json").read_text("utf-8"))]
    by_length = sorted(requests, key=lambda one: len(nlu._tokenizer(one.text)["input_ids"]))
    measured = {}
    for name, ordered in (("unsorted", requests), ("sorted", by_length)):
        inputs = lay_out(nlu, ordered)
        with torch.inference_mode():
            nlu._model(*inputs[0][0], **inputs[0][1])
            began = time.perf_counter()
            for arguments, named in inputs:
                nlu._model(*arguments, **named)
        measured[name] = len(requests) / (time.perf_counter() - began)
    print(json.dumps(measured))


def lay_out(nlu: JointNlu, requests: Sequence[Typed]) -> list[tuple[Any, Any]]:
    """Returns what the network is given for the requests, in batches padded to their longest."""
    given: list[tuple[Any, Any]] = []
    hook = nlu._model.register_forward_pre_hook(
        lambda _, arguments, named: given.append((arguments, named)), with_kwargs=True
    )
    for at in range(0, len(requests), RAW_BATCH):
        understand_together(nlu, requests[at : at + RAW_BATCH])
    hook.remove()
    return given


SERVERS = {
    "ours": serve_ours,
    "naive": serve_naive,
    "litserve": serve_litserve,
    "raw": measure_raw,
}

if __name__ == "__main__":
    torch.set_num_threads(1)
    SERVERS[sys.argv[1]](int(sys.argv[2]), Path(sys.argv[3]))
