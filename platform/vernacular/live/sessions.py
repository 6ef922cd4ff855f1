"""Live sessions: a person talks with one release in one locale."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from vernacular.corpus.typed_input import check_locale
from vernacular.errors import NotFound
from vernacular.store import sessions as rows
from vernacular.store.database import Db
from vernacular.store.releases import find_release
from vernacular.store.tables.base import utc_now


@dataclass(frozen=True, slots=True)
class SessionView:
    """A session as pages show it."""

    id: int
    person_id: int
    release_name: str
    locale: str
    started_at: datetime
    ended_at: datetime | None
    n_turns: int


def start_session(db: Db, person_id: int, release_name: str, locale: str) -> SessionView:
    """Opens a session with a release and returns it.

    Raises:
        NotFound: there is no such release.
        InvalidInput: ``locale`` is no language tag.
    """
    tag = check_locale(locale)
    release = find_release(db, release_name)
    session = rows.insert_session(db, person_id, release.id, tag)
    return _view((session, release.name, 0))


def find_session(db: Db, session_id: int, person_id: int) -> SessionView:
    """Returns one of the person's own sessions.

    Raises:
        NotFound: there is none with this id, or it is somebody else's.
    """
    return _view(_find_row(db, session_id, person_id))


def list_sessions(db: Db, person_id: int, limit: int = 20) -> list[SessionView]:
    """Returns the person's sessions, newest first."""
    return [_view(row) for row in rows.list_sessions(db, person_id, limit)]


def end_session(db: Db, session_id: int, person_id: int) -> SessionView:
    """Closes a session: no more turns, corrections still. Closing it again changes nothing.

    Raises:
        NotFound: there is none with this id, or it is somebody else's.
    """
    row = _find_row(db, session_id, person_id)
    row[0].ended_at = row[0].ended_at or utc_now()
    return _view(row)


def _find_row(db: Db, session_id: int, person_id: int) -> rows.SessionRow:
    row = rows.find_session(db, session_id, person_id)
    if row is None:
        # Whether it exists for somebody else is nobody's business.
        raise NotFound(f"you have no session {session_id}")
    return row


def _view(row: rows.SessionRow) -> SessionView:
    session, release_name, n_turns = row
    return SessionView(
        id=session.id,
        person_id=session.person_id,
        release_name=release_name,
        locale=session.locale,
        started_at=session.started_at,
        ended_at=session.ended_at,
        n_turns=n_turns,
    )
