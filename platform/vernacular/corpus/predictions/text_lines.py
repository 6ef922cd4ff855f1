"""Reads a text file of predictions line by line, within bounds, whatever its bytes are."""

from __future__ import annotations

import gzip
import lzma
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TypeVar, cast

from vernacular.corpus.jsonl_files import read_lines
from vernacular.corpus.predictions.problems import Problems
from vernacular.corpus.utf8_lines import decode_line
from vernacular.errors import InvalidInput

_Row = TypeVar("_Row")


def read_rows(
    path: Path, problems: Problems, read_row: Callable[[str, int], _Row | None]
) -> Iterator[_Row]:
    """Yields what ``read_row(line, number)`` makes of every line that is not blank.

    A line it refuses is noted, one it returns None for is passed over.

    Raises:
        InvalidInput: the file cannot be read to its end.
    """
    for number, line in read_text_lines(path, problems):
        if line.isspace():
            continue
        try:
            row = read_row(line, number)
        except InvalidInput as problem:
            problems.note(problem, str(path), number)
            continue
        if row is not None:
            yield row


def read_text_lines(path: Path, problems: Problems) -> Iterator[tuple[int, str]]:
    """Yields (line number from 1, line with its end); a line that is no text is noted instead.

    A byte order mark at the start is dropped.

    Raises:
        InvalidInput: the file cannot be opened, breaks off, is damaged, or unpacks to too much.
    """
    with _open_unpacked(path) as stream:
        for number, offset, raw in read_lines(stream, str(path)):
            try:
                line = _decode(raw, offset)
            except InvalidInput as problem:
                problems.note(problem, str(path), number)
                continue
            if line:
                yield number, line


def _open_unpacked(path: Path) -> IO[bytes]:
    """Opens a file for reading, unpacked where its name says that it is packed."""
    if path.is_dir():
        raise InvalidInput("is a directory; give one file of predictions", file=str(path))
    try:
        if path.suffix.lower() == ".gz":
            return cast(IO[bytes], gzip.open(path))
        if path.suffix.lower() == ".xz":
            return cast(IO[bytes], lzma.open(path))
        return path.open("rb")
    except FileNotFoundError:
        raise InvalidInput("there is no such file", file=str(path)) from None
    except OSError as error:
        raise InvalidInput(f"cannot be opened: {error.strerror}", file=str(path)) from error


def _decode(raw: bytes, offset: int) -> str:
    text = decode_line(raw, offset)
    if "\0" in text:
        raise InvalidInput("holds U+0000, which is no character of a text")
    return text
