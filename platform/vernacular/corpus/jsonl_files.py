"""Finds JSON Lines files in a directory or an archive and reads them line by line, within bounds.

An archive is a stranger's file: nothing of it is ever unpacked to disk, and one that names a place
outside itself, or holds anything but plain files and directories, is refused as a whole.
"""

from __future__ import annotations

import gzip
import lzma
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO, cast

from vernacular.errors import InvalidInput

MAX_LINE_BYTES = 1_000_000
MAX_UNPACKED_BYTES = 4_000_000_000
"""Bound of one archive or file; the whole of MASSIVE unpacks to 230 MB."""

_MAX_READ_BYTES = 16_000_000
_TAR_BLOCK_BYTES = 512
_ARCHIVES = (".tar.gz", ".tgz", ".tar.xz", ".txz")
_LINES = (".jsonl", ".jsonl.gz", ".jsonl.xz")
_UNREADABLE = (
    *(OSError, EOFError, lzma.LZMAError, zlib.error, tarfile.TarError),
    *(ValueError, OverflowError, RecursionError),  # what tarfile lets out over nonsense headers
)


def list_jsonl(path: Path) -> list[str]:
    """Returns the names of the JSON Lines files that ``path`` holds, in reading order.

    A name is relative to ``path``; for a single file it is the file's own. Of an archive every byte
    is read, so that a damaged or dangerous one is refused before anything of it is used.

    Raises:
        InvalidInput: no such path, nothing to read in it, or an archive that is refused.
    """
    if _is_archive(path):
        names = [name for name, _ in _open_members(path)]
    elif path.is_dir():
        files = (found for found in path.rglob("*") if _is_jsonl(found.name) and found.is_file())
        names = sorted(found.relative_to(path).as_posix() for found in files)
    elif not path.exists():
        raise InvalidInput("there is no such file or directory", file=str(path))
    else:
        names = [path.name] if _is_jsonl(path.name) else []
    if not names:
        raise InvalidInput(
            f"holds nothing to read; give a directory, {', '.join(_LINES)}, .tar.gz or .tar.xz",
            file=str(path),
        )
    return names


def open_jsonl(path: Path) -> Iterator[tuple[str, str, IO[bytes]]]:
    """Yields (name, place, stream) of each file `list_jsonl` names, in the same order.

    ``place`` is what a message calls the file. A stream is to be read before the next is asked for.

    Raises:
        InvalidInput: as `list_jsonl`; also a file that cannot be opened.
    """
    if _is_archive(path):
        for name, stream in _open_members(path):
            yield name, f"{path}:{name}", stream
        return
    for name in list_jsonl(path):
        file = path / name if path.is_dir() else path
        with _explained(str(file)), _open_unpacked(file) as stream:
            yield name, str(file), stream


def read_lines(stream: IO[bytes], place: str) -> Iterator[tuple[int, int, bytes]]:
    """Yields (line number from 1, byte offset of its start, the line) of a stream.

    A line over ``MAX_LINE_BYTES`` arrives cut, one byte longer than that; the rest is skipped.

    Raises:
        InvalidInput: the stream breaks off, is damaged, or unpacks to too much.
    """
    number = offset = 0
    with _explained(place):
        while line := stream.readline(MAX_LINE_BYTES + 1):
            number += 1
            start = offset
            offset += len(line)
            yield number, start, line
            if len(line) > MAX_LINE_BYTES and not line.endswith(b"\n"):
                offset += _skip_line(stream)
            if offset > MAX_UNPACKED_BYTES:
                raise InvalidInput(_too_much(), file=place)


class _BoundedReader:
    """What tarfile may see of an unpacked archive: onward only, in small reads, up to the bound.

    tarfile itself trusts the sizes a header claims, and would read one into memory or turn back.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._position = 0

    def read(self, n_bytes: int) -> bytes:
        if n_bytes > _MAX_READ_BYTES or self._position + n_bytes > MAX_UNPACKED_BYTES:
            raise InvalidInput(_too_much())
        data = self._stream.read(n_bytes)
        self._position += len(data)
        return data

    def tell(self) -> int:
        return self._position

    def seek(self, position: int) -> int:
        if position == self._position:
            return position
        if position > MAX_UNPACKED_BYTES:
            raise InvalidInput(_too_much())
        if position < max(0, self._position - _TAR_BLOCK_BYTES):
            raise InvalidInput("a header of the archive points back into what was read; refused")
        self._position = self._stream.seek(position)
        return self._position

    def is_blank_to_the_end(self) -> bool:
        """Reads what is left, which also checks the checksum of the whole."""
        while data := self.read(_MAX_READ_BYTES >> 4):
            if data.strip(b"\0"):
                return False
        return True


def _open_members(archive: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Yields (name, stream) of the JSON Lines members of an archive, in its own order."""
    with _explained(str(archive)), _open_unpacked(archive) as stream:
        reader = _BoundedReader(stream)
        with tarfile.open(fileobj=cast(IO[bytes], reader), mode="r:") as tar:
            for member in tar:
                _refuse_unsafe(member)
                if member.isfile() and _is_jsonl(PurePosixPath(member.name).name):
                    content = tar.extractfile(member)
                    assert content is not None  # tarfile gives one for every plain file
                    yield member.name, content
            if not reader.is_blank_to_the_end():
                raise InvalidInput("the archive is damaged: it goes on after a broken header")


def _refuse_unsafe(member: tarfile.TarInfo) -> None:
    name = member.name
    is_outside = (
        PurePosixPath(name).is_absolute()
        or PureWindowsPath(name).drive != ""
        or ".." in PureWindowsPath(name).parts
    )
    if is_outside:
        raise InvalidInput(f"the archive is refused: {name!r:.80} names a place outside it")
    if not (member.isdir() or member.isreg()) or member.issparse():
        raise InvalidInput(
            f"the archive is refused: {name!r:.80} is neither a plain file nor a directory"
        )


def _open_unpacked(file: Path) -> IO[bytes]:
    """Opens a file for reading, unpacked where its name says that it is packed."""
    name = file.name.lower()
    if name.endswith((".gz", ".tgz")):
        return cast(IO[bytes], gzip.open(file))
    if name.endswith((".xz", ".txz")):
        return cast(IO[bytes], lzma.open(file))
    return file.open("rb")


def _skip_line(stream: IO[bytes]) -> int:
    """Reads on to the end of the line, a bounded piece at a time; returns how many bytes."""
    n_bytes = 0
    while n_bytes <= MAX_UNPACKED_BYTES and (rest := stream.readline(MAX_LINE_BYTES)):
        n_bytes += len(rest)
        if rest.endswith(b"\n"):
            break
    return n_bytes


def _is_archive(path: Path) -> bool:
    return path.is_file() and path.name.lower().endswith(_ARCHIVES)


def _is_jsonl(name: str) -> bool:
    # A leading dot marks what systems leave behind, such as the ._ files of macOS.
    return name.lower().endswith(_LINES) and not name.startswith(".")


def _too_much() -> str:
    return f"unpacks to more than {MAX_UNPACKED_BYTES:,} bytes; split it and read the parts"


@contextmanager
def _explained(place: str) -> Iterator[None]:
    """Turns what goes wrong with a file into InvalidInput that names it."""
    try:
        yield
    except _UNREADABLE as error:
        raise InvalidInput(
            f"cannot be read to its end ({error}); it may be cut short or damaged, fetch it again",
            file=place,
        ) from error
    except InvalidInput as error:
        if error.file is not None:
            raise
        raise InvalidInput(error.reason, file=place) from error
