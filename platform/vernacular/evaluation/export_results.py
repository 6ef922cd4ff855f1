"""Writes the results of a run for other tools; importing them elsewhere gives the same run."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from vernacular.corpus.predictions.prediction import Prediction
from vernacular.corpus.predictions.predictions_jsonl import write_predictions
from vernacular.errors import InvalidInput
from vernacular.store.answers import list_named_answers
from vernacular.store.database import Db
from vernacular.store.runs import find_run


def export_results(db: Db, run_id: int, path: Path) -> int:
    """Writes every result of a run as predictions JSONL, by item, and returns how many.

    The same run gives the same bytes. The file appears when it is complete.

    Raises:
        NotFound: there is no such run.
        InvalidInput: the file cannot be written.
    """
    run = find_run(db, run_id)
    rows = (
        Prediction(
            line=line,
            external_id=one.external_id,
            locale=one.locale,
            intent=one.intent,
            intent_confidence=one.intent_confidence,
            slots=one.slots if run.has_intents and one.error is None else None,
            transcript=one.transcript,
            latency_ms=one.latency_ms,
            error=one.error,
        )
        for line, one in enumerate(list_named_answers(db, run), start=1)
    )
    partial = path.with_name(path.name + ".part")
    try:
        with partial.open("w", encoding="utf-8", newline="\n") as target:
            n_written = write_predictions(rows, target)
        partial.replace(path)
    except OSError as error:
        # A name that is too long cannot even be asked for.
        with suppress(OSError):
            partial.unlink()
        raise InvalidInput(f"cannot be written: {error.strerror}", file=str(path)) from error
    return n_written
