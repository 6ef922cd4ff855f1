"""Runs, their results, and the scores given to them."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from vernacular.corpus.utterance import Slot
from vernacular.store.tables.base import Base, LocaleTag, Slots, UtcDateTime, stored_enum, utc_now

AS_FROZEN = "suite"
"""Of a score set: its references are the revisions that the suite froze."""


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
    has_intents: Mapped[bool] = mapped_column(default=True)
    """Whether its results say what was understood."""
    has_transcripts: Mapped[bool] = mapped_column(default=False)
    """Whether its results say what was heard; their slots then are spans of the transcript."""
    has_text_answers: Mapped[bool] = mapped_column(default=False)
    """Whether its results also say what was understood of the reference text, unheard."""
    dialogue: Mapped[str | None] = mapped_column(String(16))
    """Of a replay: ``forced`` where each turn was asked with what the turns before it led to when
    they were live, ``free`` where with what they led to now; None where each stands alone."""
    has_replies: Mapped[bool] = mapped_column(default=False)
    """Whether replies were asked for too, so that they were timed."""
    asked_alone: Mapped[bool] = mapped_column(default=False)
    """Whether each item was asked by itself, so that its time is its own and no batch's share."""
    answering_seconds: Mapped[float | None]
    """How long the release was busy answering, all sittings together; None where nobody knows."""
    n_parameters: Mapped[int | None] = mapped_column(BigInteger)
    weights_bytes: Mapped[int | None] = mapped_column(BigInteger)
    peak_memory_bytes: Mapped[int | None] = mapped_column(BigInteger)
    """The most that the release's device, or its process on a CPU, held."""
    device: Mapped[str | None] = mapped_column(String(120))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    abandoned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was given up, open and with results, which stay; None too once it was resumed."""


class ResultStatus(enum.StrEnum):
    """Whether the release answered at all."""

    ANSWERED = "answered"
    FAILED = "failed"


class Result(Base):
    """What one release returned for one suite item; an answer is kept as it was for ever."""

    __tablename__ = "results"

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    item: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[ResultStatus] = mapped_column(stored_enum(ResultStatus))
    intent: Mapped[str | None] = mapped_column(String(80))
    intent_confidence: Mapped[float | None]
    slots: Mapped[tuple[Slot, ...] | None] = mapped_column(Slots)
    transcript: Mapped[str | None] = mapped_column(Text)
    """What was heard, as received; None where the utterance was given as text."""
    transcript_confidence: Mapped[float | None]
    text_intent: Mapped[str | None] = mapped_column(String(80))
    """What was understood of the reference text, so that the stage at fault shows."""
    text_slots: Mapped[tuple[Slot, ...] | None] = mapped_column(Slots)
    text_error: Mapped[str | None] = mapped_column(Text)
    """Why the reference text was not understood at all; it counts as wrong."""
    asr_ms: Mapped[float | None]
    nlu_ms: Mapped[float | None]
    """With the fallback's time where that was asked too."""
    reply_ms: Mapped[float | None]
    tts_ms: Mapped[float | None]
    latency_ms: Mapped[float | None]
    error: Mapped[str | None] = mapped_column(Text)


class ScoreSet(Base):
    """The scores one set of rules gave to one run; rescoring adds a set and overwrites none.

    Scores are comparable if scorer, normaliser and reference key are the same.
    """

    __tablename__ = "score_sets"

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), index=True)
    scorer: Mapped[str] = mapped_column(String(60))
    normaliser: Mapped[str | None] = mapped_column(String(60))
    """The text rules applied to what was heard; None where nothing was."""
    reference_key: Mapped[str] = mapped_column(String(64), default=AS_FROZEN)
    """``suite`` for the revisions that the suite froze, else a hash over those used instead."""
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
    n_words: Mapped[int]
    word_edits: Mapped[int]
    n_chars: Mapped[int]
    char_edits: Mapped[int]
    substitutions: Mapped[int]
    """With the next two: of the locale's own unit, words or characters."""
    deletions: Mapped[int]
    insertions: Mapped[int]
    correct_intent: Mapped[int]
    text_correct_intent: Mapped[int]
    """Of the reference text, where the run was asked about that too."""
    exact: Mapped[int]
    tp: Mapped[int]
    """With the next two: of slot spans over the reference's own words."""
    fp: Mapped[int]
    fn: Mapped[int]
    value_tp: Mapped[int]
    """With the next two: of (type, value) pairs over what was heard."""
    value_fp: Mapped[int]
    value_fn: Mapped[int]


class LocaleScore(Base):
    """One metric of a score set in one locale, as sums: a trend reads thousands of rows, not
    millions.

    A metric is the ratio of two sums. The sums of squares and products over its clusters give the
    interval of that ratio without reading an utterance.
    """

    __tablename__ = "locale_scores"

    score_set_id: Mapped[int] = mapped_column(
        ForeignKey("score_sets.id", ondelete="CASCADE"), primary_key=True
    )
    metric: Mapped[str] = mapped_column(String(24), primary_key=True)
    locale: Mapped[str] = mapped_column(LocaleTag, primary_key=True)
    n: Mapped[int]
    n_failed: Mapped[int]
    n_clusters: Mapped[int]
    numerator: Mapped[int] = mapped_column(BigInteger)
    denominator: Mapped[int] = mapped_column(BigInteger)
    sum_xx: Mapped[int] = mapped_column(BigInteger)
    """Squares of the clusters' numerators, summed."""
    sum_xy: Mapped[int] = mapped_column(BigInteger)
    """Products of their numerators and denominators."""
    sum_yy: Mapped[int] = mapped_column(BigInteger)
    """Squares of their denominators."""
