"""The store and the assistants that all pages of this process use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vernacular.settings import read_settings
from vernacular.wiring import Wiring

if TYPE_CHECKING:
    from vernacular.store.database import Store

_wirings: list[Wiring] = []


def connect(wiring: Wiring) -> None:
    """Makes all pages of this process use ``wiring``."""
    disconnect()
    _wirings.append(wiring)


def disconnect() -> None:
    """Forgets the wiring."""
    _wirings.clear()


def wiring() -> Wiring:
    """Returns what the pages are connected to."""
    if not _wirings:
        # Pages run without our server (``streamlit run``) find the store as any command does.
        connect(Wiring(read_settings()))
    return _wirings[0]


def store() -> Store:
    """Returns the store of the pages."""
    return wiring().store
