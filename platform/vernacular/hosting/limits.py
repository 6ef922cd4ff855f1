"""How much one model host takes on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Per host, and per release where it says so."""

    max_batch: int = 64
    """Utterances handed to a release at once; its engines cut them into batches of like length."""
    max_batch_seconds: float = 120.0
    """Seconds of recordings handed to a release at once, so that text need not wait for hours of
    speech; a longer recording goes alone."""
    max_waiting: int = 512
    """Utterances that wait for one release; who comes when there are more is sent away."""
    max_waiting_seconds: float = 3_600.0
    """Seconds of recordings that wait for one release, and that a host decodes for all of them at
    any one time: an hour takes 230 MB."""
    max_body_bytes: int = 64 * 2**20
    """Largest request that is read. Ten minutes of speech are 12 MB of FLAC, 16 MB in base64."""
    max_held_bytes: int = 512 * 2**20
    """Bytes of requests that are being read and decoded at any one time; an eighth of it is kept
    for small ones."""
    max_piece_seconds: float = 10.0
    """How long each MiB of a request, or what is left of it, may take to arrive."""
    stop_seconds: float = 10.0
    """How long a host that stops, or a release that is unloaded, may go on with what it has in
    hand."""
