"""Live sessions: a person talks with one release in one locale."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from vernacular.corpus.typed_input import check_locale, check_name
from vernacular.errors import Conflict, NotFound
from vernacular.store import sessions as rows
from vernacular.store.database import Db
from vernacular.store.people import find_accent, find_dialect
from vernacular.store.releases import find_release
from vernacular.store.tables import LiveSession
from vernacular.store.tables.base import utc_now


class SessionEnded(Conflict):
    """A session takes nothing new any more; what was to be said in it fits a new one."""


@dataclass(frozen=True, slots=True)
class SessionView:
    """A session as pages show it."""

    id: int
    person_id: int
    release_name: str
    locale: str
    goal: str | None
    """Key of what the person set out to do; None for free talk."""
    started_at: datetime
    paused_at: datetime | None
    """When she left it to come back; None while it goes on."""
    ended_at: datetime | None
    n_turns: int


def start_session(
    db: Db, person_id: int, release_name: str, locale: str, goal: str | None = None
) -> SessionView:
    """Opens a session with a release and returns it.

    Raises:
        NotFound: there is no such release.
        InvalidInput: ``locale`` is no language tag, or ``goal`` no key.
    """
    tag = check_locale(locale)
    if goal is not None:
        check_name(goal, "goal")
    release = find_release(db, release_name)
    session = LiveSession(
        person_id=person_id,
        release_id=release.id,
        locale=tag,
        dialect=find_dialect(db, person_id, tag),
        accent=find_accent(db, person_id, tag),
        goal=goal,
    )
    rows.insert_session(db, session)
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


def pause_session(db: Db, session_id: int, person_id: int) -> SessionView:
    """Puts a session aside until its person says the next thing, or resumes it.

    Raises:
        NotFound: there is none with this id, or it is somebody else's.
        SessionEnded: it has ended.
    """
    row = _find_row(db, session_id, person_id)
    if row[0].ended_at is not None:
        raise SessionEnded(f"session {session_id} has ended: there is nothing to pause")
    row[0].paused_at = row[0].paused_at or utc_now()
    return _view(row)


def resume_session(db: Db, session_id: int, person_id: int) -> SessionView:
    """Goes on with a session that was paused; one that was not stays as it is.

    Raises:
        NotFound: there is none with this id, or it is somebody else's.
    """
    row = _find_row(db, session_id, person_id)
    row[0].paused_at = None
    return _view(row)


def end_session(db: Db, session_id: int, person_id: int) -> SessionView:
    """Closes a session: no more turns, corrections still. Closing it again changes nothing.

    Raises:
        NotFound: there is none with this id, or it is somebody else's.
    """
    row = _find_row(db, session_id, person_id)
    row[0].ended_at = row[0].ended_at or utc_now()
    return _view(row)


def reopen_session(db: Db, session_id: int, person_id: int) -> SessionView:
    """Goes on with a session that was ended by mistake, as long as it is the person's newest one.

    Raises:
        NotFound: there is none with this id, or it is somebody else's.
        Conflict: she has begun another one since.
    """
    row = _find_row(db, session_id, person_id)
    newest = rows.list_sessions(db, person_id, limit=1)[0][0]
    if newest.id != row[0].id:
        raise Conflict(
            f"session {session_id} stays as it ended, because session {newest.id} was begun since: "
            "go on in that one"
        )
    row[0].ended_at = row[0].paused_at = None
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
        goal=session.goal,
        started_at=session.started_at,
        paused_at=session.paused_at,
        ended_at=session.ended_at,
        n_turns=n_turns,
    )
