"""Reads the manifests that NeMo's speech recognition writes, one JSON object per line.

Read are ``audio_filepath``, ``pred_text`` (the hypothesis) and ``text`` (the reference, if known);
beside them, where a team adds them, ``id``, ``locale`` or ``lang``, and ``latency_ms``. Without an
``id`` the name of the audio file, less its ending, is one. All other fields are passed over, for
NeMo's tools add many of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from vernacular.corpus.json_objects import name_kind, parse_object
from vernacular.corpus.predictions.prediction import Prediction
from vernacular.corpus.predictions.prediction_row import read_prediction
from vernacular.corpus.predictions.problems import Problems
from vernacular.corpus.predictions.text_lines import read_rows
from vernacular.errors import InvalidInput


def read_nemo_manifest(path: Path, problems: Problems, locale: str | None) -> Iterator[Prediction]:
    """Yields the good rows; the others are noted.

    Raises:
        InvalidInput: the file cannot be read to its end.
    """

    def read_line(line: str, number: int) -> Prediction:
        row = parse_object(line)
        external_id = row.get("id")
        if external_id is None:
            external_id = _name_audio(_require_text(row, "audio_filepath"))
        fields = {
            "id": external_id,
            "locale": row.get("lang") if row.get("locale") is None else row["locale"],
            "transcript": _require_text(row, "pred_text"),
            "text": row.get("text"),
            "latency_ms": row.get("latency_ms"),
        }
        return read_prediction(fields, number, locale)

    return read_rows(path, problems, read_line)


def _require_text(row: dict[str, Any], name: str) -> str:
    value = row.get(name)
    if value is None:
        raise InvalidInput("is missing", field=name)
    if not isinstance(value, str):
        raise InvalidInput(f"is a JSON {name_kind(value)} where a string is expected", field=name)
    return value


def _name_audio(audio_filepath: str) -> str:
    # A manifest may come from Windows, whatever system reads it.
    return PurePosixPath(audio_filepath.replace("\\", "/")).stem
