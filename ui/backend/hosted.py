"""Which releases answer now, as their host says; whoever asks is not kept waiting for long."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from backend.connection import wiring
from vernacular.errors import ModelUnavailable

_PATIENCE_SECONDS = 1.0
"""A host that hangs is waited for as long as a turn may take; nobody chooses that slowly."""

_beside = ThreadPoolExecutor(1, thread_name_prefix="answering")


def list_answering() -> list[str]:
    """Returns the names of the releases that answer now; none where the host does not say so."""
    asked = _beside.submit(wiring().assistants.list_loaded)
    try:
        return asked.result(_PATIENCE_SECONDS)
    except (ModelUnavailable, TimeoutError):
        # What has not begun by now would only keep the next one waiting.
        asked.cancel()
        return []
