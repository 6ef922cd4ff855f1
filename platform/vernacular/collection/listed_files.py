"""Opens the files that a list names: regular files inside its folder, and no others.

Whoever wrote the list need not be who imports it, and what is imported is shown to many.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from vernacular.clips.decode import MAX_BYTES
from vernacular.errors import InvalidInput


def read_listed(folder: Path, name: str, *, allow_outside: bool = False) -> bytes:
    """Returns what is in a recording: beside its list, or as Common Voice has it in ``clips/``.

    Of what is larger than any recording may be, it is the beginning, which is too large as well.

    Args:
        folder: that of the list.
        name: the file, as the list names it.
        allow_outside: also take what lies elsewhere, by its name or because of a symbolic link.

    Raises:
        InvalidInput: it is not there, is no regular file, lies outside, or cannot be read.
    """
    places = (folder / name, folder / "clips" / name)
    for place in places:
        try:
            return _read(_resolve(folder, place, allow_outside=allow_outside))
        except (FileNotFoundError, NotADirectoryError):
            continue
        except (OSError, ValueError) as error:
            raise InvalidInput(f"cannot be read: {_why(error)}") from error
    raise InvalidInput("cannot be read: there is no such file")


def _resolve(folder: Path, place: Path, *, allow_outside: bool) -> Path:
    path = Path(os.path.realpath(place))
    if not allow_outside and not path.is_relative_to(os.path.realpath(folder)):
        raise InvalidInput(
            f"lies outside the folder of the list, at {str(path)!r:.200}: copy it there, or if you"
            " trust the list, import it with --allow-outside"
        )
    return path


def _read(path: Path) -> bytes:
    # Without waiting: a pipe to which nobody writes would hold the import up for ever.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as file:  # noqa: PTH123 - of a descriptor
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise InvalidInput("is no file that holds a recording, but a folder, pipe or device")
        return file.read(MAX_BYTES + 1)


def _why(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
