"""Replays: what a release makes of turns that people held live with another one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from vernacular.corpus.utterance import Slot
from vernacular.store.tables.base import Base, Json, Slots


class ReplayedTurn(Base):
    """What one replay made of one turn, corrected or not.

    Corrected turns are items of the run's suite, and their results are scored there; this keeps
    what a result does not, and the turns that nobody corrected.
    """

    __tablename__ = "replayed_turns"

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    turn_id: Mapped[int] = mapped_column(
        ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    text: Mapped[str] = mapped_column(Text)
    """As heard, or as it was typed; slots are spans of it."""
    intent: Mapped[str | None] = mapped_column(Text)
    slots: Mapped[tuple[Slot, ...] | None] = mapped_column(Slots)
    reply: Mapped[str | None] = mapped_column(Text)
    trace: Mapped[list[dict[str, Any]] | None] = mapped_column(Json)
    error: Mapped[str | None] = mapped_column(Text)
