"""Reads predictions of any known format: the whole file, or nothing and the reasons why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vernacular.corpus.predictions.nemo_manifest import read_nemo_manifest
from vernacular.corpus.predictions.prediction import Prediction, Predictions
from vernacular.corpus.predictions.predictions_csv import read_predictions_csv
from vernacular.corpus.predictions.predictions_jsonl import read_predictions_jsonl
from vernacular.corpus.predictions.problems import Problems
from vernacular.corpus.predictions.trn import read_trn
from vernacular.corpus.typed_input import check_locale
from vernacular.errors import InvalidInput

FORMATS = ("jsonl", "trn", "nemo", "csv")

_FORMAT_OF_ENDING = {
    ".jsonl": "jsonl",
    ".trn": "trn",
    ".json": "nemo",  # so NeMo names its manifests, although they are JSON Lines
    ".csv": "csv",
    ".tsv": "csv",
}


def read_predictions(
    path: Path,
    *,
    format: str | None = None,
    locale: str | None = None,
    references: Path | None = None,
) -> Predictions:
    """Returns all predictions of a file.

    Args:
        path: one file, which may be packed (``.gz``, ``.xz``).
        format: one of ``FORMATS``; None goes by the file's ending.
        locale: what the whole file holds. Needed for trn; elsewhere rows may then leave it out.
        references: trn only: the file of what was really said.

    Raises:
        InvalidInput: the first problems with file, line, field and reason, and how many more there
            are; nothing is returned then.
    """
    chosen = _choose_format(path, format)
    if references is not None and chosen != "trn":
        raise InvalidInput(
            f"only trn has its references in a file of their own; {chosen} has them in its rows",
            field="references",
        )
    tag = None if locale is None else check_locale(locale)
    problems = Problems()
    rows: list[Prediction] = []
    line_of: dict[tuple[str, str], int] = {}
    try:
        for row in _open(chosen, path, problems, tag, references):
            first = line_of.setdefault((row.external_id, row.locale), row.line)
            if first != row.line:
                problems.note(_given_before(row, first), str(path), row.line)
            rows.append(row)
    except InvalidInput as problem:  # the file cannot be read on, but what came before counts too
        if problem.file is None:
            raise
        problems.note(problem, str(path))
    problems.raise_any()
    if not rows:
        raise InvalidInput("holds no predictions", file=str(path))
    return Predictions(tuple(rows))


def _choose_format(path: Path, wanted: str | None) -> str:
    if wanted is not None:
        if wanted not in FORMATS:
            raise InvalidInput(f"{wanted!r:.40} is none of {', '.join(FORMATS)}", field="format")
        return wanted
    name = path.name.lower().removesuffix(".gz").removesuffix(".xz")
    chosen = _FORMAT_OF_ENDING.get(Path(name).suffix)
    if chosen is None:
        raise InvalidInput(
            f"its ending does not tell the format; say which: {', '.join(FORMATS)}", file=str(path)
        )
    return chosen


def _open(
    chosen: str, path: Path, problems: Problems, locale: str | None, references: Path | None
) -> Iterator[Prediction]:
    if chosen == "trn":
        return read_trn(path, problems, locale, references)
    reader = {
        "jsonl": read_predictions_jsonl,
        "nemo": read_nemo_manifest,
        "csv": read_predictions_csv,
    }[chosen]
    return reader(path, problems, locale)


def _given_before(row: Prediction, first: int) -> InvalidInput:
    return InvalidInput(
        f"{row.external_id!r:.90} of {row.locale} was given before, in line {first}", field="id"
    )
