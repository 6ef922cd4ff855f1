"""What a place that keeps clips offers, wherever it keeps them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Protocol

from vernacular.clips.audio import Audio
from vernacular.clips.level import Level
from vernacular.errors import InvalidInput

UNKNOWN_FORMAT = "bin"
"""The format of what does not decode."""

_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class StoredClip:
    """A clip that is kept, and what was learnt when it was decoded.

    Where nothing could be decoded, ``problem`` says why, and all that is None was not to be learnt.
    """

    content_hash: str
    """SHA-256 of the bytes as received, 64 hexadecimal digits: the clip's name everywhere."""
    format: str
    """One of `containers.FORMATS`, or ``UNKNOWN_FORMAT``."""
    sample_rate_hz: int | None = None
    """As it was recorded."""
    n_channels: int | None = None
    audio_seconds: float | None = None
    level: Level | None = None
    is_incomplete: bool = False
    """Whether part of the recording was lost: cut off, or damaged inside."""
    problem: str | None = None


class Clips(Protocol):
    """A place that keeps clips, each once, by the hash of what was received."""

    def add(self, data: bytes, *, allow_undecodable: bool = False) -> StoredClip:
        """Keeps a recording and its decoded form; whoever adds it again gets the same answer.

        Args:
            data: the recording, in any container that `decode.decode_audio` reads.
            allow_undecodable: keep the bytes even if nothing in them decodes, because somebody took
                the trouble to speak them.

        Raises:
            InvalidInput: there is too much of it, or it does not decode and may not be kept so.
            StoreUnavailable: it could not be written; nothing is kept then.
        """
        ...

    def has(self, content_hash: str) -> bool:
        """Whether the clip is kept, decoded or not.

        Raises:
            InvalidInput: ``content_hash`` is no hash.
        """
        ...

    def discard(self, content_hash: str, kept_at: float) -> bool:
        """Deletes a clip, unless somebody has added it again since; returns whether it is gone.

        That the store does not name it is for the caller to know.

        Args:
            content_hash: the clip; one that is not kept is gone.
            kept_at: when the caller knows it was added, in seconds since 1970. Another may have
                added the same bytes later and be about to name them in the store.

        Raises:
            InvalidInput: ``content_hash`` is no hash.
            StoreUnavailable: it could not be deleted.
        """
        ...

    def read(self, content_hash: str) -> Audio:
        """Returns what is heard in a clip.

        Raises:
            NotFound: no such clip is kept.
            InvalidInput: ``content_hash`` is no hash, the clip never decoded, or was damaged since.
            StoreUnavailable: it could not be read.
        """
        ...

    def read_original(self, content_hash: str) -> tuple[bytes, str]:
        """Returns the bytes as received and their format.

        Raises:
            NotFound: no such clip is kept.
            InvalidInput: ``content_hash`` is no hash, or the clip was damaged since.
            StoreUnavailable: it could not be read.
        """
        ...


def hash_content(data: bytes) -> str:
    """The name of a clip: SHA-256 of the bytes as received."""
    return hashlib.sha256(data).hexdigest()


def check_hash(content_hash: str) -> None:
    """Accepts 64 lower-case hexadecimal digits, of which no path can be made that leads elsewhere.

    Raises:
        InvalidInput: it is something else.
    """
    if _HASH.fullmatch(content_hash) is None:
        raise InvalidInput(
            f"a clip is named by 64 lower-case hexadecimal digits, got {content_hash!r:.80}",
            field="content_hash",
        )
