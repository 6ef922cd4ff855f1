"""Files that a person named: refused before anything is computed, written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from vernacular.errors import InvalidInput


def require_place(path: Path, extensions: Collection[str], advice: str) -> None:
    """Sees to it that a file could be written to ``path``.

    Args:
        path: as the person named it.
        extensions: those that say in which format.
        advice: what is said of an extension that is none of them.

    Raises:
        InvalidInput: the extension is not known, or there is no such folder.
    """
    if path.suffix.lower() not in extensions:
        raise InvalidInput(advice, file=str(path))
    try:
        has_folder, is_folder = path.parent.is_dir(), path.is_dir()
    except OSError as error:  # a name that is too long
        raise _unwritable(path, error) from error
    if not has_folder:
        raise InvalidInput(
            f"there is no folder {str(path.parent)!r}; make it first", file=str(path)
        )
    if is_folder:
        raise InvalidInput("this is a folder; name a file in it", file=str(path))


def write_whole(path: Path, content: str) -> None:
    """Writes a text as UTF-8, all of it or nothing.

    Raises:
        InvalidInput: the file cannot be written.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content.encode("utf-8"))
        beside.replace(path)
    except OSError as error:
        # A name that is too long cannot even be asked for.
        with suppress(OSError):
            beside.unlink()
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> InvalidInput:
    return InvalidInput(f"cannot be written: {error.strerror}", file=str(path))
