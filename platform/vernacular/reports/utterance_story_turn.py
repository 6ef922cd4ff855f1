"""The live turn an utterance comes from, and which of it is for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from vernacular.corpus.utterance import Slot
from vernacular.live.judgments import ReplyJudgment, view_judgment
from vernacular.reports.utterance_story_answers import (
    ReleaseAnswer,
    answer_of_replay,
    answer_of_turn,
    without_reasons,
)
from vernacular.reports.utterance_story_clip import SpokenClip, find_spoken_clip
from vernacular.store.database import Db
from vernacular.store.tables import Correction, TurnJudgment
from vernacular.store.turn_history import TurnHistory
from vernacular.store.utterance_history import AskedItem, Revision


@dataclass(frozen=True, slots=True)
class TurnCorrection:
    """What somebody said should have been heard and understood."""

    text: str
    """What was really said; slots are spans of it."""
    intent: str
    slots: tuple[Slot, ...]
    author: str | None
    """The person's name; None where the reader is not to see it."""
    created_at: datetime
    word_edits: int | None
    """Words that were misheard, with the next one; None of a typed turn."""
    n_words: int | None
    char_edits: int | None
    n_chars: int | None


@dataclass(frozen=True, slots=True)
class TurnVerdict:
    """How good somebody found the turn."""

    rating: int | None
    """1 (bad) to 5 (good)."""
    tags: tuple[str, ...]
    note: str | None
    """None where the reader is not to see it."""
    reply: ReplyJudgment
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnStory:
    """A turn as it was held, what its tester says of it, and what other releases make of it."""

    turn_id: int
    session_id: int
    number: int
    """1 for the first turn of its session."""
    tester_id: int | None
    """With the name: who held it; None where the reader is not to know."""
    tester: str | None
    goal: str | None
    """Key of what she set out to do; None for free talk."""
    task: str | None
    """Key of the thing to try that was suggested; None where nothing was."""
    clip: SpokenClip | None
    """What she said; None where she typed."""
    speech: SpokenClip | None
    """The reply as it was spoken."""
    answer: ReleaseAnswer
    """What the live release heard, understood and replied."""
    judgments: tuple[TurnVerdict, ...]
    """Oldest first; the last one counts."""
    corrections: tuple[TurnCorrection, ...]
    """Oldest first; the last one counts."""
    replays: tuple[ReleaseAnswer, ...]
    """Newest first, without those that have a result of their own."""


def turn_story(
    db: Db, asked: AskedItem, revision: Revision, history: TurnHistory, runs: Sequence[int]
) -> TurnStory:
    """Returns the turn that the item of a suite comes from.

    Args:
        db: an open transaction.
        asked: the item.
        revision: what it expects.
        history: what is stored of the turn.
        runs: those that are told of as runs already.
    """
    turn, session = history.turn, history.session
    return TurnStory(
        turn_id=turn.id,
        session_id=session.id,
        number=turn.number,
        tester_id=session.person_id,
        tester=history.tester,
        goal=session.goal,
        task=turn.task,
        clip=None if turn.clip is None else find_spoken_clip(db, turn.clip),
        speech=None if turn.speech is None else find_spoken_clip(db, turn.speech),
        answer=answer_of_turn(asked, revision, history),
        judgments=tuple(_verdict(one) for one in history.judgments),
        corrections=tuple(_correction(*one) for one in history.corrections),
        replays=tuple(
            answer_of_replay(asked, revision, history, one)
            for one in history.replays
            if one.run.id not in runs
        ),
    )


def withhold(turn: TurnStory, reader_id: int) -> TurnStory:
    """Returns what a tester may read of a turn: of somebody else's neither a name nor a note, and
    of nobody's why it failed."""
    answer = without_reasons(turn.answer)
    replays = tuple(map(without_reasons, turn.replays))
    if turn.tester_id == reader_id:
        return replace(turn, answer=answer, replays=replays)
    return replace(
        turn,
        tester_id=None,
        tester=None,
        answer=answer,
        replays=replays,
        judgments=tuple(replace(one, note=None) for one in turn.judgments),
        corrections=tuple(replace(one, author=None) for one in turn.corrections),
    )


def _verdict(stored: TurnJudgment) -> TurnVerdict:
    view = view_judgment(stored)
    return TurnVerdict(view.rating, view.tags, view.note, view.reply, view.created_at)


def _correction(stored: Correction, author: str) -> TurnCorrection:
    return TurnCorrection(
        text=stored.text,
        intent=stored.intent,
        slots=stored.slots,
        author=author,
        created_at=stored.created_at,
        word_edits=stored.word_edits,
        n_words=stored.n_words,
        char_edits=stored.char_edits,
        n_chars=stored.n_chars,
    )
