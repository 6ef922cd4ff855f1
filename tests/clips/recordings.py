"""Makes recordings in every container, as phones and browsers do: by libav."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO

import av
import numpy as np
from numpy.typing import NDArray

from vernacular.clips.audio import SAMPLE_RATE_HZ

TONE_HZ = 440.0


def sine(
    seconds: float = 1.0,
    rate_hz: int = SAMPLE_RATE_HZ,
    *,
    frequency_hz: float = TONE_HZ,
    amplitude: float = 0.5,
) -> NDArray[np.float32]:
    """A tone, ``(n,)``."""
    times = np.arange(round(seconds * rate_hz)) / rate_hz
    tone: NDArray[np.float32] = amplitude * np.sin(2 * np.pi * frequency_hz * times)
    return tone.astype(np.float32)


def record(
    container: str = "wav",
    codec: str = "pcm_s16le",
    rate_hz: int = SAMPLE_RATE_HZ,
    layout: str = "mono",
    *,
    seconds: float = 1.0,
    channels: NDArray[np.float32] | None = None,
    container_options: Mapping[str, str] | None = None,
) -> bytes:
    """The bytes of a recording; ``channels``, ``(channels, n)``, hold a tone unless given."""
    n_channels = av.AudioLayout(layout).nb_channels
    if channels is None:
        channels = np.tile(sine(seconds, rate_hz), (n_channels, 1))
    written = BytesIO()
    with av.open(
        written, "w", format=container, container_options=dict(container_options or {})
    ) as file:
        # libav calls its own Vorbis encoder experimental.
        options = {"strict": "experimental"}
        stream = file.add_stream(codec, rate=rate_hz, layout=layout, options=options)
        # Interleaved, since PyAV 18 miscounts the planes of eight channels and more.
        frame = av.AudioFrame.from_ndarray(channels.T.reshape(1, -1).copy(), "flt", layout)
        frame.sample_rate = rate_hz
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return written.getvalue()


def film() -> bytes:
    """A short grey film without sound, in Matroska."""
    written = BytesIO()
    with av.open(written, "w", format="matroska") as file:
        stream = file.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        for _ in range(5):
            grey = np.full((32, 32, 3), 128, np.uint8)
            file.mux(stream.encode(av.VideoFrame.from_ndarray(grey, "rgb24")))
        file.mux(stream.encode(None))
    return written.getvalue()


def loudest_hz(samples: NDArray[np.float32]) -> float:
    """The frequency that is strongest in a signal at 16 kHz."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(samples.size)))
    return float(np.argmax(spectrum)) * SAMPLE_RATE_HZ / samples.size
