"""Makes a suite from a file of results that carries its own references."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from vernacular.corpus.predictions.prediction import Predictions
from vernacular.corpus.utterance import AnnotatedUtterance
from vernacular.errors import Conflict, InvalidInput
from vernacular.evaluation.suites import cluster_of, freeze, select_utterances
from vernacular.store.database import Db
from vernacular.store.utterances import (
    count_utterances_of,
    hash_content,
    lock_source,
    record_utterances,
)

PARTITION = "test"
MAX_SOURCE_LENGTH = 60
"""Characters that the store has for the name of a source."""


def make_suite(
    db: Db, name: str, predictions: Predictions, path: Path, *, by_speaker: bool
) -> None:
    """Stores the references as utterances of a source of their own and freezes them.

    The same references again give the suite that is there.

    Args:
        db: the store.
        name: of the suite; the source is called ``results:NAME``.
        predictions: each with its reference text.
        path: named where one has none.
        by_speaker: utterances whose ids begin alike, up to the first hyphen or underscore, are of
            one speaker (as in sclite) and go together in every interval.

    Raises:
        InvalidInput: a row has no reference text.
        Conflict: a suite of that name is frozen with other content.
    """
    source = _source_of(name)
    by_locale: dict[str, list[AnnotatedUtterance]] = {}
    for row in predictions.rows:
        if row.reference_text is None:
            raise InvalidInput(
                "has no reference text, so that no suite can be made of it",
                file=str(path),
                line=row.line,
                field="text",
            )
        one = AnnotatedUtterance(
            row.external_id,
            row.locale,
            PARTITION,
            domain="",
            intent="",
            text=row.reference_text,
            slots=(),
        )
        by_locale.setdefault(row.locale, []).append(one)
    for locale, utterances in sorted(by_locale.items()):
        lock_source(db, source, locale)
        if count_utterances_of(db, source, locale) == 0:
            record_utterances(db, source, locale, [(one, hash_content(one)) for one in utterances])
    key = speaker_of if by_speaker else str
    selection = select_utterances(
        db,
        source=source,
        cluster=lambda source, external_id: cluster_of(source, key(external_id)),
    )
    suite, is_new = freeze(db, name, selection)
    if not is_new and suite.n_items != len(predictions.rows):
        raise Conflict(
            f"suite {name!r} is frozen with {suite.n_items:,} items, {path} has"
            f" {len(predictions.rows):,}: leave --create-suite out to import into it"
        )


def speaker_of(external_id: str) -> str:
    """Returns the part of an utterance id that names the speaker, as sclite takes it."""
    return re.split("[-_]", external_id, maxsplit=1)[0]


def _source_of(suite_name: str) -> str:
    """Returns the source of a suite's utterances, another one for every name however long."""
    source = f"results:{suite_name}"
    if len(source) <= MAX_SOURCE_LENGTH:
        return source
    digest = hashlib.sha256(suite_name.encode()).hexdigest()[:12]
    return f"{source[: MAX_SOURCE_LENGTH - 13]}~{digest}"
