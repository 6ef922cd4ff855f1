"""Turns of a blind session: one request, and what two releases made of it without their names.

As in a live session, the turn is stored before anybody is asked and each answer afterwards. Which
release stands on which side is drawn anew for every turn and stays in the store until the vote.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from vernacular.assistants.contract import Answer, Dialogue
from vernacular.clips.contract import Clips
from vernacular.corpus.typed_input import check_key
from vernacular.errors import Conflict, NotFound
from vernacular.live.asking import Assistants, dialogue_of, put, speech_of
from vernacular.live.blind import answers
from vernacular.live.blind.betrayal import find_betrayal, names_of_stages
from vernacular.live.blind.sessions import find_row
from vernacular.live.blind.turn_view import BlindTurnView, said_in, view_alone, view_turn
from vernacular.live.said import Said, check_said
from vernacular.live.sessions import SessionEnded
from vernacular.store import blind as rows
from vernacular.store.database import Db, Store
from vernacular.store.tables import BlindTurn, Release
from vernacular.store.tables.sessions import TurnStatus

_log = logging.getLogger("vernacular.live")


@dataclass(frozen=True, slots=True)
class _Asked:
    """One release that has yet to answer a turn."""

    release: str
    is_a: bool
    dialogue: Dialogue | None


def ask(
    store: Store,
    clips: Clips,
    assistants: Assistants,
    session_id: int,
    person_id: int,
    client_key: str,
    said: Said,
) -> BlindTurnView:
    """Puts one request to both releases of the session and returns the turn.

    The same ``client_key`` is the same turn: one that both answered is returned as it is; of one
    that failed or was cut off, whoever has not answered is asked again.

    Args:
        store: where the turn is kept.
        clips: where what was spoken is kept, and what is spoken in return.
        assistants: where both releases answer.
        session_id: the person's own, and open.
        person_id: who asks.
        client_key: made anew for each turn by whoever takes it in.
        said: what she typed or spoke.

    Raises:
        NotFound: the person has no such session.
        InvalidInput: what was said or the key does not fit; nothing was stored.
        SessionEnded: the session has ended; nothing was stored.
        Conflict: the key was used for something else.
    """
    with store.writing() as db:
        session, release, rival, _ = find_row(db, session_id, person_id)
        turn = _record_turn(db, session_id, client_key, said)
        if turn.status is TurnStatus.ANSWERED:
            return view_alone(db, turn, release, rival)
        missing = _missing_sides(db, turn, release, rival)
    given = _ask_sides(clips, assistants, said, session.locale, missing)
    kept = {
        is_a: answers.keep(answer, speech_of(store, clips, answer))
        for is_a, answer in given.items()
        if answer.error is None
    }
    errors = {is_a: answer.error for is_a, answer in given.items() if answer.error is not None}
    with store.writing() as db:
        return _record_answers(db, turn.id, person_id, kept, errors)


def list_turns(
    db: Db, session_id: int, person_id: int, last: int | None = None
) -> list[BlindTurnView]:
    """Returns the turns of one of the person's sessions in order, or only the ``last`` ones.

    Raises:
        NotFound: the person has no such session.
    """
    _, release, rival, _ = find_row(db, session_id, person_id)
    turns = rows.list_turns(db, session_id, last)
    choices = rows.list_choices(db, session_id, turns[0].number) if turns else {}
    return [view_turn(turn, release, rival, choices.get(turn.id)) for turn in turns]


def _record_turn(db: Db, session_id: int, client_key: str, said: Said) -> BlindTurn:
    """Stores a request as asked, or returns the turn already stored under the key."""
    check_said(db, said)
    check_key(client_key, "client_key")
    session = rows.lock_session(db, session_id)
    assert session is not None
    stored = rows.find_turn_by_key(db, session_id, client_key)
    if stored is not None:
        if said_in(stored) != said:
            raise Conflict(
                f"turn {stored.number} was sent under the same key with something else,"
                f" {stored.clip or stored.text!r:.80}: send this one under a new key"
            )
        return stored
    if session.ended_at is not None:
        raise SessionEnded(f"session {session_id} ended at {session.ended_at:%Y-%m-%d %H:%M} UTC")
    turn = BlindTurn(
        session_id=session_id,
        client_key=client_key,
        text=said.text,
        clip=said.clip,
        rival_is_a=bool(secrets.randbits(1)),
    )
    rows.insert_turn(db, turn)
    return turn


def _missing_sides(db: Db, turn: BlindTurn, release: Release, rival: Release) -> list[_Asked]:
    before = rows.find_answered_before(db, turn.session_id, turn.number)
    missing = []
    for one, is_rival in ((release, False), (rival, True)):
        is_a = turn.rival_is_a is is_rival
        if (turn.answer_a if is_a else turn.answer_b) is None:
            missing.append(_Asked(one.name, is_a, _dialogue(before, is_rival)))
    return missing


def _dialogue(before: BlindTurn | None, is_rival: bool) -> Dialogue | None:
    """Returns what this release, and never the other, established in an earlier turn."""
    if before is None:
        return None
    kept = before.answer_a if before.rival_is_a is is_rival else before.answer_b
    assert kept is not None
    return dialogue_of(kept["dialogue"])


def _ask_sides(
    clips: Clips, assistants: Assistants, said: Said, locale: str, missing: list[_Asked]
) -> dict[bool, Answer]:
    """Returns the answer of each side (True is A); both are asked at once, nobody waits twice."""

    def ask_one(asked: _Asked) -> Answer:
        return put(assistants, asked.release, clips, said, locale, asked.dialogue)

    with ThreadPoolExecutor(len(missing)) as pool:
        given = list(pool.map(ask_one, missing))
    return {asked.is_a: answer for asked, answer in zip(missing, given, strict=True)}


def _record_answers(
    db: Db,
    turn_id: int,
    person_id: int,
    kept: Mapping[bool, answers.Kept],
    errors: Mapping[bool, str],
) -> BlindTurnView:
    """Stores what came of asking; the first answer of each side stays, because it was seen."""
    found = rows.lock_turn_of(db, turn_id, person_id)
    if found is None:
        raise NotFound(f"you have no blind turn {turn_id}")
    turn, _ = found
    _, release, rival, _ = find_row(db, turn.session_id, person_id)
    if turn.status is not TurnStatus.ANSWERED:
        turn.answer_a = turn.answer_a or kept.get(True)
        turn.answer_b = turn.answer_b or kept.get(False)
        if turn.answer_a is not None and turn.answer_b is not None:
            turn.status, turn.error = TurnStatus.ANSWERED, None
            turn.betrayed = _betrayal(turn, release, rival)
        else:
            # Never shown: what a host says of its releases names them.
            said = [f"{'A' if is_a else 'B'}: {errors[is_a]}" for is_a in sorted(errors)[::-1]]
            turn.status, turn.error = TurnStatus.FAILED, "; ".join(said)
            _log.warning("blind turn %d was not answered: %s", turn.id, turn.error)
        db.flush()
    return view_alone(db, turn, release, rival)


def _betrayal(turn: BlindTurn, release: Release, rival: Release) -> str | None:
    """Returns what in the answers tells whose they are, as a sentence; None where nothing does."""
    assert turn.answer_a is not None and turn.answer_b is not None
    sides = (("A", turn.answer_a), ("B", turn.answer_b))
    at_a, at_b = (rival, release) if turn.rival_is_a else (release, rival)
    names = [
        {one.name, one.assistant, *names_of_stages(answers.versions_of(kept))}
        for one, (_, kept) in zip((at_a, at_b), sides, strict=True)
    ]
    for side, kept in sides:
        name = find_betrayal((kept["reply"], kept["transcript"]), *names)
        if name is not None:
            return f"answer {side} names {name}"
    return None
