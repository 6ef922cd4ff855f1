"""Releases: versions of an assistant, each described by its manifest."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from vernacular.store.tables.base import Base, Json, UtcDateTime, utc_now


class Release(Base):
    """One version of an assistant. The newest ``accepted_at`` of an assistant is its baseline."""

    __tablename__ = "releases"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    assistant: Mapped[str] = mapped_column(String(120))
    manifest: Mapped[dict[str, Any]] = mapped_column(Json)
    root: Mapped[str] = mapped_column(Text)
    """The folder that relative paths in the manifest start from."""
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 over the local files that the manifest names, as they were when it was added."""
    added_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
