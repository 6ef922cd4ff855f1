"""What happens around collecting that is no utterance: prompts that were passed over."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from vernacular.store.tables.base import Base, LocaleTag, UtcDateTime, utc_now


class PromptSkip(Base):
    """One person passed over one prompt in one locale; ``reason`` says why."""

    __tablename__ = "prompt_skips"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    locale: Mapped[str] = mapped_column(LocaleTag)
    prompt: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(String(24))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)

    __table_args__ = (Index("ix_prompt_skips_person_id_locale", "person_id", "locale"),)
