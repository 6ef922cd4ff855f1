"""Where the weights that a manifest names are, and whether they are still the same. No torch."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from vernacular.assistants.checkpoint import list_flaws, list_weight_files
from vernacular.assistants.manifest import Manifest
from vernacular.checked_yaml import find_line, join_problems
from vernacular.errors import InvalidInput, ModelUnavailable

_CHUNK = 2**20
_EXAMPLES = "examples"
"""The one field that names a file; the others name checkpoints."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What to load: a folder on this machine, or a hub id at a revision."""

    name: str
    """As the manifest says it."""
    source: str
    """What the loading code is given: the folder's path or the hub id."""
    revision: str | None
    """None for a folder."""

    n_bytes: int | None = None
    """The size of the files that hold them; None where they are not in a folder of ours."""


def find_weights(root: Path, name: str, revision: str | None) -> Weights:
    """Returns where the weights called ``name`` are.

    Args:
        root: the folder that relative names start from.
        name: a folder, or with a revision a hub id.
        revision: of the hub; None for a folder.

    Raises:
        ModelUnavailable: there is no such folder, and no revision that would make it a hub id.
    """
    folder = root / name
    if revision is None:
        if not folder.is_dir():
            raise ModelUnavailable(
                f"there is no folder {folder}: put the weights there, name another folder beside"
                " the manifest, or give a 'revision' if this is a hub id"
            )
        return Weights(name, str(folder), None, _weigh(folder))
    if Path(name).exists():
        # The loading code would take it for what is meant, pinned by nothing.
        raise ModelUnavailable(
            f"{name!r} is a hub id, and there is a folder {Path(name).resolve()}: start Vernacular"
            " from another folder, or leave the 'revision' out if that folder is meant"
        )
    return Weights(name, name, revision)


def _weigh(folder: Path) -> int | None:
    files = list_weight_files(folder)
    return sum(one.stat().st_size for one in files) if files else None


def check_weights(manifest: Manifest, file: Path) -> None:
    """Makes sure that every folder and file the manifest in ``file`` names is there, and that the
    checkpoints among them are whole as far as can be told without loading them.

    Raises:
        InvalidInput: one is not; all that is wrong, with line and field.
    """
    problems = [
        InvalidInput(flaw, file=str(file), line=find_line(file, field), field=field)
        for field, path in _local_paths(manifest, file.resolve().parent)
        for flaw in _list_flaws(field, path)
    ]
    if problems:
        raise join_problems(problems)


def _list_flaws(field: str, path: Path) -> Iterator[str]:
    if not field.endswith(f".{_EXAMPLES}"):
        yield from list_flaws(path)
    elif not path.is_file():
        yield f"there is no file {path}: 'vernacular corpus examples' makes one"


def fingerprint_weights(manifest: Manifest, root: Path) -> str:
    """Returns a SHA-256 over the names and contents of all local files the manifest names.

    What lies on a hub is pinned by its revision, which is part of the manifest.
    """
    digest = hashlib.sha256()
    for field, path in _local_paths(manifest, root):
        for one in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if not one.is_file():
                continue
            name = one.relative_to(path).as_posix() if path.is_dir() else ""
            digest.update(f"{field}\0{name}\0{one.stat().st_size}\0".encode())
            with one.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    digest.update(chunk)
    return digest.hexdigest()


def _local_paths(manifest: Manifest, root: Path) -> Iterator[tuple[str, Path]]:
    """Yields (field, path) of every folder and file beside the manifest that it names."""
    parts: list[tuple[str, BaseModel | None]] = []
    if manifest.stages is not None:
        parts = [(f"stages.{name}", one) for name, one in manifest.stages]
    if manifest.arbitration is not None:
        parts.append(("arbitration.fallback", manifest.arbitration.fallback))
    for place, spec in parts:
        if spec is None:
            continue
        given = dict(spec)
        is_local = given.get("revision") is None
        for field in ("weights", "intents") if "device" in given else ():
            # ``intents`` is a checkpoint in one engine and a list of labels in another.
            if is_local and isinstance(given.get(field), str):
                yield f"{place}.{field}", root / given[field]
        if isinstance(given.get("slots"), str) and given["slots_revision"] is None:
            yield f"{place}.slots", root / given["slots"]
        if given.get("engine") == "vits" and is_local:
            for tag, name in given["voices"].items():
                yield f"{place}.voices.{tag}", root / name
        if given.get(_EXAMPLES) is not None:
            yield f"{place}.{_EXAMPLES}", root / given[_EXAMPLES]
