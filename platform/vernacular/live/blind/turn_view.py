"""What a page sees of a blind turn: no names before the vote."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from vernacular.live.blind.answers import SideView, view_side
from vernacular.live.said import Said
from vernacular.store import blind as rows
from vernacular.store.database import Db
from vernacular.store.tables import BlindTurn, Release
from vernacular.store.tables.blind import Choice
from vernacular.store.tables.sessions import TurnStatus


@dataclass(frozen=True, slots=True)
class BlindTurnView:
    """Everything a page shows of one turn; names are in it only once the person has voted."""

    id: int
    session_id: int
    number: int
    """1 for the first turn of its session."""
    client_key: str
    """Asking again under it retries this turn instead of making another."""
    said: Said
    status: TurnStatus
    """Answered once both releases did; failed if either did not."""
    a: SideView | None
    """None where this side has not answered."""
    b: SideView | None
    is_hushed: bool
    """Whether only one of the two spoke. It would be known by that, so that its speech is left out
    until the person has voted."""
    is_alike: bool
    """Whether both understood and replied in the same words."""
    is_counted: bool
    """False where an answer told which release gave it: such a vote is kept and never counted."""
    choice: Choice | None
    """What the person voted; it stays."""
    releases: tuple[str, str] | None
    """Who stood on side A and on side B; None before the vote."""
    betrayed: str | None
    """What gave the names away; None before the vote, and where nothing did."""
    created_at: datetime


def said_in(turn: BlindTurn) -> Said:
    """Returns what the person said."""
    return Said(turn.text) if turn.clip is None else Said(clip=turn.clip)


def view_alone(db: Db, turn: BlindTurn, release: Release, rival: Release) -> BlindTurnView:
    """Returns the view of a stored turn of a session between these two."""
    choices = rows.list_choices(db, turn.session_id, turn.number)
    return view_turn(turn, release, rival, choices.get(turn.id))


def view_turn(
    turn: BlindTurn, release: Release, rival: Release, choice: Choice | None
) -> BlindTurnView:
    """Returns the same where the vote is known; None is none yet."""
    a, b = (None if kept is None else view_side(kept) for kept in (turn.answer_a, turn.answer_b))
    n_spoken = sum(side is not None and side.speech is not None for side in (a, b))
    if choice is None and n_spoken == 1:
        a, b = (one and replace(one, speech=None) for one in (a, b))
    names = (rival.name, release.name) if turn.rival_is_a else (release.name, rival.name)
    return BlindTurnView(
        id=turn.id,
        session_id=turn.session_id,
        number=turn.number,
        client_key=turn.client_key,
        said=said_in(turn),
        status=turn.status,
        a=a,
        b=b,
        is_hushed=n_spoken == 1 and turn.status is TurnStatus.ANSWERED,
        is_alike=a is not None and b is not None and a.says_the_same(b),
        is_counted=turn.betrayed is None,
        choice=choice,
        releases=None if choice is None else names,
        betrayed=None if choice is None else turn.betrayed,
        created_at=turn.created_at,
    )
