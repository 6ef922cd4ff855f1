"""Judgments: how good the assistant's turn was, and what was wrong with it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime

from vernacular.corpus.typed_input import check_typed_text
from vernacular.errors import InvalidInput, NotFound
from vernacular.store import sessions as rows
from vernacular.store.database import Db
from vernacular.store.tables.sessions import TurnJudgment

MIN_RATING, MAX_RATING = 1, 5

ISSUE_TAGS = (
    "wrong_intent",
    "wrong_slots",
    "wrong_language",
    "unnatural_wording",
    "wrong_formality",
    "unfit_for_culture",
    "offensive",
    "unhelpful_reply",
    "too_slow",
    "other",
)
"""What can be wrong with a turn, in the order pages show it: understanding first, then the reply,
which only somebody of the culture can judge."""


@dataclass(frozen=True, slots=True)
class ReplyJudgment:
    """What somebody of the culture says of a reply; None where she was not asked or did not say."""

    is_appropriate: bool | None = None
    """It fits how one does things at home."""
    has_right_formality: bool | None = None
    would_offend: bool | None = None
    is_understandable: bool | None = None
    """Of the spoken reply."""


NOTHING_SAID = ReplyJudgment()


@dataclass(frozen=True, slots=True)
class JudgmentView:
    """One judgment of a turn."""

    id: int
    turn_id: int
    rating: int | None
    """1 (bad) to 5 (good); None where only tags or a note were given."""
    tags: tuple[str, ...]
    note: str
    reply: ReplyJudgment
    created_at: datetime


def record_judgment(
    db: Db,
    turn_id: int,
    person_id: int,
    rating: int | None,
    tags: Collection[str],
    note: str = "",
    reply: ReplyJudgment = NOTHING_SAID,
) -> JudgmentView:
    """Stores a judgment of the person's own turn; the newest one counts.

    Earlier ones are kept. The same judgment sent again is the one stored already; an empty one
    takes the one before it back.

    Raises:
        NotFound: the person has no such turn.
        InvalidInput: the rating is not 1 to 5, a tag is unknown, the note is too long, speech is
            judged that was never spoken, or all is empty and there is nothing to take back.
    """
    if rating is not None and not MIN_RATING <= rating <= MAX_RATING:
        raise InvalidInput(
            f"is {MIN_RATING} (bad) to {MAX_RATING} (good), got {rating}", field="rating"
        )
    unknown = sorted(set(tags) - set(ISSUE_TAGS))
    if unknown:
        raise InvalidInput(
            f"there is no tag {unknown[0]!r:.80}; use any of {', '.join(ISSUE_TAGS)}", field="tags"
        )
    check_typed_text(note, "note", is_optional=True)
    found = rows.lock_turn_of(db, turn_id, person_id)
    if found is None:
        raise NotFound(f"you have no turn {turn_id}")
    turn, _ = found
    if reply.is_understandable is not None and turn.speech is None:
        raise InvalidInput("nothing was spoken in reply to this turn", field="is_understandable")
    chosen = [tag for tag in ISSUE_TAGS if tag in tags]
    newest = rows.newest_judgments(db, turn.session_id, turn.number).get(turn.id)
    is_empty = rating is None and not chosen and not note.strip() and reply == NOTHING_SAID
    if newest is None and is_empty:
        raise InvalidInput("give a rating, a tag or a note", field="rating")
    if newest is not None:
        view = view_judgment(newest)
        if (view.rating, view.tags, view.note, view.reply) == (rating, tuple(chosen), note, reply):
            return view
    judgment = TurnJudgment(
        turn_id=turn.id, person_id=person_id, rating=rating, tags=chosen, note=note, **asdict(reply)
    )
    rows.insert_judgment(db, judgment)
    return view_judgment(judgment)


def view_judgment(judgment: TurnJudgment) -> JudgmentView:
    """Returns the plain values of a stored judgment."""
    return JudgmentView(
        id=judgment.id,
        turn_id=judgment.turn_id,
        rating=judgment.rating,
        tags=tuple(judgment.tags),
        note=judgment.note,
        reply=ReplyJudgment(
            is_appropriate=judgment.is_appropriate,
            has_right_formality=judgment.has_right_formality,
            would_offend=judgment.would_offend,
            is_understandable=judgment.is_understandable,
        ),
        created_at=judgment.created_at,
    )
