"""Brings recordings into the store: each is kept, decoded once, and tied to what is said in it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from vernacular.clips.contract import Clips, StoredClip, hash_content
from vernacular.collection.import_corpus import RESERVED_SOURCES
from vernacular.collection.listed_files import read_listed
from vernacular.corpus.clip_manifest import ClipRow, read_clip_manifest
from vernacular.corpus.known_locales import is_known
from vernacular.corpus.locales import find_locale
from vernacular.corpus.predictions.problems import Problems
from vernacular.errors import InvalidInput, StoreUnavailable
from vernacular.store.clips import (
    NewRecording,
    list_utterances_by_name,
    record_clips,
    record_recordings,
)
from vernacular.store.database import Db, Store
from vernacular.store.recordings import list_decoded
from vernacular.store.utterances import (
    has_mixed_intents,
    lock_source,
    record_utterances,
)
from vernacular.store.utterances import hash_content as hash_utterance


@dataclass(frozen=True, slots=True)
class ImportedClips:
    """What became of a list of recordings."""

    n_clips: int
    audio_seconds: float
    n_utterances_added: int
    bad: tuple[str, ...]
    """Of recordings that were kept although they cannot be decoded: line and reason."""
    unknown_locales: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Locales whose language is in no list of languages, and the lines that name them. They are
    imported: it may be a slip, and it may be a language that nobody has listed."""


Listener = Callable[[int, int], None]
"""Is told how many recordings are done, and of how many."""


def import_clips(
    store: Store,
    clips: Clips,
    path: Path,
    *,
    source: str,
    locale: str | None = None,
    keep_bad: bool = False,
    allow_outside: bool = False,
    listen: Listener = lambda _done, _of: None,
) -> ImportedClips:
    """Keeps the recordings that a list names; importing it again adds nothing.

    The sound is written first and the store last, in one transaction: whatever goes wrong, the
    store names no clip that is not there. What was written is deleted again then.

    Args:
        store: where the utterances are or will be.
        clips: where the sound goes.
        path: the list, see `corpus.clip_manifest`; files are relative to its folder.
        source: the corpus that the utterances belong to. Of what the platform writes itself,
            ``RESERVED_SOURCES``, only utterances that are stored can get recordings.
        locale: of the whole list, where its rows name none.
        keep_bad: keep recordings that cannot be decoded, so that a suite tests what a release does
            about them; else one of them refuses the whole list. A file that is not there, or may
            not be read, always refuses it: there is nothing to keep.
        allow_outside: also take files outside the folder of the list.
        listen: is told of the progress.

    Raises:
        InvalidInput: rows, files or what they say is wrong, with the lines; nothing is stored then.
    """
    rows = read_clip_manifest(path, locale)
    with _taken_back_if_refused(store, clips) as added:
        kept = _keep_all(
            clips, path, rows, added, keep_bad=keep_bad, allow_outside=allow_outside, listen=listen
        )
        with store.writing() as db:
            n_added = _record(db, source, kept, path)
    unique = {clip.content_hash: clip for _, clip in kept}
    return ImportedClips(
        n_clips=len(unique),
        audio_seconds=sum(one.audio_seconds or 0.0 for one in unique.values()),
        n_utterances_added=n_added,
        bad=tuple(
            f"{path}:{row.line}: {row.audio}: {clip.problem}"
            for row, clip in kept
            if clip.problem is not None
        ),
        unknown_locales=_find_unknown(rows),
    )


@contextmanager
def _taken_back_if_refused(store: Store, clips: Clips) -> Iterator[dict[str, float]]:
    """Yields what to note new clips in, and when each was added; if the block fails, by Ctrl-C too,
    those of them that the store does not know are deleted."""
    added: dict[str, float] = {}
    try:
        yield added
    except BaseException:
        # What is left where the store or the folder fails, 'vernacular clips sweep --unknown' finds
        with suppress(StoreUnavailable):
            with store.reading() as db:
                known = list_decoded(db).keys()
            for clip in added.keys() - known:
                clips.discard(clip, added[clip])
        raise


