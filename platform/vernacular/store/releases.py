"""Queries on releases."""

from __future__ import annotations

from sqlalchemy import func, or_, select

from vernacular.errors import NotFound
from vernacular.store.database import Db
from vernacular.store.tables import BlindSession, FeedbackItem, LiveSession, Release, Run
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


def count_uses(db: Db, release: Release) -> dict[str, int]:
    """Returns how much of each kind refers to the release; kinds of which nothing does are left
    out."""
    is_compared = or_(BlindSession.release_id == release.id, BlindSession.rival_id == release.id)
    uses = {
        "run": Run.release_id == release.id,
        "session": LiveSession.release_id == release.id,
        "blind comparison": is_compared,
        "feedback item": FeedbackItem.release == release.name,
    }
    counted = {
        kind: db.scalar(select(func.count()).where(condition)) or 0
        for kind, condition in uses.items()
    }
    return {kind: n for kind, n in counted.items() if n}


def delete_release(db: Db, release: Release) -> None:
    """Deletes a release that nothing refers to."""
    db.delete(release)
    db.flush()
