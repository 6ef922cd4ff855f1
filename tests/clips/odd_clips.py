"""Makes the recordings that go wrong in the field, and says of each what is to come of it.

For every test of something that takes clips from strangers: imports, suites, runs, the host.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import av
import numpy as np

from tests.clips.recordings import record

HEARD = "heard"
LONG_SECONDS = 600.0


class OddClip(NamedTuple):
    """One of them; made when asked for, since the long one takes a moment."""

    name: str
    make: Callable[[], bytes]
    expected: str
    """`HEARD`, or a regular expression of why it cannot be."""
    decodes: bool = True
    """False where `decode.decode_audio` refuses it; else what it holds is refused, if anything."""


def empty() -> bytes:
    """Nothing: an upload that broke off at once."""
    return b""


def silent() -> bytes:
    """Two seconds of digital silence: a microphone that is off."""
    return record("wav", "pcm_s16le", channels=np.zeros((1, 32_000), np.float32))


@cache
def ten_minutes() -> bytes:
    """A recorder that nobody stopped; FLAC, because that is written fastest."""
    return record("flac", "flac", seconds=LONG_SECONDS)


def tenth_of_a_second() -> bytes:
    """A click on the button."""
    return record("wav", "pcm_s16le", seconds=0.1)


def stereo() -> bytes:
    """Sound in the left channel alone, as of a headset."""
    rate_hz = 44_100
    left = 0.5 * np.sin(2 * np.pi * 440.0 * np.arange(rate_hz) / rate_hz)
    channels = np.stack([left, np.zeros(rate_hz)]).astype(np.float32)
    return record("wav", "pcm_s16le", rate_hz, "stereo", channels=channels)


def telephone() -> bytes:
    """8 kHz, A-law."""
    return record("wav", "pcm_alaw", 8_000)


def corrupt() -> bytes:
    """The first four bytes of a FLAC file, and noise."""
    whole = record("flac", "flac")
    return whole[:4] + np.random.default_rng(1).bytes(len(whole) - 4)


def damaged_inside() -> bytes:
    """A browser's recording that lost a tenth of its bytes in the middle."""
    whole = record("webm", "libopus", 48_000, seconds=3.0)
    start, stop = int(0.5 * len(whole)), int(0.6 * len(whole))
    return whole[:start] + bytes(stop - start) + whole[stop:]


def truncated_without_index() -> bytes:
    """A phone's recording without its end, where the index of such files is."""
    whole = record("ipod", "aac", 44_100)
    return whole[: len(whole) // 2]


def truncated() -> bytes:
    """A browser's recording whose page was closed half-way."""
    whole = record("webm", "libopus", 48_000, seconds=3.0)
    return whole[: len(whole) // 2]


def text() -> bytes:
    """What was said, typed."""
    return "أيقظني في الساعة الخامسة صباح هذا الأسبوع\n".encode() * 20


def picture() -> bytes:
    """A small grey picture, PNG."""
    encoder = av.VideoCodecContext.create("png", "w")
    encoder.width, encoder.height, encoder.pix_fmt = 32, 32, "rgb24"
    grey = av.VideoFrame.from_ndarray(np.full((32, 32, 3), 128, np.uint8), "rgb24")
    return b"".join(bytes(packet) for packet in [*encoder.encode(grey), *encoder.encode(None)])


ODD_CLIPS = (
    OddClip("empty", empty, r"empty \(0 bytes\)", decodes=False),
    OddClip("silent", silent, r"is silent.*-120\.0 dBFS"),
    OddClip("ten minutes", ten_minutes, HEARD),
    OddClip("a tenth of a second", tenth_of_a_second, r"lasts 0\.10 s.* too short"),
    OddClip("stereo", stereo, HEARD),
    OddClip("8 kHz", telephone, HEARD),
    OddClip("corrupt", corrupt, "cut off or damaged", decodes=False),
    OddClip("damaged inside", damaged_inside, HEARD),
    OddClip("truncated, index lost", truncated_without_index, "cut off or damaged", decodes=False),
    OddClip("truncated", truncated, HEARD),
    OddClip("text", text, "no sound recording", decodes=False),
    OddClip("picture", picture, "no sound recording .* begin with 89 50 4e 47", decodes=False),
)
