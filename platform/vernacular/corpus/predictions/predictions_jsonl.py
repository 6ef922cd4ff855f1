"""Reads and writes predictions as JSON Lines, one object per line (see `prediction_row`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

from vernacular.corpus.json_objects import parse_object
from vernacular.corpus.predictions.prediction import Prediction
from vernacular.corpus.predictions.prediction_row import read_prediction
from vernacular.corpus.predictions.problems import Problems
from vernacular.corpus.predictions.text_lines import read_rows


def read_predictions_jsonl(
    path: Path, problems: Problems, locale: str | None
) -> Iterator[Prediction]:
    """Yields the good rows; the others are noted.

    Raises:
        InvalidInput: the file cannot be read to its end.
    """
    return read_rows(
        path, problems, lambda line, number: read_prediction(parse_object(line), number, locale)
    )


def write_predictions(predictions: Iterable[Prediction], target: TextIO) -> int:
    """Writes one line per prediction and returns how many; open ``target`` with ``newline="\\n"``.

    The same predictions in the same order give the same bytes, and reading them gives the same
    values. What is None is left out.
    """
    n_written = 0
    for one in predictions:
        row: dict[str, Any] = {
            "id": one.external_id,
            "locale": one.locale,
            "intent": one.intent,
            "intent_confidence": one.intent_confidence,
            "slots": None
            if one.slots is None
            else [{"label": s.label, "start": s.start, "end": s.end} for s in one.slots],
            "transcript": one.transcript,
            "text": one.reference_text,
            "latency_ms": one.latency_ms,
            "error": one.error,
        }
        given = {name: value for name, value in row.items() if value is not None}
        target.write(json.dumps(given, ensure_ascii=False, allow_nan=False) + "\n")
        n_written += 1
    return n_written
