"""Votes: which of two answers a person prefers before she knows whose they are."""

from __future__ import annotations

from vernacular.errors import Conflict, NotFound
from vernacular.live.blind.sessions import find_row
from vernacular.live.blind.turn_view import BlindTurnView, view_turn
from vernacular.store import blind as rows
from vernacular.store.database import Db
from vernacular.store.tables import Preference
from vernacular.store.tables.blind import Choice
from vernacular.store.tables.sessions import TurnStatus


def record_preference(db: Db, turn_id: int, person_id: int, choice: Choice) -> BlindTurnView:
    """Stores the person's vote on one of her turns and returns it with the names.

    The same vote again is the one that is stored.

    Raises:
        NotFound: the person has no such turn.
        Conflict: not both releases have answered it, or she has voted otherwise, which stays
            because she has seen the names since.
    """
    found = rows.lock_turn_of(db, turn_id, person_id)
    if found is None:
        raise NotFound(f"you have no blind turn {turn_id}")
    turn, _ = found
    if turn.status is not TurnStatus.ANSWERED:
        raise Conflict(
            f"not both releases have answered turn {turn.number}: ask again before you vote"
        )
    _, release, rival, _ = find_row(db, turn.session_id, person_id)
    voted = rows.list_choices(db, turn.session_id, turn.number).get(turn.id)
    if voted is None:
        rows.insert_preference(db, Preference(turn_id=turn.id, person_id=person_id, choice=choice))
    elif voted is not choice:
        raise Conflict(
            f"you voted {voted.value!r} on turn {turn.number} and have seen the names since: the"
            " first vote stays"
        )
    return view_turn(turn, release, rival, choice)
