"""The file of examples that a language model is shown, as ``vernacular corpus examples`` writes it.

One JSON object a line: ``{"locale": "sw-KE", "text": "niamshe saa tatu", "intent": "alarm_set",
"slots": [{"label": "time", "start": 8, "end": 16}]}``; the spans count code points of the text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from pydantic import ValidationError

from vernacular.checked_yaml import Strict
from vernacular.corpus.json_objects import parse_object
from vernacular.corpus.jsonl_files import read_lines
from vernacular.corpus.typed_input import (
    check_locale,
    check_name,
    check_typed_slots,
    check_typed_text,
)
from vernacular.corpus.utf8_lines import decode_line
from vernacular.corpus.utterance import Slot
from vernacular.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Example:
    """An utterance with what is expected of it."""

    locale: str
    text: str
    intent: str
    slots: tuple[Slot, ...] = ()
    """From left to right, disjoint."""


class _SlotRow(Strict):
    label: str
    start: int
    end: int


class _ExampleRow(Strict):
    locale: str
    text: str
    intent: str
    slots: tuple[_SlotRow, ...] = ()


def read_examples(path: Path) -> list[Example]:
    """Returns the examples of a file, in its order; blank lines are passed over.

    Raises:
        InvalidInput: the file cannot be read, or a line is no example; with file, line and field.
    """
    examples = []
    try:
        with path.open("rb") as stream:
            for number, offset, raw in read_lines(stream, str(path)):
                try:
                    line = decode_line(raw, offset)
                    if line.strip():
                        examples.append(_read_example(line))
                except InvalidInput as error:
                    raise InvalidInput(
                        error.reason, file=str(path), line=number, field=error.field
                    ) from error
    except OSError as error:
        raise InvalidInput(f"cannot be read: {error.strerror}", file=str(path)) from error
    return examples


def write_examples(examples: Iterable[Example], target: TextIO) -> int:
    """Writes one line per example and returns how many; open ``target`` with ``newline="\\n"``.

    Equal examples give equal bytes, and reading them gives the same values.
    """
    n_written = 0
    for one in examples:
        row = {
            "locale": one.locale,
            "text": one.text,
            "intent": one.intent,
            "slots": [{"label": s.label, "start": s.start, "end": s.end} for s in one.slots],
        }
        target.write(json.dumps(row, ensure_ascii=False) + "\n")
        n_written += 1
    return n_written


def _read_example(line: str) -> Example:
    try:
        row = _ExampleRow.model_validate(parse_object(line))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InvalidInput(first["msg"], field=place) from error
    locale = check_locale(row.locale)
    check_typed_text(row.text)
    check_name(row.intent, "intent")
    slots = [Slot(one.label, one.start, one.end) for one in row.slots]
    return Example(locale, row.text, row.intent, check_typed_slots(row.text, slots))
