"""What a session found: how much was said, what was corrected, and how it was judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from vernacular.clips.advice import INAUDIBLE, advise
from vernacular.corpus.locales import Unit, find_locale
from vernacular.errors import NotFound
from vernacular.live.sessions import SessionView, find_session
from vernacular.live.wrong_parts import Part, Understood, find_wrong_parts
from vernacular.store import session_facts
from vernacular.store import sessions as rows
from vernacular.store.clips import list_clips
from vernacular.store.database import Db
from vernacular.store.session_facts import TurnFacts
from vernacular.store.tables.sessions import Correction, TurnStatus

LONGEST_SILENCE = timedelta(minutes=10)
"""A longer one is no talking: she had left and came back."""


@dataclass(frozen=True, slots=True)
class HearingErrors:
    """Errors of what was heard in the corrected spoken turns, summed in the locale's own unit."""

    unit: Unit
    edits: int
    n_units: int
    """Words or characters that were said."""

    @property
    def rate(self) -> float | None:
        """Edits per unit; None where nothing was said."""
        return self.edits / self.n_units if self.n_units else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSummary:
    """What was found in one session."""

    session_id: int
    goal: str | None
    tasks_done: tuple[str, ...]
    """Keys of what was suggested and tried, in the order it was first done."""
    seconds_talked: float
    """From one thing she did to the next, long silences left out."""
    n_turns: int
    n_spoken: int
    n_answered: int
    n_inaudible: int
    """Recordings without an answer in which there was nothing to hear."""
    n_corrected: int
    """Turns that she said were right, or put right; the next four are of these."""
    n_all_right: int
    n_misheard: int
    n_wrong_intent: int
    n_wrong_slots: int
    hearing: HearingErrors
    n_rated: int
    rating_sum: int
    tags: tuple[tuple[str, int], ...]
    """Each issue and how many turns have it, the most frequent first."""

    @property
    def n_typed(self) -> int:
        """Turns that were not spoken."""
        return self.n_turns - self.n_spoken

    @property
    def n_failed(self) -> int:
        """Turns to which no answer came, though there was something to answer."""
        return self.n_turns - self.n_answered - self.n_inaudible

    @property
    def n_put_right(self) -> int:
        """Turns in which she found something wrong."""
        return self.n_corrected - self.n_all_right

    @property
    def mean_rating(self) -> float | None:
        """1 (bad) to 5 (good); None where nothing was rated."""
        return self.rating_sum / self.n_rated if self.n_rated else None


def find_session_of_anybody(db: Db, session_id: int) -> SessionView:
    """Returns a session whosever it is, for those who may see everybody's.

    Raises:
        NotFound: there is none.
    """
    owner = session_facts.find_owner(db, session_id)
    if owner is None:
        raise NotFound(
            f"there is no session {session_id}; 'vernacular session list' shows those there are"
        )
    return find_session(db, session_id, owner)


def summarise(db: Db, session: SessionView) -> SessionSummary:
    """Returns what was found in a session, which may still go on; newest corrections count.

    The caller has found the session as one that its reader may see.
    """
    turns = session_facts.list_turn_facts(db, session.id)
    corrections = rows.newest_corrections(db, session.id)
    judgments = rows.newest_judgments(db, session.id).values()
    wrong = [
        _wrong_parts(turn, corrections[turn.id], session.locale)
        for turn in turns
        if turn.id in corrections
    ]
    n_wrong = Counter(part for parts in wrong for part in parts)
    ratings = [one.rating for one in judgments if one.rating is not None]
    moments = [turn.created_at for turn in turns]
    moments += [one.created_at for one in corrections.values()]
    moments += [one.created_at for one in judgments]
    # What is judged afterwards is no part of a session that had ended by then.
    if session.ended_at is not None:
        moments = [min(moment, session.ended_at) for moment in (*moments, session.ended_at)]
    return SessionSummary(
        session_id=session.id,
        goal=session.goal,
        tasks_done=tuple(session_facts.list_tasks_done(db, session.id)),
        seconds_talked=_seconds_talked(session.started_at, moments),
        n_turns=len(turns),
        n_spoken=sum(turn.is_spoken for turn in turns),
        n_answered=sum(turn.status is TurnStatus.ANSWERED for turn in turns),
        n_inaudible=_count_inaudible(db, session.id, turns),
        n_corrected=len(wrong),
        n_all_right=sum(not parts for parts in wrong),
        n_misheard=n_wrong["hearing"],
        n_wrong_intent=n_wrong["intent"],
        n_wrong_slots=n_wrong["slots"],
        hearing=_hearing_errors(corrections.values(), session.locale),
        n_rated=len(ratings),
        rating_sum=sum(ratings),
        tags=tuple(Counter(tag for one in judgments for tag in one.tags).most_common()),
    )


def _count_inaudible(db: Db, session_id: int, turns: Sequence[TurnFacts]) -> int:
    unanswered = {turn.id for turn in turns if turn.status is not TurnStatus.ANSWERED}
    if not any(turn.is_spoken for turn in turns if turn.id in unanswered):
        return 0
    # Whole turns are read only here: few sessions get so far.
    named = [turn.clip for turn in rows.list_turns(db, session_id, None) if turn.id in unanswered]
    clips = list_clips(db, {clip for clip in named if clip is not None})
    inaudible = {name for name, clip in clips.items() if not INAUDIBLE.isdisjoint(advise(clip))}
    return sum(clip in inaudible for clip in named)


def _wrong_parts(turn: TurnFacts, correction: Correction, locale: str) -> tuple[Part, ...]:
    is_answered = turn.status is TurnStatus.ANSWERED
    return find_wrong_parts(
        locale,
        Understood(turn.text, turn.intent, turn.slots) if is_answered else None,
        Understood(correction.text, correction.intent, correction.slots),
        is_spoken=turn.is_spoken,
    )


def _hearing_errors(corrections: Iterable[Correction], locale: str) -> HearingErrors:
    unit, edits, n_units = find_locale(locale).unit, 0, 0
    for one in corrections:
        # Those of typed turns are None: nothing was heard.
        edits += (one.word_edits if unit == "word" else one.char_edits) or 0
        n_units += (one.n_words if unit == "word" else one.n_chars) or 0
    return HearingErrors(unit, edits, n_units)


def _seconds_talked(started_at: datetime, moments: Sequence[datetime]) -> float:
    gaps = (later - earlier for earlier, later in pairwise(sorted([started_at, *moments])))
    talked = sum((gap for gap in gaps if gap <= LONGEST_SILENCE), timedelta())
    return talked.total_seconds()
