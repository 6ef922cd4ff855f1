"""Refuses recordings that claim what would fill the memory.

libav believes two numbers that nothing in the file backs. An MP4 file says in four bytes how many
samples it has, and for each a record is laid out before the first is read: 3 KB can so take 3 GB
and 20 seconds. A WAV file says how long its title is, and room for up to 2 GB is cleared.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from vernacular.errors import InvalidInput

_COUNTS = re.compile(rb"stsz.{8}(?P<all>.{4})|trun.{4}(?P<fragment>.{4})", re.DOTALL)
"""Where an MP4 index counts samples (ISO/IEC 14496-12, sections 8.7.3 and 8.8.8)."""
_SOUND_ITSELF = b"mdat"
_PACKED_INDEX = b"cmov"

_TITLES = re.compile(rb"LIST(?P<size>.{4})INFO", re.DOTALL)
"""Where WAV keeps title, artist and software (RIFF, LIST chunk)."""


def check_claimed_sizes(data: bytes) -> None:
    """Accepts what claims no more than its own bytes can back.

    Raises:
        InvalidInput: it claims more, or its index is packed, as QuickTime 3 could, so that nobody
            knows.
    """
    _check_mp4_index(data)
    for found in _TITLES.finditer(data):
        size = int.from_bytes(found["size"], "little")
        if size > len(data):
            raise InvalidInput(
                f"the recording is damaged: its titles claim {size:,} bytes, and the file has"
                f" {len(data):,}: record it again"
            )


def _check_mp4_index(data: bytes) -> None:
    n_samples = 0
    for kind, content in _boxes(data):
        if kind == _SOUND_ITSELF:
            continue
        if _PACKED_INDEX in content:
            raise InvalidInput("is a QuickTime file with a packed index: save it as M4A or WAV")
        for found in _COUNTS.finditer(content):
            n_samples += int.from_bytes(found["all"] or found["fragment"], "big")
    # Each sample has a byte of its own at least.
    if n_samples > len(data):
        raise InvalidInput(
            f"the recording is damaged: its index names {n_samples:,} samples, and the file has"
            f" {len(data):,} bytes: record it again"
        )


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yields the outermost boxes of an MP4 file, kind and content; none of anything else.

    The other containers begin with letters that, read as a size, are beyond any file we take.
    """
    start = 0
    while start + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, start)
        if size == 1 and start + 16 <= len(data):
            size = struct.unpack_from(">Q", data, start + 8)[0]
        elif size == 0:
            size = len(data) - start
        if size < 8 or (start == 0 and size > len(data)):
            return
        yield kind, data[start + 8 : start + size]
        start += size
