"""Corrects what is expected of stored utterances; each correction is a new revision."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vernacular.collection.import_corpus import MASSIVE_SOURCE, refuse_long_names
from vernacular.corpus.massive import MassiveFile, read_massive
from vernacular.errors import InvalidInput
from vernacular.store.database import Store
from vernacular.store.utterances import (
    hash_content,
    list_newest_by_id,
    lock_source,
    record_revisions,
)

MAX_NAMED = 10
"""Unknown ids named in a message."""


@dataclass(frozen=True, slots=True)
class CorrectedFile:
    """What became of one file of corrections."""

    name: str
    locale: str
    n_read: int
    n_corrected: int
    """Those that differ from the newest revision and are one now; the others said the same."""


def correct_corpus(
    store: Store, path: Path, *, source: str = MASSIVE_SOURCE, person_id: int | None = None
) -> Iterator[CorrectedFile]:
    """Stores the utterances of MASSIVE files as new revisions of those with their ids.

    Each file is stored whole or not at all. The same corrections again change nothing.

    Args:
        store: where the utterances are.
        path: in MASSIVE's format, with the corrected utterances only or with all.
        source: the corpus they belong to.
        person_id: who corrected them, if it is known.

    Raises:
        InvalidInput: a file has a bad row, or an id that is not stored; with file and line.
    """
    for file in read_massive(path):
        refuse_long_names(file, skip_bad=False)
        if file.problems:
            raise _all_problems(file)
        hashed = [(one, hash_content(one)) for one in file.utterances]
        with store.writing() as db:
            lock_source(db, source, file.locale)
            stored = list_newest_by_id(db, source, file.locale)
            unknown = [one.external_id for one, _ in hashed if one.external_id not in stored]
            if unknown:
                raise InvalidInput(
                    f"{len(unknown):,} ids are not stored under {source!r} in {file.locale}:"
                    f" {', '.join(unknown[:MAX_NAMED])}",
                    file=file.name,
                    field="id",
                )
            revisions = [
                (stored[one.external_id][0], stored[one.external_id][1] + 1, one, digest)
                for one, digest in hashed
                if stored[one.external_id][2] != digest
            ]
            record_revisions(db, revisions, person_id)
        yield CorrectedFile(file.name, file.locale, len(hashed), len(revisions))


def _all_problems(file: MassiveFile) -> InvalidInput:
    first, *others = file.problems
    lines = [first.reason, *(str(problem) for problem in others[: MAX_NAMED - 1])]
    return InvalidInput("\n".join(lines), file=first.file, line=first.line, field=first.field)
