"""Freezes what people corrected in their sessions into suites, as text or as it was spoken."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import count

from vernacular.errors import InvalidInput, NotFound
from vernacular.evaluation.session_days import check_days
from vernacular.evaluation.suites import Selection, cluster_of, freeze, select_utterances
from vernacular.live.sessions import find_session
from vernacular.store.database import Db
from vernacular.store.live_turns import LiveTurn, list_live_turns
from vernacular.store.references import LIVE, external_id_of
from vernacular.store.releases import find_release
from vernacular.store.sessions import lock_session
from vernacular.store.suites import list_suites
from vernacular.store.tables import Suite


def select_corrected(
    db: Db,
    *,
    locales: Collection[str] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    release: str | None = None,
    per_locale: int | None = None,
    by_voice: bool = False,
) -> Selection:
    """Returns the turns that were corrected in any session that fits, as their corrections say.

    Args:
        db: the store.
        locales: only these.
        since: only sessions that began then or later.
        until: only sessions that began before then.
        release: only sessions with this one.
        per_locale: only the first so many of each locale.
        by_voice: the recordings of turns that were spoken; else the texts of all turns, also of
            those that were spoken.

    Raises:
        NotFound: there is no such release.
        InvalidInput: ``since`` is not before ``until``; no corrected turn fits, or none in one of
            the locales.
    """
    check_days(since, until)
    if release is not None:
        find_release(db, release)
    turns = list_live_turns(db, locales=locales, since=since, until=until, release=release)
    return select_turns(db, turns, locales=locales, per_locale=per_locale, by_voice=by_voice)


def select_turns(
    db: Db,
    turns: Sequence[LiveTurn],
    *,
    locales: Collection[str] | None = None,
    per_locale: int | None = None,
    by_voice: bool = False,
) -> Selection:
    """Returns those of some turns that are corrected; errors go together by who spoke.

    Raises:
        InvalidInput: none is, or with ``by_voice`` none that was spoken.
    """
    speakers = {
        external_id_of(turn.id): _speaker(turn)
        for turn in turns
        if turn.is_corrected and (turn.clip is not None or not by_voice)
    }
    if not speakers:
        what = "spoken turn" if by_voice else "turn"
        raise InvalidInput(
            f"no {what} that was corrected fits ({len(turns):,} looked at): correct some on the"
            " page of live sessions (vernacular serve ui)",
            field="turns",
        )
    return select_utterances(
        db,
        source=LIVE,
        locales=locales,
        per_locale=per_locale,
        by_voice=by_voice,
        names=speakers,
        cluster=lambda _source, name: speakers[name],
    )


def _speaker(turn: LiveTurn) -> int:
    """Returns the cluster of everything that one person says, without telling who it is."""
    return cluster_of(LIVE, f"person-{turn.person_id}")


def freeze_session(
    db: Db, session_id: int, person_id: int, name: str | None = None, *, by_voice: bool = False
) -> tuple[Suite, bool]:
    """Returns a suite of what was corrected in one session, and whether it is new.

    The same again is the same suite. What was corrected since makes another, of the next name.

    Args:
        db: the open transaction.
        session_id: one of the person's own.
        person_id: who freezes.
        name: the suite's; ``session-12-text`` or ``session-12-voice``, with a number behind it
            where that is taken, unless told.
        by_voice: the recordings of the turns that were spoken; else the texts of all.

    Raises:
        NotFound: the person has no such session.
        InvalidInput: nothing is corrected there, or the name does not fit.
        Conflict: a suite of the given name holds something else.
    """
    find_session(db, session_id, person_id)
    # Two clicks at once must not both find the name free.
    if lock_session(db, session_id) is None:
        raise NotFound(f"you have no session {session_id}")
    turns = list_live_turns(db, session_id=session_id)
    selection = select_turns(db, turns, by_voice=by_voice)
    if name is None:
        name = _find_name(db, f"session-{session_id}-{'voice' if by_voice else 'text'}", selection)
    return freeze(db, name, selection)


def _find_name(db: Db, stem: str, selection: Selection) -> str:
    """Returns the first name of the stem that is free or holds the very same."""
    stored = {one.name: one.content_hash for one in list_suites(db)}
    names = (stem if n == 1 else f"{stem}-{n}" for n in count(1))
    same = selection.content_hash
    return next(name for name in names if stored.get(name, same) == same)
