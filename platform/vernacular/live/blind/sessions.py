"""Blind sessions: a person puts the same requests to two releases in one locale."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from vernacular.corpus.typed_input import check_locale
from vernacular.errors import Conflict, InvalidInput, NotFound
from vernacular.store import blind as rows
from vernacular.store.database import Db
from vernacular.store.people import find_dialect
from vernacular.store.releases import find_release
from vernacular.store.tables import BlindSession
from vernacular.store.tables.base import utc_now


@dataclass(frozen=True, slots=True)
class BlindSessionView:
    """A session as pages show it."""

    id: int
    person_id: int
    releases: tuple[str, str]
    """By name, so that their order says nothing of the sides they are shown on."""
    locale: str
    started_at: datetime
    ended_at: datetime | None
    n_turns: int


def start_session(
    db: Db, person_id: int, release_name: str, rival_name: str, locale: str
) -> BlindSessionView:
    """Opens a blind session of two releases and returns it.

    Raises:
        NotFound: there is no such release.
        InvalidInput: it is one release twice, or ``locale`` is no language tag.
    """
    tag = check_locale(locale)
    release, rival = find_release(db, release_name), find_release(db, rival_name)
    if release.id == rival.id:
        raise InvalidInput(
            f"{release.name!r} cannot be compared with itself: choose two releases", field="rival"
        )
    session = BlindSession(
        person_id=person_id,
        release_id=release.id,
        rival_id=rival.id,
        locale=tag,
        dialect=find_dialect(db, person_id, tag),
    )
    rows.insert_session(db, session)
    return _view((session, release, rival, 0))


def find_session(db: Db, session_id: int, person_id: int) -> BlindSessionView:
    """Returns one of the person's own sessions.

    Raises:
        NotFound: there is none with this id, or it is somebody else's.
    """
    return _view(find_row(db, session_id, person_id))


def list_sessions(db: Db, person_id: int, limit: int = 20) -> list[BlindSessionView]:
    """Returns the person's sessions, newest first."""
    return [_view(row) for row in rows.list_sessions(db, person_id, limit)]


def end_session(db: Db, session_id: int, person_id: int) -> BlindSessionView:
    """Closes a session: no more turns, votes still. Closing it again changes nothing.

    Raises:
        NotFound: there is none with this id, or it is somebody else's.
    """
    row = find_row(db, session_id, person_id)
    row[0].ended_at = row[0].ended_at or utc_now()
    return _view(row)


def reopen_session(db: Db, session_id: int, person_id: int) -> BlindSessionView:
    """Goes on with a session that was ended by mistake, as long as it is the person's newest one.

    Raises:
        NotFound: there is none with this id, or it is somebody else's.
        Conflict: she has begun another one since.
    """
    row = find_row(db, session_id, person_id)
    newest = rows.list_sessions(db, person_id, limit=1)[0][0]
    if newest.id != row[0].id:
        raise Conflict(
            f"blind session {session_id} stays as it ended, because {newest.id} was begun since: "
            "go on in that one"
        )
    row[0].ended_at = None
    return _view(row)


def find_row(db: Db, session_id: int, person_id: int) -> rows.BlindSessionRow:
    """Returns one of the person's own sessions with its releases, which no page may see.

    Raises:
        NotFound: there is none with this id, or it is somebody else's.
    """
    row = rows.find_session(db, session_id, person_id)
    if row is None:
        # Whether it exists for somebody else is nobody's business.
        raise NotFound(f"you have no blind session {session_id}")
    return row


def _view(row: rows.BlindSessionRow) -> BlindSessionView:
    session, release, rival, n_turns = row
    first, second = sorted((release.name, rival.name))
    return BlindSessionView(
        id=session.id,
        person_id=session.person_id,
        releases=(first, second),
        locale=session.locale,
        started_at=session.started_at,
        ended_at=session.ended_at,
        n_turns=n_turns,
    )
