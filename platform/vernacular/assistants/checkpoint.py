"""Whether a folder holds a checkpoint that loading would take, told without loading it. No torch.

A release never changes once it is registered, so that an empty folder or a download that broke off
has to be noticed before.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

CONFIG = "config.json"
WEIGHT_FILES = ("*.safetensors", "pytorch_model*.bin")
"""What loading reads, in the order it looks; beside them a folder may hold an optimiser's state."""

_INDEXES = ("model.safetensors.index.json", "pytorch_model.bin.index.json")
"""Of weights in several files: which of them holds which tensor."""
_LENGTH_BYTES = 8
_MAX_HEADER_BYTES = 100 * 2**20
"""What the safetensors library takes."""


def list_weight_files(folder: Path) -> list[Path]:
    """Returns the files that loading reads the weights from; none where there are none."""
    found = (sorted(folder.glob(pattern)) for pattern in WEIGHT_FILES)
    return next((files for files in found if files), [])


def list_flaws(folder: Path) -> Iterator[str]:
    """Yields what keeps a checkpoint from being loaded, as sentences; nothing of a whole one."""
    if not folder.is_dir():
        yield f"there is no folder {folder}: put it there, or give a 'revision' if this is a hub id"
        return
    if not (folder / CONFIG).is_file():
        yield f"{folder} has no {CONFIG}: is it the folder that the model was saved to?"
    files = list_weight_files(folder)
    if not files:
        yield f"{folder} holds no weights: model.safetensors or pytorch_model.bin is missing"
    for path in files:
        try:
            yield from _flaws_of_file(path)
        except OSError as error:
            # A cache of the hub holds links, and what they point to may have been cleared away.
            yield f"{path} cannot be read: {error.strerror}"
    yield from _missing_parts(folder)


def _flaws_of_file(path: Path) -> Iterator[str]:
    if path.stat().st_size == 0:
        yield f"{path} is empty"
    elif path.suffix == ".safetensors":
        yield from _flaws_of_safetensors(path)


def _flaws_of_safetensors(path: Path) -> Iterator[str]:
    """Yields why a file cannot be one of safetensors: a length, a header of JSON, the tensors."""
    size = path.stat().st_size
    with path.open("rb") as file:
        n_header = int.from_bytes(file.read(_LENGTH_BYTES), "little")
        rest = size - _LENGTH_BYTES
        if rest < 0 or not 0 < n_header <= _MAX_HEADER_BYTES:
            yield f"{path} is no safetensors file ({size:,} bytes)"
            return
        if n_header > rest:
            yield _broken_off(path, size, _LENGTH_BYTES + n_header)
            return
        header = file.read(n_header)
    try:
        tensors = json.loads(header)
        ends = [one["data_offsets"][1] for name, one in tensors.items() if name != "__metadata__"]
        expected = _LENGTH_BYTES + n_header + max(map(int, ends), default=0)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        yield f"{path} is no safetensors file: its header cannot be read"
        return
    if size < expected:
        yield _broken_off(path, size, expected)
    elif size > expected:
        yield f"{path} is damaged: it has {size:,} bytes and its header tells of {expected:,}"


def _broken_off(path: Path, size: int, expected: int) -> str:
    return (
        f"{path} is not whole: it has {size:,} of at least {expected:,} bytes, as of a download"
        " or a copy that broke off"
    )


def _missing_parts(folder: Path) -> Iterator[str]:
    for index in _INDEXES:
        try:
            held_in = json.loads((folder / index).read_bytes())["weight_map"].values()
            names = sorted(set(map(str, held_in)))
        except FileNotFoundError:
            continue
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            yield f"{folder / index} cannot be read: it is to say which file holds which tensor"
            continue
        for name in names:
            if not (folder / name).is_file():
                yield f"{folder} has no {name}, which {index} names"
