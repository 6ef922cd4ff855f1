"""Folders that look like a checkpoint and that nothing could be loaded from."""

from __future__ import annotations

import json
from pathlib import Path


def safetensors(content: bytes = bytes(8)) -> bytes:
    """Returns a file of one tensor."""
    tensor = {"dtype": "U8", "shape": [len(content)], "data_offsets": [0, len(content)]}
    header = json.dumps({"__metadata__": {"format": "pt"}, "weight": tensor}).encode()
    return len(header).to_bytes(8, "little") + header + content


def write_checkpoint(
    folder: Path, weights: bytes | None = None, name: str = "model.safetensors"
) -> Path:
    """Makes ``folder`` a checkpoint, of one whole tensor unless ``weights`` are given."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text("{}")
    (folder / name).write_bytes(safetensors() if weights is None else weights)
    return folder
