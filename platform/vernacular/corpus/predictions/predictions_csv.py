"""Reads predictions from CSV: a header with the names of `prediction_row`, one row per utterance.

An empty cell says nothing, except that of a transcript. CSV cannot tell an empty text from none,
and a system that heard nothing must not drop out of its own error rate. So once any row of a file
has a transcript, all rows without an error have one. Slots are MASSIVE's brackets in ``annot_utt``,
or in ``slots`` the JSON list.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vernacular.corpus.json_objects import parse_json
from vernacular.corpus.predictions.prediction import Prediction
from vernacular.corpus.predictions.prediction_row import FIELDS, read_prediction, refuse_unknown
from vernacular.corpus.predictions.problems import Problems
from vernacular.corpus.predictions.text_lines import read_text_lines
from vernacular.errors import InvalidInput

_DELIMITERS = (",", ";", "\t")
_NUMBERS = frozenset({"intent_confidence", "latency_ms"})
# What float() takes is wider: nan, inf, 1_000 and the digits of other scripts.
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def read_predictions_csv(
    path: Path, problems: Problems, locale: str | None
) -> Iterator[Prediction]:
    """Yields the good rows; the others are noted.

    Cells are parted by commas, or, where the header shows it, by semicolons or tabs; a file that
    ends in ``.tsv`` has tabs.

    Raises:
        InvalidInput: the header is missing or wrong, the quoting is broken, or the file cannot be
            read to its end.
    """
    is_tsv = ".tsv" in (suffix.lower() for suffix in path.suffixes)
    lines = _Lines(read_text_lines(path, problems))
    header = next(lines, None)
    if header is None or problems.n_found:  # not even the header is text
        return
    try:
        delimiter, names = _read_header(header, ("\t",) if is_tsv else _DELIMITERS)
        rows = list(_read_records(lines, delimiter))
    except csv.Error as error:
        raise InvalidInput(_explain(error), file=str(path), line=lines.start) from error
    except InvalidInput as problem:
        raise InvalidInput(
            problem.reason, file=str(path), line=lines.start, field=problem.field
        ) from problem
    # All is needed before the first row can be understood: is anything transcribed at all?
    at = names.index("transcript") if "transcript" in names else len(names)
    has_transcripts = any("".join(cells[at : at + 1]) for _, cells in rows)
    for line, cells in rows:
        try:
            row = _read_cells(names, cells)
            if has_transcripts and "error" not in row:
                row.setdefault("transcript", "")
            prediction = read_prediction(row, line, locale)
        except InvalidInput as problem:
            problems.note(problem, str(path), line)
        else:
            yield prediction


class _Lines:
    """The lines of a file, which remember where the record in hand began."""

    def __init__(self, lines: Iterator[tuple[int, str]]) -> None:
        self._lines = lines
        self.start: int | None = None

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        number, line = next(self._lines)
        if self.start is None:
            self.start = number
        return line


def _read_header(header: str, delimiters: tuple[str, ...]) -> tuple[str, list[str]]:
    """Returns the delimiter that parts an ``id`` from the other names, and the names."""
    for delimiter in delimiters:
        cells = next(csv.reader([header], delimiter=delimiter, strict=True))
        names = [cell.strip() for cell in cells]
        if "id" in names:
            break
    else:
        raise InvalidInput(f"the header names no id; the columns are {', '.join(FIELDS)}")
    if unknown := set(names) - set(FIELDS):
        refuse_unknown(unknown)
    for name in names:
        if names.count(name) > 1:
            raise InvalidInput("stands in the header twice; keep one of the two", field=name)
    return delimiter, names


def _read_records(lines: _Lines, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yields (line it starts on, cells) of each row that is not blank."""
    records = csv.reader(lines, delimiter=delimiter, strict=True)
    lines.start = None
    for cells in records:
        if cells:
            assert lines.start is not None  # a record has at least one line
            yield lines.start, cells
        lines.start = None


def _explain(error: csv.Error) -> str:
    if "new-line" in str(error):  # the module's own words are advice for programmers
        return "broken CSV: a carriage return stands alone; save it with the usual line ends"
    return f"broken CSV: {error}; is a quotation mark left open, or not doubled in a quoted cell?"


def _read_cells(names: list[str], cells: list[str]) -> dict[str, Any]:
    """Returns the cells that say something, by name, typed as in JSON."""
    if len(cells) != len(names):
        raise InvalidInput(f"has {len(cells)} cells, but the header names {len(names)}")
    row: dict[str, Any] = {name: cell for name, cell in zip(names, cells, strict=True) if cell}
    for name in row.keys() & _NUMBERS:
        if not _NUMBER.fullmatch(row[name]):
            raise InvalidInput(
                f"is {row[name]!r:.40}, not a number; write one with a point: 0.93", field=name
            )
        row[name] = float(row[name])
    if "slots" in row:
        try:
            row["slots"] = parse_json(row["slots"])
        except InvalidInput as problem:
            raise InvalidInput(problem.reason, field="slots") from problem
    return row
