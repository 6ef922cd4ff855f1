"""Which kinds of recording are read, and what each is called.

What arrives is untrusted, and libav reads hundreds of formats, among them playlists that open other
files and addresses. Only what phones, browsers and audio editors record is let through.
"""

from __future__ import annotations

import re

_OF_DEMUXER = {
    "aac": "aac",
    "aiff": "aiff",
    "amr": "amr",
    "caf": "caf",
    "flac": "flac",
    "matroska": "mkv",
    "mov": "mp4",
    "mp3": "mp3",
    "ogg": "ogg",
    "wav": "wav",
}
"""libav's name of what reads it (the first where there are several), and ours."""

_OF_BRAND = {"M4A": "m4a", "M4B": "m4a", "qt": "mov", "3gp": "3gp", "3g2": "3gp"}
"""What the first letters of an MP4 file's major brand say it is."""

_EBML_HEADER_BYTES = 64
"""In which Matroska and WebM name themselves."""

FORMATS = tuple(sorted({*_OF_DEMUXER.values(), *_OF_BRAND.values(), "webm"}))
"""Every short name that a readable recording can have; each is its usual file suffix, too."""

_PCM = [
    *(f"pcm_{kind}{bits}{end}" for kind in "su" for bits in (16, 24, 32) for end in ("le", "be")),
    *(f"pcm_f{bits}{end}" for bits in (32, 64) for end in ("le", "be")),
    *("pcm_s8", "pcm_u8", "pcm_alaw", "pcm_mulaw"),
]

DEMUXERS = tuple(_OF_DEMUXER)
"""For libav's ``format_whitelist``."""

DECODERS = (
    *("aac", "alac", "amrnb", "amrwb", "flac", "mp2float", "mp3", "mp3float", "vorbis"),
    *("opus", "libopus", "libopencore_amrnb", "libopencore_amrwb", "speex"),
    *("adpcm_ima_wav", "adpcm_ms", "gsm_ms", *_PCM),
)
"""For libav's ``codec_whitelist``: no video decoder ever sees what arrives."""

_BEGINNINGS = re.compile(
    rb"\x1aE\xdf\xa3|....ftyp|OggS|RIFF....WAVE|FORM....AIF|fLaC|ID3|caff|#!AMR", re.DOTALL
)
"""How those of these containers begin that have a fixed beginning."""


def name_format(demuxer: str, major_brand: str, head: bytes) -> str:
    """The short name of a container, one of ``FORMATS``.

    Args:
        demuxer: libav's name of what reads it, such as "mov,mp4,m4a,3gp,3g2,mj2".
        major_brand: what an MP4 file calls itself, such as "M4A "; else empty.
        head: the first bytes of the file.
    """
    name = _OF_DEMUXER[demuxer.partition(",")[0]]
    if name == "mkv" and b"webm" in head[:_EBML_HEADER_BYTES]:
        return "webm"
    if name == "mp4":
        brands = (short for start, short in _OF_BRAND.items() if major_brand.startswith(start))
        return next(brands, name)
    return name


def begins_like_recording(data: bytes) -> bool:
    """Whether ``data`` at least begins as one of these containers does."""
    return _BEGINNINGS.match(data) is not None


def is_cut_wav(data: bytes) -> bool:
    """Whether a WAV file is shorter than its own header says.

    libav takes such a file as it is. Recorders that stream leave the size 0 or at its maximum.
    """
    size = int.from_bytes(data[4:8], "little")
    return data.startswith(b"RIFF") and size not in (0, 0xFFFFFFFF) and size > len(data) - 8
