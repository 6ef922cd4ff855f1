"""Suites: frozen lists of utterance revisions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from vernacular.store.tables.base import Base, ClipHash, LocaleTag, UtcDateTime, utc_now


class Suite(Base):
    """A frozen list; ``content_hash`` covers every item's content in order, so it cannot drift."""

    __tablename__ = "suites"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    n_items: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class SuiteItem(Base):
    """One place in a suite: which revision of which utterance, and its cluster.

    ``cluster`` is equal for parallel utterances of several locales, whose errors go together;
    resampling draws clusters.
    """

    __tablename__ = "suite_items"

    suite_id: Mapped[int] = mapped_column(
        ForeignKey("suites.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    locale: Mapped[str] = mapped_column(LocaleTag)
    revision_id: Mapped[int] = mapped_column(ForeignKey("utterance_revisions.id"))
    cluster: Mapped[int] = mapped_column(BigInteger)
    clip: Mapped[str | None] = mapped_column(ClipHash)
    """Content hash of the recording to be heard; None where the text is given."""

    __table_args__ = (Index("ix_suite_items_revision_id", "revision_id"),)
