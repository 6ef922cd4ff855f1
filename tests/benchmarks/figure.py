"""One measured figure beside its peer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A measurement and what it is held against, in the same unit."""

    what: str
    ours: float
    peer: float
    unit: str
    peer_is: str
