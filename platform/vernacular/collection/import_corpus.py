"""Brings a corpus into the store, file by file: a file is stored whole or not at all."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from vernacular.corpus.massive import MassiveFile, read_massive
from vernacular.errors import InvalidInput
from vernacular.store.collected import COLLECTED
from vernacular.store.database import Store
from vernacular.store.references import LIVE
from vernacular.store.utterances import (
    hash_content,
    list_stored_hashes,
    lock_source,
    record_utterances,
)

MASSIVE_SOURCE = "massive-1.1"
RESERVED_SOURCES = {
    COLLECTED: "what people collect on the platform",
    LIVE: "what people correct in their sessions",
}
"""Sources that the platform writes itself; another corpus would mix with them."""
MAX_SOURCE_LENGTH = 60
MAX_LENGTHS = {"external_id": ("id", 80), "domain": ("scenario", 60), "intent": ("intent", 80)}
"""What the store holds of each name, beside what MASSIVE calls it."""


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """What became of one file of a corpus."""

    name: str
    locale: str
    n_read: int
    n_added: int
    n_changed: int
    """Utterances stored earlier with other content under the same id; they were left as stored."""
    n_skipped: int
    """Bad rows left out; more than there are ``problems``, of which only the first are kept."""
    problems: tuple[InvalidInput, ...]

    @property
    def is_refused(self) -> bool:
        """Whether the file had problems and so nothing of it was read."""
        return bool(self.problems) and not self.n_read and not self.n_skipped


def import_massive(
    store: Store,
    path: Path,
    *,
    source: str = MASSIVE_SOURCE,
    locales: Collection[str] | None = None,
    partitions: Collection[str] | None = None,
    skip_bad: bool = False,
) -> Iterator[ImportedFile]:
    """Imports MASSIVE files one after another, each in one transaction of its own.

    A file is parsed and hashed before the write lock is taken. Importing again adds nothing.

    Raises:
        InvalidInput: ``path`` as a whole cannot be read, or ``source`` is no name or one that the
            platform keeps for itself.
    """
    if source in RESERVED_SOURCES:
        raise InvalidInput(
            f"{source!r} is for {RESERVED_SOURCES[source]}: take a name that is none of"
            f" {', '.join(map(repr, RESERVED_SOURCES))}",
            field="source",
        )
    if not 1 <= len(source) <= MAX_SOURCE_LENGTH:
        raise InvalidInput(f"has 1 to {MAX_SOURCE_LENGTH} characters", field="source")
    for file in read_massive(path, locales=locales, partitions=partitions, skip_bad=skip_bad):
        refuse_long_names(file, skip_bad)
        hashed = [(one, hash_content(one)) for one in file.utterances]
        with store.reading() as db:
            stored = list_stored_hashes(db, source, file.locale)
        n_changed = 0
        if stored:
            n_changed = sum(stored.get(one.external_id, digest) != digest for one, digest in hashed)
        if any(one.external_id not in stored for one, _ in hashed):
            with store.writing() as db:
                # Read again under the lock: another import may have come between.
                lock_source(db, source, file.locale)
                stored = list_stored_hashes(db, source, file.locale)
                new = [pair for pair in hashed if pair[0].external_id not in stored]
                record_utterances(db, source, file.locale, new)
        else:
            new = []
        yield ImportedFile(
            name=file.name,
            locale=file.locale,
            n_read=len(hashed),
            n_added=len(new),
            n_changed=n_changed,
            n_skipped=file.n_skipped,
            problems=tuple(file.problems),
        )


def refuse_long_names(file: MassiveFile, skip_bad: bool) -> None:
    """Moves utterances whose names are too long to be stored from the file to its problems."""
    kept = []
    for one in file.utterances:
        found = [
            InvalidInput(
                f"has up to {limit} characters, the one of id {one.external_id!r:.40} has more",
                file=file.name,
                field=field,
            )
            for name, (field, limit) in MAX_LENGTHS.items()
            if len(getattr(one, name)) > limit
        ]
        file.problems += found
        if not found:
            kept.append(one)
        elif skip_bad:
            file.n_skipped += 1
    file.utterances = kept if skip_bad or len(kept) == len(file.utterances) else []
