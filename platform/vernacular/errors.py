"""What can go wrong, as one tree; rooms raise these, only the faces know status and exit codes.

VernacularError
├── NotFound            there is no such thing
├── Conflict            it clashes with what is stored
├── InvalidInput        what was given is wrong: file, line, field, value, what to do
├── NotComparable       two runs that must not be compared
├── Forbidden           not signed in, or the role does not allow it
├── StoreUnavailable    the database does not answer, or was busy for too long
└── ModelUnavailable    an assistant cannot answer (not installed, not loaded, host down)
    └── HostBusy        the model host's queue is full; the client may come back
"""

from __future__ import annotations


class VernacularError(Exception):
    """The root: anything the person in front of the program can do something about."""


class NotFound(VernacularError):
    """There is no such thing; the message names what was looked for."""


class Conflict(VernacularError):
    """The request clashes with what is stored."""


class InvalidInput(VernacularError):
    """What was given is wrong.

    ``where`` is a file, with a line if it has one, or a field; the message is the whole sentence.
    """

    def __init__(
        self,
        reason: str,
        *,
        file: str | None = None,
        line: int | None = None,
        field: str | None = None,
    ) -> None:
        self.reason = reason
        self.file = file
        self.line = line
        self.field = field
        super().__init__(reason)

    @property
    def where(self) -> str:
        """``file:line``, ``file`` or ``field``; empty where none is known."""
        if self.file is None:
            return self.field or ""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.field}" if self.field else place

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}" if self.where else self.reason


class NotComparable(VernacularError):
    """Two runs that must not be compared; the message carries both values that differ."""


class Forbidden(VernacularError):
    """Nobody is signed in, or the role does not allow it."""


class StoreUnavailable(VernacularError):
    """The database does not answer, or was busy for longer than we wait."""


class ModelUnavailable(VernacularError):
    """An assistant cannot answer; the message says what to install, start or load."""


class HostBusy(ModelUnavailable):
    """The model host's queue is full."""

    def __init__(self, message: str, retry_after_seconds: float = 1.0) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(message)
