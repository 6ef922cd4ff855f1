"""Corrections: what should have been understood in a turn, said by the person who asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from vernacular.corpus.typed_input import check_name, check_typed_slots
from vernacular.corpus.utterance import Slot
from vernacular.errors import NotFound
from vernacular.store import sessions as rows
from vernacular.store.database import Db
from vernacular.store.tables.sessions import Correction


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """The intent and slots that were right; spans count code points of the turn's text."""

    id: int
    turn_id: int
    intent: str
    slots: tuple[Slot, ...]
    created_at: datetime


def record_correction(
    db: Db, turn_id: int, person_id: int, intent: str, slots: Sequence[Slot]
) -> CorrectionView:
    """Stores what the turn should have been understood as; the newest correction counts.

    Earlier ones are kept. The same correction sent again is the one stored already.

    Raises:
        NotFound: the person has no such turn.
        InvalidInput: the intent is no name, or the slots do not fit the turn's text: outside it,
            out of order, overlapping, or cutting a grapheme cluster.
    """
    check_name(intent, "intent")
    turn = rows.lock_turn_of(db, turn_id, person_id)
    if turn is None:
        raise NotFound(f"you have no turn {turn_id}")
    checked = check_typed_slots(turn.text, slots)
    newest = rows.newest_corrections(db, turn.session_id, turn.number).get(turn.id)
    if newest is not None and (newest.intent, newest.slots) == (intent, checked):
        return view_correction(newest)
    correction = Correction(turn_id=turn.id, person_id=person_id, intent=intent, slots=checked)
    rows.insert_correction(db, correction)
    return view_correction(correction)


def view_correction(correction: Correction) -> CorrectionView:
    """Returns the plain values of a stored correction."""
    return CorrectionView(
        id=correction.id,
        turn_id=correction.turn_id,
        intent=correction.intent,
        slots=correction.slots,
        created_at=correction.created_at,
    )
