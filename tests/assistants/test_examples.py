"""Files of examples: what is written is read, and what is wrong is named with its line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from vernacular.assistants.in_context.examples import Example, read_examples, write_examples
from vernacular.corpus.utterance import Slot
from vernacular.errors import InvalidInput

ROW: dict[str, Any] = {
    "locale": "sw-KE",
    "text": "niamshe saa tatu",
    "intent": "alarm_set",
    "slots": [{"label": "time", "start": 8, "end": 16}],
}
EXAMPLES = [
    Example("sw-KE", "niamshe saa tatu", "alarm_set", (Slot("time", 8, 16),)),
    Example("ar-SA", "أيقظني الخامسة", "alarm_set", (Slot("time", 7, 14),)),
    Example("hi-IN", 'बत्ती "बंद" करो 👍🏽', "iot_hue_lightoff"),
]


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "examples.jsonl"
    with path.open("w", encoding="utf-8", newline="\n") as target:
        assert write_examples(EXAMPLES, target) == 3
    assert read_examples(path) == EXAMPLES
    assert json.loads(path.read_bytes().splitlines()[0]) == ROW


def test_blank_lines_a_byte_order_mark_and_missing_slots_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "examples.jsonl"
    row = {name: value for name, value in ROW.items() if name != "slots"}
    path.write_text("\ufeff" + json.dumps(row) + "\n\n \n", encoding="utf-8")
    assert read_examples(path) == [Example("sw-KE", "niamshe saa tatu", "alarm_set")]


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"locale": "??"}, "locale", "not a locale tag"),
        ({"text": " "}, "text", "white space"),
        ({"intent": " alarm"}, "intent", "spaces around"),
        ({"note": 1}, "note", "not permitted"),
        ({"intent": 3}, "intent", "valid string"),
        ({"slots": [{"label": "time", "start": 8, "end": 99}]}, "slots", "spans 8 to 99"),
        ({"slots": [{"label": "time", "start": 8}]}, "slots.0.end", "required"),
        (
            {"text": "e\u0301 saa", "slots": [{"label": "time", "start": 0, "end": 1}]},
            "slots",
            "cut a character",
        ),
    ],
)
def test_a_wrong_line_is_named_with_its_field(
    tmp_path: Path, changes: dict[str, Any], field: str, reason: str
) -> None:
    path = tmp_path / "examples.jsonl"
    path.write_text(f"{json.dumps(ROW)}\n{json.dumps({**ROW, **changes})}\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match=reason) as raised:
        read_examples(path)
    assert (raised.value.file, raised.value.line, raised.value.field) == (str(path), 2, field)


@pytest.mark.parametrize("content", [b"{", b"[]\n", b'{"text": "\xff"}\n'])
def test_a_line_that_is_no_object_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "examples.jsonl"
    path.write_bytes(content)
    with pytest.raises(InvalidInput) as raised:
        read_examples(path)
    assert raised.value.line == 1


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"examples\.jsonl: cannot be read: No such file"):
        read_examples(tmp_path / "examples.jsonl")
