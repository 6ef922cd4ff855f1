"""Reads and writes MASSIVE 1.1: one ``<locale>.jsonl`` per locale, in a directory or an archive.

FitzGerald et al. 2023, "MASSIVE: A 1M-Example Multilingual Natural Language Understanding Dataset
with 51 Typologically-Diverse Languages", ACL 2023.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, TextIO

from vernacular.corpus.jsonl_files import list_jsonl, open_jsonl, read_lines
from vernacular.corpus.locales import Locale, find_locale
from vernacular.corpus.massive_rows import PARTITIONS, read_row, write_row
from vernacular.corpus.utf8_lines import decode_line
from vernacular.corpus.utterance import AnnotatedUtterance
from vernacular.errors import InvalidInput

MAX_PROBLEMS = 20
"""Of one file; enough to see what is wrong, few enough to read."""


@dataclass(slots=True)
class MassiveFile:
    """What one file gave: its utterances, or why it gave none."""

    name: str
    """Relative to the directory, or inside the archive."""

    locale: str
    """The tag the file is named after; the name itself where that is no tag."""

    utterances: list[AnnotatedUtterance] = field(default_factory=list)

    problems: list[InvalidInput] = field(default_factory=list)
    """The first ``MAX_PROBLEMS``, each with file, line and field."""

    n_skipped: int = 0
    """Bad rows left out; above 0 only where they were asked to be skipped."""


def read_massive(
    path: Path,
    *,
    locales: Collection[str] | None = None,
    partitions: Collection[str] | None = None,
    skip_bad: bool = False,
) -> Iterator[MassiveFile]:
    """Returns an iterator over the files of ``path``, each read when it is asked for.

    A file with problems yields no utterances, unless ``skip_bad``: then it yields its good rows.
    A file that breaks off, is named after no locale, or repeats a locale yields none either way.

    Args:
        path: a directory, a ``.jsonl`` (``.gz``, ``.xz``), or a ``.tar.gz`` or ``.tar.xz``.
        locales: tags to read; the others are not parsed. All where None.
        partitions: of train, dev and test; rows of the others are left out. All where None.
        skip_bad: leave bad rows out, and count them.

    Raises:
        InvalidInput: at once, for a path that cannot be read, an archive that is refused, a locale
            that the path does not hold, or an unknown partition.
    """
    for partition in partitions or ():
        if partition not in PARTITIONS:
            raise InvalidInput(
                f"{partition!r:.40} is none of {', '.join(PARTITIONS)}", field="partitions"
            )
    wanted = None if locales is None else {find_locale(tag).tag for tag in locales}
    held = {_stem(name) for name in list_jsonl(path)}
    missing = (wanted or set()) - {locale.tag for stem in held if (locale := _as_locale(stem))}
    if missing:
        raise InvalidInput(
            f"holds no {', '.join(sorted(missing))}; it holds {', '.join(sorted(held))}",
            file=str(path),
        )
    return _read_files(path, wanted, frozenset(partitions or PARTITIONS), skip_bad)


def write_massive(utterances: Iterable[AnnotatedUtterance], target: TextIO) -> int:
    """Writes one line per utterance and returns how many; open ``target`` with ``newline="\\n"``.

    Raises:
        InvalidInput: the bracket form cannot express an utterance; ``field`` is its id.
    """
    n_written = 0
    for utterance in utterances:
        try:
            target.write(write_row(utterance) + "\n")
        except InvalidInput as error:
            raise InvalidInput(error.reason, field=f"id {utterance.external_id}") from error
        n_written += 1
    return n_written


def _read_files(
    path: Path, wanted: set[str] | None, partitions: frozenset[str], skip_bad: bool
) -> Iterator[MassiveFile]:
    seen: dict[str, str] = {}
    for name, place, stream in open_jsonl(path):
        stem = _stem(name)
        locale = _as_locale(stem)
        if wanted is not None and (locale is None or locale.tag not in wanted):
            continue
        if locale is None:
            reason = f"{stem!r:.40} is no locale; name the file after its locale: sw-KE.jsonl"
            yield MassiveFile(name, stem, problems=[InvalidInput(reason, file=place)])
        elif locale.tag in seen:
            reason = f"a second file of {locale.tag}; the first is {seen[locale.tag]}"
            yield MassiveFile(name, locale.tag, problems=[InvalidInput(reason, file=place)])
        else:
            seen[locale.tag] = name
            yield _FileReader(name, place, locale, partitions, skip_bad).read(stream)


class _FileReader:
    """Reads one file, and keeps what it meets on the way."""

    def __init__(
        self, name: str, place: str, locale: Locale, partitions: frozenset[str], skip_bad: bool
    ) -> None:
        self._file = MassiveFile(name, locale.tag)
        self._place = place
        self._locale = locale
        self._partitions = partitions
        self._skip_bad = skip_bad
        self._line_of_id: dict[str, int] = {}

    def read(self, stream: IO[bytes]) -> MassiveFile:
        """Returns the file as read; stops early once it has too many problems to go on."""
        file = self._file
        try:
            for number, offset, line in read_lines(stream, self._place):
                self._read_line(number, offset, line)
                if not self._skip_bad and len(file.problems) == MAX_PROBLEMS:
                    break
        except InvalidInput as error:  # the stream itself is bad, so what came of it is not whole
            file.problems = [*file.problems[: MAX_PROBLEMS - 1], error]
            file.utterances.clear()
        if file.problems and not self._skip_bad:
            file.utterances.clear()
            file.n_skipped = 0
        return file

    def _read_line(self, number: int, offset: int, raw: bytes) -> None:
        try:
            text = decode_line(raw, offset)
            if not text or text.isspace():
                return
            utterance = read_row(text, self._locale)
            first = self._line_of_id.setdefault(utterance.external_id, number)
            if first != number:
                raise InvalidInput(
                    f"{utterance.external_id!r:.40} was given before, in line {first}", field="id"
                )
        except InvalidInput as error:
            self._file.n_skipped += 1
            if len(self._file.problems) < MAX_PROBLEMS:
                self._file.problems.append(
                    InvalidInput(error.reason, file=self._place, line=number, field=error.field)
                )
            return
        if utterance.partition in self._partitions:
            self._file.utterances.append(utterance)


def _stem(name: str) -> str:
    return PurePosixPath(name).name.split(".")[0]


def _as_locale(stem: str) -> Locale | None:
    try:
        return find_locale(stem)
    except InvalidInput:
        return None
