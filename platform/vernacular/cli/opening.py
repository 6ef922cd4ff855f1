"""Opens the store for a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from vernacular.wiring import Wiring

if TYPE_CHECKING:
    from vernacular.store.database import Store


def open_store(context: typer.Context) -> Store:
    """Returns the store, once it is known to be at the newest migration.

    Raises:
        Conflict: it is not; the message says what to run.
    """
    from vernacular.store.migrate import require_current  # noqa: PLC0415

    wiring: Wiring = context.obj
    require_current(wiring.store)
    return wiring.store
