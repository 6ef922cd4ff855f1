"""One line of JSON Lines as an object whose every field was given once and can be stored."""

from __future__ import annotations

import json
import re
from typing import Any

from vernacular.errors import InvalidInput

# Legal in JSON, but neither UTF-8 nor a database can hold them.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def parse_object(line: str) -> dict[str, Any]:
    """Returns the object of a line.

    Raises:
        InvalidInput: it is no JSON object, gives a field twice, or holds what no text can.
    """
    row = parse_json(line)
    if not isinstance(row, dict):
        raise InvalidInput(f"a JSON {name_kind(row)} where an object is expected")
    return row


def parse_json(text: str) -> Any:
    """Returns any JSON value.

    Raises:
        InvalidInput: it is no JSON, gives a field twice, or holds what no text can.
    """
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise InvalidInput(f"broken JSON: {error.msg} at character {error.colno}") from error
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits, brackets 10,000 deep
        raise InvalidInput(f"JSON that cannot be read: {error}") from error
    if "\\u" in text:  # only an escape can smuggle one in
        refuse_unstorable(value)
    return value


def name_kind(value: object) -> str:
    """Returns what JSON calls the type of a value."""
    names = {dict: "object", list: "list", str: "string", bool: "boolean", type(None): "null"}
    return names.get(type(value), "number")


def _read_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise InvalidInput("is given twice; keep one of the two", field=f"{twice!a:.40}".strip("'"))
    return row


def refuse_unstorable(value: Any, field: str | None = None) -> None:
    """Checks that every text in a JSON value can be stored.

    Raises:
        InvalidInput: one holds what no text can; ``field`` is the outermost field around it.
    """
    if isinstance(value, str) and (found := _UNSTORABLE.search(value)):
        raise InvalidInput(
            f"holds U+{ord(found.group()):04X}, which is no character of a text", field=field
        )
    if isinstance(value, dict):
        for name, inner in value.items():
            refuse_unstorable(name)
            refuse_unstorable(inner, field or name)
    if isinstance(value, list):
        for inner in value:
            refuse_unstorable(inner, field)


_DECODER = json.JSONDecoder(object_pairs_hook=_read_once)
