"""Queries on releases."""

from __future__ import annotations

from sqlalchemy import select

from vernacular.errors import NotFound
from vernacular.store.database import Db
from vernacular.store.tables import Release, Run
from vernacular.store.tables.base import utc_now


def find_release(db: Db, name: str) -> Release:
    """Returns the release called ``name``.

    Raises:
        NotFound: there is none; the message lists those there are.
    """
    release = db.scalar(select(Release).where(Release.name == name))
    if release is None:
        names = ", ".join(one.name for one in list_releases(db)) or "none yet"
        raise NotFound(f"there is no release {name!r}; releases: {names}")
    return release


def find_release_of(db: Db, run: Run) -> Release:
    """Returns the release of a run."""
    return db.get_one(Release, run.release_id)


def list_releases(db: Db) -> list[Release]:
    """Returns all releases, newest first."""
    return list(db.scalars(select(Release).order_by(Release.id.desc())))


def find_accepted(db: Db, assistant: str) -> Release | None:
    """Returns the baseline of an assistant: its release that was accepted last."""
    query = select(Release).where(Release.assistant == assistant, Release.accepted_at.is_not(None))
    return db.scalar(query.order_by(Release.accepted_at.desc(), Release.id.desc()).limit(1))


def accept_release(db: Db, name: str) -> Release:
    """Makes the release the baseline of its assistant."""
    release = find_release(db, name)
    release.accepted_at = utc_now()
    return release
