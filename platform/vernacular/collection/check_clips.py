"""Holds the folder of clips against the store: what is gone, and what nobody knows of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vernacular.clips.leftovers import MIN_AGE_SECONDS, list_content, list_unfinished
from vernacular.errors import StoreUnavailable
from vernacular.store.database import Db
from vernacular.store.recordings import list_decoded


@dataclass(frozen=True, slots=True)
class ClipCheck:
    """What was found; clips are named by their hashes, in order."""

    n_clips: int
    """Clips that the store knows."""
    missing: tuple[str, ...]
    """Those whose recording, or what was decoded from it, is not in the folder: restore them from a
    backup."""
    unknown: tuple[str, ...]
    """Clips in the folder, older than a day, that the store does not know."""
    unfinished: tuple[str, ...]
    """Files that a killed process left behind more than a day ago."""


def check_clips(db: Db, root: Path) -> ClipCheck:
    """Returns how a folder of clips and the store differ; no clip is opened.

    Raises:
        StoreUnavailable: the folder cannot be read.
    """
    # The store first: a clip is in the folder before the store knows it.
    known = list_decoded(db)
    content = list_content(root)
    missing = (
        clip
        for clip, is_decoded in known.items()
        if clip not in content.originals or (is_decoded and clip not in content.heard)
    )
    unknown = (
        clip
        for clip, age_seconds in content.originals.items()
        if clip not in known and age_seconds > MIN_AGE_SECONDS
    )
    return ClipCheck(
        n_clips=len(known),
        missing=tuple(sorted(missing)),
        unknown=tuple(sorted(unknown)),
        unfinished=tuple(map(str, list_unfinished(root))),
    )


def sweep_clips(root: Path, *, dry_run: bool = False) -> tuple[str, ...]:
    """Deletes what killed processes left in a folder more than a day ago, and returns the paths.

    Clips are never deleted, known or not.

    Raises:
        StoreUnavailable: the folder cannot be read or changed.
    """
    found = list_unfinished(root)
    for path in () if dry_run else found:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise StoreUnavailable(f"{path} cannot be deleted: {error.strerror}") from error
    return tuple(map(str, found))
