"""What lies in a folder of clips: those that are kept, and what killed processes left behind."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vernacular.errors import StoreUnavailable

MIN_AGE_SECONDS = 24 * 3600.0
"""What is younger may still be on its way."""

_ORIGINAL = re.compile(r"([0-9a-f]{64})\.original\.(\w+)")
_HEARD = re.compile(r"([0-9a-f]{64})\.heard\.flac")


@dataclass(frozen=True, slots=True)
class FolderContent:
    """The names of the clips in a folder, none of which was opened."""

    originals: dict[str, float]
    """By hash, how many seconds ago the recording was written."""
    heard: frozenset[str]
    """The hashes whose decoded form is there."""


def list_content(root: Path) -> FolderContent:
    """Returns which clips are in a folder; a folder that is not there holds none.

    Raises:
        StoreUnavailable: it cannot be read.
    """
    originals: dict[str, float] = {}
    heard = set()
    for path, age_seconds in _list_files(root):
        if found := _ORIGINAL.fullmatch(path.name):
            originals[found[1]] = age_seconds
        elif found := _HEARD.fullmatch(path.name):
            heard.add(found[1])
    return FolderContent(originals, frozenset(heard))


def list_unfinished(root: Path) -> list[Path]:
    """Returns the files that processes were killed over more than a day ago.

    Raises:
        StoreUnavailable: the folder cannot be read.
    """
    return sorted(
        path
        for path, age_seconds in _list_files(root)
        if path.suffix == ".part" and age_seconds > MIN_AGE_SECONDS
    )


def _list_files(root: Path) -> Iterator[tuple[Path, float]]:
    """Yields each file of the folder and its age in seconds."""
    now = time.time()
    try:
        for path in root.glob("[0-9a-f][0-9a-f]/*"):
            try:
                yield path, now - path.stat().st_mtime
            except FileNotFoundError:
                # Whoever wrote it has renamed it since.
                continue
    except OSError as error:
        raise StoreUnavailable(f"{root} cannot be read: {error.strerror}") from error
