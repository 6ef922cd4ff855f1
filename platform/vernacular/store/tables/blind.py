"""Blind comparison: two releases answer the same, and a person prefers one without its name."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from vernacular.store.tables.base import (
    Base,
    Json,
    LocaleTag,
    UtcDateTime,
    stored_enum,
    utc_now,
)
from vernacular.store.tables.sessions import TurnStatus


class BlindSession(Base):
    """One person puts the same requests to two releases of which she does not see the names."""

    __tablename__ = "blind_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("releases.id"))
    rival_id: Mapped[int] = mapped_column(ForeignKey("releases.id"))
    locale: Mapped[str] = mapped_column(LocaleTag)
    dialect: Mapped[str | None] = mapped_column(String(60))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class BlindTurn(Base):
    """One request and both answers; ``client_key`` makes a repeated submit the same turn."""

    __tablename__ = "blind_turns"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("blind_sessions.id", ondelete="CASCADE"))
    number: Mapped[int]
    client_key: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    """As typed; empty where it was spoken."""
    clip: Mapped[str | None] = mapped_column(ForeignKey("clips.content_hash"))
    rival_is_a: Mapped[bool]
    """Which side is whose, drawn anew for each turn: the session's rival stands on side A."""
    status: Mapped[TurnStatus] = mapped_column(stored_enum(TurnStatus), default=TurnStatus.ASKED)
    answer_a: Mapped[dict[str, Any] | None] = mapped_column(Json)
    answer_b: Mapped[dict[str, Any] | None] = mapped_column(Json)
    betrayed: Mapped[str | None] = mapped_column(Text)
    """Why the answers told which release is which, so that no vote on them counts; else None."""
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)

    __table_args__ = (
        UniqueConstraint("session_id", "number"),
        UniqueConstraint("session_id", "client_key"),
    )


class Choice(enum.StrEnum):
    """What a person can say of two answers."""

    A = "a"
    B = "b"
    TIE = "tie"
    BOTH_BAD = "both_bad"


class Preference(Base):
    """One person's vote on one blind turn. It stays: after it she has seen the names."""

    __tablename__ = "preferences"

    turn_id: Mapped[int] = mapped_column(
        ForeignKey("blind_turns.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    choice: Mapped[Choice] = mapped_column(stored_enum(Choice))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
