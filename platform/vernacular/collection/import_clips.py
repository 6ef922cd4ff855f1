"""Brings recordings into the store: each is kept, decoded once, and tied to what is said in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vernacular.clips.contract import Clips, StoredClip
from vernacular.clips.decode import MAX_BYTES
from vernacular.corpus.clip_manifest import ClipRow, read_clip_manifest
from vernacular.corpus.predictions.problems import Problems
from vernacular.errors import InvalidInput
from vernacular.store.clips import (
    NewRecording,
    list_utterances_by_name,
    record_clips,
    record_recordings,
)
from vernacular.store.database import Db, Store
from vernacular.store.utterances import (
    has_mixed_intents,
    hash_content,
    lock_source,
    record_utterances,
)


@dataclass(frozen=True, slots=True)
class ImportedClips:
    """What became of a list of recordings."""

    n_clips: int
    audio_seconds: float
    n_utterances_added: int
    bad: tuple[str, ...]
    """Of recordings that were kept although they cannot be decoded: line and reason."""


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
    listen: Listener = lambda _done, _of: None,
) -> ImportedClips:
    """Keeps the recordings that a list names; importing it again adds nothing.

    The sound is written first and the store last, in one transaction: whatever goes wrong, the
    store names no clip that is not there.

    Args:
        store: where the utterances are or will be.
        clips: where the sound goes.
        path: the list, see `corpus.clip_manifest`; files are relative to its folder.
        source: the corpus that the utterances belong to.
        locale: of the whole list, where its rows name none.
        keep_bad: keep recordings that cannot be decoded, so that a suite tests what a release does
            about them; else one of them refuses the whole list.
        listen: is told of the progress.

    Raises:
        InvalidInput: rows, files or what they say is wrong, with the lines; nothing is stored then.
    """
    rows = read_clip_manifest(path, locale)
    problems = Problems()
    kept: list[tuple[ClipRow, StoredClip]] = []
    listen(0, len(rows))
    for number, row in enumerate(rows, start=1):
        try:
            clip = clips.add(
                _read_file(_find_file(path.parent, row.audio)), allow_undecodable=keep_bad
            )
            kept.append((row, clip))
        except InvalidInput as problem:
            problems.note(InvalidInput(f"{row.audio}: {problem.reason}"), str(path), row.line)
        listen(number, len(rows))
    problems.raise_any()
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
    )


def _find_file(folder: Path, name: str) -> Path:
    """Returns where a recording is: beside its list, or as Common Voice has it in ``clips/``."""
    beside = folder / name
    inside = folder / "clips" / name
    return inside if not beside.exists() and inside.exists() else beside


def _read_file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InvalidInput(f"cannot be read: {error.strerror or error}") from error
    return content


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
            if row.utterance is not None and row.external_id not in stored
        }
        record_utterances(db, source, locale, [(one, hash_content(one)) for one in new.values()])
        n_added += len(new)
        stored = list_utterances_by_name(db, source, locale)
        for row, clip in here:
            found = stored.get(row.external_id)
            if found is None:
                problem = InvalidInput(
                    f"no utterance {row.external_id!r:.90} of {source} is stored in {locale}, and"
                    " the row has no text that would make one",
                    field="id",
                )
                problems.note(problem, str(path), row.line)
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
