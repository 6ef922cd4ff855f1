"""Why a turn was not answered, as far as it changes what a person should do."""

from __future__ import annotations


def is_starting(error: str) -> bool:
    """True if a host said that it is only starting, so that asking again soon will help.

    A turn keeps the host's sentence and not its kind; `hosting.releases.loading` words it.
    """
    return "is still loading" in error
