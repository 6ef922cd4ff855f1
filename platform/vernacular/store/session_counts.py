"""How many live sessions there are, for lists that do not show all of them."""

from __future__ import annotations

from sqlalchemy import func, select

from vernacular.store.database import Db
from vernacular.store.tables import LiveSession, Person, Release


def count_sessions(
    db: Db, *, login: str | None = None, release: str | None = None, locale: str | None = None
) -> int:
    """Returns how many sessions fit, of everybody; see `session_facts.list_session_facts`."""
    query = select(func.count(LiveSession.id))
    if login is not None:
        query = query.join(Person, Person.id == LiveSession.person_id).where(Person.login == login)
    if release is not None:
        query = query.join(Release, Release.id == LiveSession.release_id).where(
            Release.name == release
        )
    if locale is not None:
        query = query.where(LiveSession.locale == locale)
    return db.scalar(query) or 0
