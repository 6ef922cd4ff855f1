"""Utterances and their revisions: what people said, and what is expected of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from vernacular.corpus.utterance import Slot
from vernacular.store.tables.base import Base, Json, LocaleTag, Slots, UtcDateTime, utc_now


class Utterance(Base):
    """One utterance of one locale; ``(source, locale, external_id)`` is its natural key.

    ``external_id`` is shared by parallel utterances of one source across locales.
    """

    __tablename__ = "utterances"

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(60))
    locale: Mapped[str] = mapped_column(LocaleTag)
    external_id: Mapped[str] = mapped_column(String(80))
    partition: Mapped[str] = mapped_column(String(16))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    dialect: Mapped[str | None] = mapped_column(String(60))
    """The variety of the locale it is in, as its speaker names it."""
    origin: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """What the source said beside the utterance: its worker, slot methods, judgments."""

    __table_args__ = (UniqueConstraint("source", "locale", "external_id"),)


class UtteranceRevision(Base):
    """One state of an utterance. Never changed; a correction adds the next ``number``.

    ``text`` is exactly as received; slot spans are code-point offsets into it.
    """

    __tablename__ = "utterance_revisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    utterance_id: Mapped[int] = mapped_column(ForeignKey("utterances.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(default=1)
    text: Mapped[str] = mapped_column(Text)
    domain: Mapped[str] = mapped_column(String(60))
    intent: Mapped[str] = mapped_column(String(80))
    slots: Mapped[tuple[Slot, ...]] = mapped_column(Slots)
    annotation: Mapped[str | None] = mapped_column(Text)
    """The source's own bracketed form, where it cannot be written again from text and slots."""
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    duplicate_key: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    """Hash of locale and folded text; equal for utterances that differ only in case or marks of
    punctuation. Filled for what people collect, so that duplicates are found at submit."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)

    __table_args__ = (
        UniqueConstraint("utterance_id", "number"),
        Index("ix_utterance_revisions_duplicate_key", "duplicate_key"),
    )
