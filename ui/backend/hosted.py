"""Which releases answer now, as their host says; whoever asks is not kept waiting for long."""

from __future__ import annotations

from backend.connection import wiring
from vernacular.errors import ModelUnavailable

_PATIENCE_SECONDS = 1.0
"""A host that hangs is waited for as long as a turn may take; nobody chooses that slowly."""


def list_answering() -> list[str]:
    """Returns the names of the releases that answer now; none where the host does not say so."""
    try:
        return wiring().assistants.list_loaded(_PATIENCE_SECONDS)
    except ModelUnavailable:
        return []
