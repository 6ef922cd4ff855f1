"""Feedback items: what came in from production."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from vernacular.store.tables.base import Base, Json, LocaleTag, UtcDateTime, utc_now


class FeedbackItem(Base):
    """One event of one source; ``(source, event_id)`` is its natural key.

    ``payload_hash`` tells a harmless repetition from a different event under the same id.
    """

    __tablename__ = "feedback_items"

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(120))
    event_id: Mapped[str] = mapped_column(String(200))
    payload_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    api_key_id: Mapped[int | None] = mapped_column(ForeignKey("api_keys.id", ondelete="SET NULL"))
    locale: Mapped[str] = mapped_column(LocaleTag)
    text: Mapped[str] = mapped_column(Text)
    release: Mapped[str | None] = mapped_column(String(120))
    intent: Mapped[str | None] = mapped_column(String(80))
    expected_intent: Mapped[str | None] = mapped_column(String(80))
    reply: Mapped[str | None] = mapped_column(Text)
    rating: Mapped[int | None]
    comment: Mapped[str | None] = mapped_column(Text)
    attributes: Mapped[dict[str, Any]] = mapped_column(Json)
    occurred_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)

    __table_args__ = (
        UniqueConstraint("source", "event_id"),
        Index("ix_feedback_items_locale_id", "locale", "id"),
    )
