"""What the gate decided, and the utterances that must never break again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from vernacular.store.tables.base import Base, Json, UtcDateTime, utc_now


class GateOutcome(Base):
    """One decision of the gate about one run, with the policy it was made by."""

    __tablename__ = "gate_outcomes"

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), index=True)
    """The candidate's."""
    baseline_run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    verdict: Mapped[str] = mapped_column(String(16))
    policy: Mapped[dict[str, Any]] = mapped_column(Json)
    findings: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class GoldenWin(Base):
    """An utterance that was won once and must be understood by every release from then on."""

    __tablename__ = "golden_wins"

    utterance_id: Mapped[int] = mapped_column(
        ForeignKey("utterances.id", ondelete="CASCADE"), primary_key=True
    )
    note: Mapped[str] = mapped_column(Text, default="")
    added_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
