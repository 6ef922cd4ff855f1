"""Queries on what a person corrected live, and on what releases made of the same turns since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import defer

from vernacular.corpus.utterance import Slot
from vernacular.store.database import Db
from vernacular.store.references import LIVE, external_id_of
from vernacular.store.tables import (
    Correction,
    LiveSession,
    Release,
    ReplayedTurn,
    Result,
    Run,
    SuiteItem,
    Turn,
    Utterance,
    UtteranceRevision,
)
from vernacular.store.tables.runs import ResultStatus

IDS_PER_QUERY = 500
"""Turns named in one query; SQLite bounds the parameters of a statement."""


@dataclass(frozen=True, slots=True)
class CorrectedRow:
    """A turn with its newest correction."""

    turn: Turn
    correction: Correction
    locale: str
    release_id: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a release made of a turn that was held live with another one."""

    turn_id: int
    release_id: int
    run_id: int
    is_replay: bool
    """Whether it was asked in its conversation; otherwise it stood alone."""
    was_heard: bool
    """Whether it was given as sound."""
    was_understood: bool
    """Whether the run asked what was wanted, and not only what was said."""
    is_failed: bool
    text: str
    """As heard, or as it was given; slots are spans of it."""
    intent: str | None
    slots: tuple[Slot, ...]


def list_corrected(db: Db, person_id: int, limit: int) -> list[CorrectedRow]:
    """Returns the turns a person corrected, the one corrected last first."""
    newest = (
        select(func.max(Correction.id))
        .join(Turn, Turn.id == Correction.turn_id)
        .join(LiveSession, LiveSession.id == Turn.session_id)
        .where(LiveSession.person_id == person_id)
        .group_by(Correction.turn_id)
    )
    query = (
        select(Turn, Correction, LiveSession.locale, LiveSession.release_id)
        # The trace of a turn is far larger than all the rest of it.
        .options(defer(Turn.trace), defer(Turn.dialogue))
        .join(Correction, Correction.turn_id == Turn.id)
        .join(LiveSession, LiveSession.id == Turn.session_id)
        .where(Correction.id.in_(newest))
        .order_by(Correction.id.desc())
        .limit(limit)
    )
    return [CorrectedRow(*row) for row in db.execute(query)]


def list_release_names(db: Db) -> list[tuple[int, str, str]]:
    """Returns (id, name, assistant) of every release, the newest first."""
    query = select(Release.id, Release.name, Release.assistant).order_by(Release.id.desc())
    return [(release_id, name, assistant) for release_id, name, assistant in db.execute(query)]


def list_attempts(db: Db, turns: Iterable[tuple[str, int]]) -> list[Attempt]:
    """Returns what runs and replays made of turns, each given by locale and id, in no order."""
    by_locale: defaultdict[str, list[int]] = defaultdict(list)
    for locale, turn_id in turns:
        by_locale[locale].append(turn_id)
    found: list[Attempt] = []
    for locale, turn_ids in by_locale.items():
        for start in range(0, len(turn_ids), IDS_PER_QUERY):
            some = turn_ids[start : start + IDS_PER_QUERY]
            found += _list_results(db, locale, some)
            found += _list_replays(db, some)
    return found


def _list_results(db: Db, locale: str, turn_ids: Sequence[int]) -> Iterator[Attempt]:
    # With the locale, as source and external id alone would read the whole source.
    turn_of = {external_id_of(turn_id): turn_id for turn_id in turn_ids}
    query = (
        select(
            Utterance.external_id,
            UtteranceRevision.text,
            Run.release_id,
            Run.id,
            Run.has_transcripts,
            Run.has_intents,
            Result.status,
            Result.transcript,
            Result.intent,
            Result.slots,
        )
        .join(UtteranceRevision, UtteranceRevision.utterance_id == Utterance.id)
        .join(SuiteItem, SuiteItem.revision_id == UtteranceRevision.id)
        .join(Run, Run.suite_id == SuiteItem.suite_id)
        .join(Result, (Result.run_id == Run.id) & (Result.item == SuiteItem.number))
        .where(
            Utterance.source == LIVE,
            Utterance.locale == locale,
            Utterance.external_id.in_(turn_of),
        )
    )
    for row in db.execute(query):
        yield Attempt(
            turn_id=turn_of[row.external_id],
            release_id=row.release_id,
            run_id=row.id,
            is_replay=False,
            was_heard=row.has_transcripts,
            was_understood=row.has_intents,
            is_failed=row.status is ResultStatus.FAILED,
            text=(row.transcript or "") if row.has_transcripts else row.text,
            intent=row.intent,
            slots=row.slots or (),
        )


def _list_replays(db: Db, turn_ids: Collection[int]) -> Iterator[Attempt]:
    query = (
        select(
            ReplayedTurn.turn_id,
            ReplayedTurn.text,
            ReplayedTurn.intent,
            ReplayedTurn.slots,
            ReplayedTurn.error,
            Run.id,
            Run.release_id,
            Run.has_intents,
            Turn.clip,
        )
        .join(Run, Run.id == ReplayedTurn.run_id)
        .join(Turn, Turn.id == ReplayedTurn.turn_id)
        .where(ReplayedTurn.turn_id.in_(turn_ids))
    )
    for row in db.execute(query):
        yield Attempt(
            turn_id=row.turn_id,
            release_id=row.release_id,
            run_id=row.id,
            is_replay=True,
            was_heard=row.clip is not None,
            was_understood=row.has_intents,
            is_failed=row.error is not None,
            text=row.text,
            intent=row.intent,
            slots=row.slots or (),
        )
