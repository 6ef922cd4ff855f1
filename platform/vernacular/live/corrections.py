"""Corrections: what should have been heard and understood in a turn, said by who asked it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vernacular.corpus.typed_input import check_name, check_typed_slots, check_typed_text
from vernacular.corpus.utterance import Slot
from vernacular.errors import InvalidInput, NotFound
from vernacular.scoring.error_rates import score_transcripts
from vernacular.scoring.normaliser import STRICT, normalise
from vernacular.store import sessions as rows
from vernacular.store.database import Db
from vernacular.store.references import NewReference, record_reference
from vernacular.store.tables.sessions import Correction, Turn, TurnStatus

MAX_DOMAIN_LENGTH = 60
"""What an utterance's domain has room for; an intent may be longer, and name none."""


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """What was said, and the intent and slots that were right; spans count code points of it."""

    id: int
    turn_id: int
    text: str
    """What was really said; of a typed turn its own text."""
    intent: str
    slots: tuple[Slot, ...]
    created_at: datetime


def record_correction(
    db: Db,
    turn_id: int,
    person_id: int,
    intent: str,
    slots: Sequence[Slot],
    text: str | None = None,
) -> CorrectionView:
    """Stores what the turn should have been heard and understood as; the newest correction counts.

    Earlier ones are kept, and the same sent again is the one stored already. It is a reference at
    once: an utterance with a revision by this author, and of a spoken turn its transcript's score.

    Args:
        db: the open transaction.
        turn_id: a turn of one of the person's own sessions.
        person_id: who corrects.
        intent: what was wanted.
        slots: the values, as spans of ``text``, from left to right.
        text: what was said, where it was spoken; None leaves what the last correction says, or else
            what was heard.

    Raises:
        NotFound: the person has no such turn.
        InvalidInput: the intent is no name, the text of a typed turn is to be another, nothing was
            heard and nobody says what was said, there is no word in what was said, or the slots do
            not fit the text: outside it, out of order, overlapping, or cutting a grapheme cluster.
    """
    check_name(intent, "intent")
    found = rows.lock_turn_of(db, turn_id, person_id)
    if found is None:
        raise NotFound(f"you have no turn {turn_id}")
    turn, session = found
    newest = rows.newest_corrections(db, turn.session_id, turn.number).get(turn.id)
    if text is None:
        text = turn.text if newest is None else newest.text
    _check_text(turn, session.locale, text)
    checked = check_typed_slots(text, slots)
    if newest is not None and (newest.text, newest.intent, newest.slots) == (text, intent, checked):
        return view_correction(newest)
    correction = Correction(
        turn_id=turn.id,
        person_id=person_id,
        text=text,
        intent=intent,
        slots=checked,
        **_score_hearing(turn, session.locale, text),
    )
    rows.insert_correction(db, correction)
    domain = intent.partition("_")[0][:MAX_DOMAIN_LENGTH]
    record_reference(db, turn, session, NewReference(text, domain, intent, checked, person_id))
    return view_correction(correction)


def score_again(db: Db, turn: Turn) -> None:
    """Scores what was heard now of a turn that was corrected before anybody had heard it.

    The caller has locked the turn. The correction is repeated with the new counts: it counts from
    now on, and the one before stays as it was.
    """
    newest = rows.newest_corrections(db, turn.session_id, turn.number).get(turn.id)
    session = rows.lock_session(db, turn.session_id)
    if newest is None or session is None or turn.clip is None:
        return
    repeated = Correction(
        turn_id=turn.id,
        person_id=newest.person_id,
        text=newest.text,
        intent=newest.intent,
        slots=newest.slots,
        **_score_hearing(turn, session.locale, newest.text),
    )
    rows.insert_correction(db, repeated)


def view_correction(correction: Correction) -> CorrectionView:
    """Returns the plain values of a stored correction."""
    return CorrectionView(
        id=correction.id,
        turn_id=correction.turn_id,
        text=correction.text,
        intent=correction.intent,
        slots=correction.slots,
        created_at=correction.created_at,
    )


def is_wordless(text: str, locale: str) -> bool:
    """True if scoring finds nothing to be heard in a text: only signs, emoji or white space."""
    return not normalise(text, locale)


def _check_text(turn: Turn, locale: str, text: str) -> None:
    if turn.clip is None and text != turn.text:
        raise InvalidInput("what was typed stays as it is; only speech is misheard", field="text")
    check_typed_text(text)
    if turn.clip is not None and is_wordless(text, locale):
        raise InvalidInput(
            f"there is no word in {text!r:.80}: write what was said, as no signs are heard",
            field="text",
        )


def _score_hearing(turn: Turn, locale: str, text: str) -> dict[str, Any]:
    """Returns the counts of what was heard against what was said; nothing for a typed turn."""
    if turn.clip is None:
        return {}
    heard = turn.text if turn.status is TurnStatus.ANSWERED else None
    scores = score_transcripts(locale, [text], [heard], STRICT)
    return {
        "normaliser": STRICT,
        "n_words": int(scores.n_words[0]),
        "word_edits": int(scores.word_edits[0]),
        "n_chars": int(scores.n_chars[0]),
        "char_edits": int(scores.char_edits[0]),
    }
