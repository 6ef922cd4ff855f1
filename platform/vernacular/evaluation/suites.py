"""Freezes utterances into a suite."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass

from vernacular.errors import Conflict, InvalidInput, NotFound
from vernacular.store.clips import list_recorded
from vernacular.store.database import Db
from vernacular.store.suites import NewItem, find_suite, record_suite
from vernacular.store.tables import Suite
from vernacular.store.utterances import has_mixed_intents, list_newest_revisions

MAX_NAME_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Selection:
    """What a suite is to hold, in order."""

    items: tuple[NewItem, ...]
    content_hash: str
    """SHA-256 over the content of all items, in order."""


def select_utterances(
    db: Db,
    *,
    source: str,
    partition: str | None = None,
    locales: Collection[str] | None = None,
    per_locale: int | None = None,
    by_voice: bool = False,
    names: Collection[str] | None = None,
    cluster: Callable[[str, str], int] | None = None,
) -> Selection:
    """Returns the newest revision of each utterance that fits, in the order of import.

    Args:
        db: the store.
        source: the corpus to take from.
        partition: only this one.
        locales: only these.
        per_locale: only the first so many of each locale, so that parallel utterances stay
            together.
        by_voice: take recordings of these utterances, one item each, and only those that have one.
        names: only the utterances of these external ids.
        cluster: gives source and external id a number that is equal for utterances whose errors go
            together; ``cluster_of`` unless told.

    Raises:
        InvalidInput: nothing fits, a locale has no utterance, or only some utterances name an
            intent: a suite is about understanding or only about hearing.
    """
    rows = list_newest_revisions(db, source, partition, locales)
    if names is not None:
        rows = [row for row in rows if row[2] in names]
    recorded = list_recorded(db, source, partition, locales) if by_voice else {}
    if by_voice:
        rows = [row for row in rows if row[0] in recorded]
    if per_locale is not None:
        taken: Counter[str] = Counter()
        kept = []
        for row in rows:
            taken[row[1]] += 1
            if taken[row[1]] <= per_locale:
                kept.append(row)
        rows = kept
    if not rows:
        wanted = f"source {source!r}" + (f", partition {partition!r}" if partition else "")
        what, how = ("recording", "clips") if by_voice else ("utterance", "corpus")
        raise InvalidInput(
            f"no stored {what} fits {wanted}: import some first (vernacular {how} import)"
        )
    missing = sorted(set(locales or ()) - {row[1] for row in rows})
    if missing:
        what = "recording" if by_voice else "utterance"
        raise InvalidInput(f"no stored {what} of {source!r} in {', '.join(missing)}")
    content = hashlib.sha256()
    for key, _, _, digest in rows:
        content.update(digest)
        if by_voice:
            # With their number, so that no clip can pass from one utterance to its neighbour.
            content.update(len(recorded[key]).to_bytes(4, "big"))
            content.update(b"".join(bytes.fromhex(clip) for clip in recorded[key]))
    if has_mixed_intents(db, source, partition, locales):
        raise InvalidInput(
            f"some utterances of {source!r} name an intent and some do not: freeze them apart"
        )
    cluster = cluster or cluster_of
    items = tuple(
        NewItem(locale, key, cluster(source, external), clip)
        for key, locale, external, _ in rows
        for clip in (recorded[key] if by_voice else [None])
    )
    return Selection(items, content.hexdigest())


def freeze(db: Db, name: str, selection: Selection) -> tuple[Suite, bool]:
    """Returns the frozen suite, and whether it is new; the same again gives the stored one.

    Raises:
        InvalidInput: the name is empty or too long.
        Conflict: a suite of that name is stored with other content.
    """
    if not 1 <= len(name) <= MAX_NAME_LENGTH:
        raise InvalidInput(f"has 1 to {MAX_NAME_LENGTH} characters", field="name")
    try:
        stored = find_suite(db, name)
    except NotFound:
        recorded = record_suite(db, name, selection.content_hash, selection.items)
        if recorded is not None:
            return recorded, True
        # Somebody else froze one of this name at the same moment.
        stored = find_suite(db, name)
    if stored.content_hash != selection.content_hash:
        raise Conflict(
            f"suite {name!r} is frozen with {stored.n_items} items ({stored.content_hash[:12]});"
            f" these are {len(selection.items)} items ({selection.content_hash[:12]}):"
            " choose another name"
        )
    return stored, False


def cluster_of(source: str, external_id: str) -> int:
    """Returns the cluster that parallel utterances share: 63 bits of a hash of their common id."""
    digest = hashlib.blake2b(f"{source}\n{external_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1
