"""Runs, their results, and the scores given to them."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from vernacular.corpus.utterance import Slot
from vernacular.store.tables.base import Base, LocaleTag, Slots, UtcDateTime, stored_enum, utc_now


class RunStatus(enum.StrEnum):
    """A run is open until every item of its suite has a result."""

    OPEN = "open"
    FINISHED = "finished"


class Run(Base):
    """One release over one suite."""

    __tablename__ = "runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("releases.id"), index=True)
    suite_id: Mapped[int] = mapped_column(ForeignKey("suites.id"), index=True)
    status: Mapped[RunStatus] = mapped_column(stored_enum(RunStatus), default=RunStatus.OPEN)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ResultStatus(enum.StrEnum):
    """Whether the release answered at all."""

    ANSWERED = "answered"
    FAILED = "failed"


class Result(Base):
    """What one release returned for one suite item; kept as it was for ever."""

    __tablename__ = "results"

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    item: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[ResultStatus] = mapped_column(stored_enum(ResultStatus))
    intent: Mapped[str | None] = mapped_column(String(80))
    intent_confidence: Mapped[float | None]
    slots: Mapped[tuple[Slot, ...] | None] = mapped_column(Slots)
    latency_ms: Mapped[float | None]
    error: Mapped[str | None] = mapped_column(Text)


class ScoreSet(Base):
    """The scores one scorer gave to one run; rescoring adds a set and overwrites none."""

    __tablename__ = "score_sets"

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), index=True)
    scorer: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class Score(Base):
    """The integer counts of one result against one reference revision."""

    __tablename__ = "scores"

    score_set_id: Mapped[int] = mapped_column(
        ForeignKey("score_sets.id", ondelete="CASCADE"), primary_key=True
    )
    item: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("utterance_revisions.id"))
    failed: Mapped[bool]
    n_ref: Mapped[int]
    edits: Mapped[int]
    correct_intent: Mapped[int]
    exact: Mapped[int]
    tp: Mapped[int]
    fp: Mapped[int]
    fn: Mapped[int]


class LocaleScore(Base):
    """Sums of a score set per locale, so that a trend reads thousands of rows, not millions."""

    __tablename__ = "locale_scores"

    score_set_id: Mapped[int] = mapped_column(
        ForeignKey("score_sets.id", ondelete="CASCADE"), primary_key=True
    )
    locale: Mapped[str] = mapped_column(LocaleTag, primary_key=True)
    n: Mapped[int]
    n_failed: Mapped[int]
    n_ref: Mapped[int]
    edits: Mapped[int]
    n_correct_intent: Mapped[int]
    n_exact: Mapped[int]
    tp: Mapped[int]
    fp: Mapped[int]
    fn: Mapped[int]
