"""Writes audio as files: FLAC, which half the space holds, and WAV, which everything reads."""

from __future__ import annotations

import wave
from io import BytesIO

from vernacular.clips.audio import SAMPLE_RATE_HZ, Audio, to_pcm16


def to_flac(audio: Audio) -> bytes:
    """The audio as FLAC, 16 bits; the same audio gives the same bytes.

    It holds the MD5 sum of the samples, so that damage is found (RFC 9639, section 8.2).
    """
    import av  # noqa: PLC0415 - whoever only stores or shows clips need not load libav

    written = BytesIO()
    # Bit-exact files do not name the version of libav that wrote them. The padding, 8 KB unless
    # told, leaves room for titles.
    options = {"fflags": "+bitexact", "metadata_header_padding": "0"}
    with av.open(written, "w", format="flac", container_options=options) as container:
        stream = container.add_stream(
            "flac", rate=SAMPLE_RATE_HZ, layout="mono", options={"flags": "+bitexact"}
        )
        # libav cannot make a frame of nothing, but a file without frames is valid.
        if audio.samples.size:
            frame = av.AudioFrame.from_ndarray(to_pcm16(audio.samples)[None], "s16", "mono")
            frame.sample_rate = SAMPLE_RATE_HZ
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return written.getvalue()


def to_wav(audio: Audio) -> bytes:
    """The audio as WAV, 16 bits, little-endian."""
    written = BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes(to_pcm16(audio.samples).astype("<i2").tobytes())
    return written.getvalue()
