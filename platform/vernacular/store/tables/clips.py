"""Clips: recorded speech. The sound itself is in a folder, under the hash that is kept here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from vernacular.store.tables.base import Base, ClipHash, Json, UtcDateTime, utc_now


class Clip(Base):
    """One recording as it was received; the same bytes again are the same clip."""

    __tablename__ = "clips"

    content_hash: Mapped[str] = mapped_column(ClipHash, primary_key=True)
    format: Mapped[str | None] = mapped_column(String(16))
    """The container, such as webm; with all that follows None where nothing could be decoded."""
    sample_rate_hz: Mapped[int | None]
    """As received; decoded clips have 16 kHz."""
    n_channels: Mapped[int | None]
    audio_seconds: Mapped[float | None]
    peak_dbfs: Mapped[float | None]
    rms_dbfs: Mapped[float | None]
    clipped_share: Mapped[float | None]
    is_incomplete: Mapped[bool] = mapped_column(default=False)
    """Whether part of the recording was lost: cut off, or damaged inside."""
    problem: Mapped[str | None] = mapped_column(Text)
    """Why it cannot be decoded; None if it can."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class Recording(Base):
    """That a clip holds an utterance, and who speaks."""

    __tablename__ = "recordings"

    id: Mapped[int] = mapped_column(primary_key=True)
    utterance_id: Mapped[int] = mapped_column(
        ForeignKey("utterances.id", ondelete="CASCADE"), index=True
    )
    clip: Mapped[str] = mapped_column(ForeignKey("clips.content_hash"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    speaker: Mapped[str | None] = mapped_column(String(120))
    """As the source calls who speaks, where that is nobody we know."""
    origin: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """What the source said beside it: gender, age, accent, voice."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)

    __table_args__ = (UniqueConstraint("utterance_id", "clip"),)
