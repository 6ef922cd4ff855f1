"""Builds files of predictions with what a test wants to be different."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from vernacular.corpus.predictions.prediction import Prediction, Predictions
from vernacular.corpus.predictions.read import read_predictions


def answer(number: int = 1, **changes: Any) -> dict[str, Any]:
    """One valid row of JSON Lines; a change to ``...`` leaves the field out."""
    fields = {"id": str(number), "locale": "sw-KE", "intent": "alarm_set"}
    return {name: value for name, value in (fields | changes).items() if value is not ...}


def lines(*rows: dict[str, Any]) -> bytes:
    """The rows as JSON Lines."""
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in rows).encode()


def read_bytes(
    folder: Path, name: str, content: bytes | str, locale: str | None = None
) -> Predictions:
    """Writes the content to a file of that name and reads it."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_predictions(path, locale=locale)


def read_one(folder: Path, row: dict[str, Any], locale: str | None = None) -> Prediction:
    """The one prediction of a row of JSON Lines."""
    (prediction,) = read_bytes(folder, "p.jsonl", lines(row), locale).rows
    return prediction
