"""Live sessions: turns, what the tester corrected, and how she judged them."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from vernacular.corpus.utterance import Slot
from vernacular.store.tables.base import (
    Base,
    ClipHash,
    Json,
    LocaleTag,
    Slots,
    UtcDateTime,
    stored_enum,
    utc_now,
)


class LiveSession(Base):
    """A conversation of one person with one release in one locale."""

    __tablename__ = "live_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("releases.id"))
    locale: Mapped[str] = mapped_column(LocaleTag)
    dialect: Mapped[str | None] = mapped_column(String(60))
    """The variety she spoke at the time, as she named it."""
    accent: Mapped[str | None] = mapped_column(String(60))
    """How it sounds, as she named it; only what is heard depends on it."""
    goal: Mapped[str | None] = mapped_column(String(80))
    """Key of what she set out to do; None for free talk."""
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    paused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When she left it to come back; None while it goes on."""
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class TurnStatus(enum.StrEnum):
    """A turn is stored as asked before the assistant is called, so that nothing typed is lost."""

    ASKED = "asked"
    ANSWERED = "answered"
    FAILED = "failed"


class Turn(Base):
    """One request and its answer; ``client_key`` makes a repeated submit the same turn."""

    __tablename__ = "turns"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("live_sessions.id", ondelete="CASCADE"))
    number: Mapped[int]
    client_key: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    """As typed; of a spoken turn as heard, and empty until it is. Slots are spans of it."""
    clip: Mapped[str | None] = mapped_column(ClipHash)
    """Content hash of what was spoken; None where it was typed."""
    task: Mapped[str | None] = mapped_column(String(80))
    """Key of the thing to try that was suggested when it was asked; None where nothing was."""
    status: Mapped[TurnStatus] = mapped_column(stored_enum(TurnStatus), default=TurnStatus.ASKED)
    intent: Mapped[str | None] = mapped_column(String(80))
    intent_confidence: Mapped[float | None]
    slots: Mapped[tuple[Slot, ...] | None] = mapped_column(Slots)
    reply: Mapped[str | None] = mapped_column(Text)
    speech: Mapped[str | None] = mapped_column(ClipHash)
    """The reply as it was spoken; None where the release does not speak."""
    trace: Mapped[list[dict[str, Any]] | None] = mapped_column(Json)
    """One entry per stage: stage, version, milliseconds, confidence, output."""
    dialogue: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """What the assistant wants back with the next turn: intent, values, whether it asked back."""
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)

    __table_args__ = (
        UniqueConstraint("session_id", "number"),
        UniqueConstraint("session_id", "client_key"),
    )


class Correction(Base):
    """What should have been heard and understood in a turn; the newest one counts.

    Of a spoken turn the counts score its transcript at once, under the rules that ``normaliser``
    names; of a typed one they are None.
    """

    __tablename__ = "corrections"

    id: Mapped[int] = mapped_column(primary_key=True)
    turn_id: Mapped[int] = mapped_column(ForeignKey("turns.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    text: Mapped[str] = mapped_column(Text)
    """What was really said; of a typed turn its own text. Slots are spans of it."""
    intent: Mapped[str] = mapped_column(String(80))
    slots: Mapped[tuple[Slot, ...]] = mapped_column(Slots)
    normaliser: Mapped[str | None] = mapped_column(String(60))
    n_words: Mapped[int | None]
    """0 in a locale whose errors are not counted in words."""
    word_edits: Mapped[int | None]
    n_chars: Mapped[int | None]
    char_edits: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class TurnJudgment(Base):
    """A person's rating (1 bad to 5 good), issue tags and note on a turn; the newest one counts."""

    __tablename__ = "turn_judgments"

    id: Mapped[int] = mapped_column(primary_key=True)
    turn_id: Mapped[int] = mapped_column(ForeignKey("turns.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    rating: Mapped[int | None]
    tags: Mapped[list[str]] = mapped_column(Json)
    note: Mapped[str] = mapped_column(Text, default="")
    is_appropriate: Mapped[bool | None]
    """Whether the reply fits the person's own culture; this and the next: None where unanswered."""
    has_right_formality: Mapped[bool | None]
    would_offend: Mapped[bool | None]
    is_understandable: Mapped[bool | None]
    """Whether the spoken reply can be understood."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