def _keep_all(
    clips: Clips,
    path: Path,
    rows: Sequence[ClipRow],
    added: dict[str, float],
    *,
    keep_bad: bool,
    allow_outside: bool,
    listen: Listener,
) -> list[tuple[ClipRow, StoredClip]]:
    """Writes the sound of all rows; what was not there before is noted in ``added``.

    Raises:
        InvalidInput: files cannot be read or decoded, with their lines.
    """
    problems = Problems()
    kept = []
    listen(0, len(rows))
    for number, row in enumerate(rows, start=1):
        try:
            data = read_listed(path.parent, row.audio, allow_outside=allow_outside)
            content_hash = hash_content(data)
            is_ours = content_hash in added or not clips.has(content_hash)
            try:
                kept.append((row, clips.add(data, allow_undecodable=keep_bad)))
            finally:
                if is_ours:
                    added[content_hash] = time.time()
        except InvalidInput as problem:
            problems.note(InvalidInput(f"{row.audio}: {problem.reason}"), str(path), row.line)
        listen(number, len(rows))
    problems.raise_any()
    return kept


def _find_unknown(rows: Sequence[ClipRow]) -> dict[str, tuple[int, ...]]:
    """Returns the locales of languages that are in no list, and the lines of their rows."""
    lines: dict[str, list[int]] = {}
    for row in rows:
        lines.setdefault(row.locale, []).append(row.line)
    return {
        tag: tuple(found)
        for tag, found in sorted(lines.items())
        if not is_known(find_locale(tag).language)
    }


def _record(db: Db, source: str, kept: Sequence[tuple[ClipRow, StoredClip]], path: Path) -> int:
    """Stores clips, new utterances and which belong together; returns how many are new."""
    record_clips(db, {clip.content_hash: clip for _, clip in kept}.values())
    problems = Problems()
    recordings = []
    n_added = 0
    by_locale: dict[str, list[tuple[ClipRow, StoredClip]]] = {}
    for pair in kept:
        by_locale.setdefault(pair[0].locale, []).append(pair)
    for locale, here in sorted(by_locale.items()):
        lock_source(db, source, locale)
        stored = list_utterances_by_name(db, source, locale)
        new = {
            row.external_id: row.utterance
            for row, _ in here
            if row.utterance is not None
            and row.external_id not in stored
            and source not in RESERVED_SOURCES
        }
        record_utterances(db, source, locale, [(one, hash_utterance(one)) for one in new.values()])
        n_added += len(new)
        stored = list_utterances_by_name(db, source, locale)
        for row, clip in here:
            found = stored.get(row.external_id)
            if found is None:
                problems.note(_not_stored(source, row), str(path), row.line)
            elif row.utterance is not None and row.utterance.text != found.text:
                problem = InvalidInput(
                    f"says {row.utterance.text!r:.120}, stored is {found.text!r:.120}", field="text"
                )
                problems.note(problem, str(path), row.line)
            else:
                recordings.append(
                    NewRecording(found.id, clip.content_hash, row.speaker, row.origin or None)
                )
    problems.raise_any()
    if n_added and has_mixed_intents(db, source, None, None):
        raise InvalidInput(
            f"some utterances of {source!r} would name an intent and some not, so that no suite"
            " could be made of them: import the list under a source of its own",
            file=str(path),
        )
    record_recordings(db, recordings)
    return n_added


def _not_stored(source: str, row: ClipRow) -> InvalidInput:
    why = "the row has no text that would make one"
    if source in RESERVED_SOURCES:
        why = f"a list adds none to {source!r}, which is for {RESERVED_SOURCES[source]}"
    return InvalidInput(
        f"no utterance {row.external_id!r:.90} of {source} is stored in {row.locale}, and {why}",
        field="id",
    )
