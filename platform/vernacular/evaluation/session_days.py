"""The days between which sessions are looked for."""

from __future__ import annotations

from datetime import datetime

from vernacular.errors import InvalidInput


def check_days(since: datetime | None, until: datetime | None) -> None:
    """Accepts days that leave room for a session between them; either may be missing.

    Raises:
        InvalidInput: the first is not before the second, so that no session could fit.
    """
    if since is not None and until is not None and since >= until:
        raise InvalidInput(
            "--since is not before --until:"
            f" no session began on {since:%Y-%m-%d} or later and before {until:%Y-%m-%d}"
        )
