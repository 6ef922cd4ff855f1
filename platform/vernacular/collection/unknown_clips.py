"""Deletes recordings that the store does not know, such as those of a process that was killed."""

from __future__ import annotations

import time
from pathlib import Path

from vernacular.clips.folder import ClipFolder
from vernacular.clips.leftovers import MIN_AGE_SECONDS
from vernacular.collection.check_clips import check_clips
from vernacular.errors import Conflict
from vernacular.store.database import Store


def list_unknown(store: Store, root: Path) -> tuple[str, ...]:
    """Returns the hashes of the recordings in a folder that the store has not known for a day.

    Raises:
        StoreUnavailable: the folder cannot be read.
        Conflict: of those that the store knows none is in the folder, so that one is probably not
            the other's.
    """
    with store.reading() as db:
        found = check_clips(db, root)
    if found.unknown and found.n_clips == len(found.missing):
        raise Conflict(
            f"this store knows none of the recordings in {root}: give the store and the folder"
            " that belong together, or delete the folder yourself"
        )
    return found.unknown


def discard_unknown(store: Store, root: Path) -> tuple[str, ...]:
    """Deletes what `list_unknown` names, and returns what is gone.

    A recording that somebody has added again meanwhile stays.

    Raises:
        StoreUnavailable: the folder cannot be read or changed.
        Conflict: as in `list_unknown`.
    """
    kept_at = time.time() - MIN_AGE_SECONDS
    clips = ClipFolder(root)
    return tuple(one for one in list_unknown(store, root) if clips.discard(one, kept_at))
