"""Brings a mono signal of any usual rate to the one rate that stages hear."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vernacular.clips.audio import SAMPLE_RATE_HZ, Audio
from vernacular.errors import InvalidInput

if TYPE_CHECKING:
    from av import AudioFrame

MIN_RATE_HZ = 4_000
"""Half of what a telephone carries. A file may claim 1 Hz and so turn kilobytes into hours."""
MAX_RATE_HZ = 384_000
"""The highest rate of studio equipment; a higher claim would only make the filters large."""

_PIECE = 2**15
"""Samples resampled at once: few enough to bound memory, as at the lowest rate a piece becomes half
a megabyte; enough that a codec's frames of 20 ms do not each pay for a call."""


class Resampler:
    """Turns a mono signal into one at 16 kHz, piece by piece (libswresample)."""

    def __init__(self, rate_hz: int) -> None:
        """Takes the rate of what will be pushed.

        Raises:
            InvalidInput: no recording has such a rate.
        """
        import av  # noqa: PLC0415 - whoever only stores or shows clips need not load libav

        if not MIN_RATE_HZ <= rate_hz <= MAX_RATE_HZ:
            raise InvalidInput(
                f"claims a sample rate of {rate_hz:,} Hz; recordings have from"
                f" {MIN_RATE_HZ:,} to {MAX_RATE_HZ:,} Hz: record it again"
            )
        self.rate_hz = rate_hz
        self._waiting: list[NDArray[np.floating[Any]]] = []
        self._n_waiting = 0
        self._make_frame = av.AudioFrame.from_ndarray
        # libav's resampler hands a signal that has the rate already through as it is.
        self._resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE_HZ)

    def push(self, samples: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
        """Returns what is ready at 16 kHz after taking ``samples``, ``(n,)`` at ``rate_hz``."""
        self._waiting.append(samples)
        self._n_waiting += samples.size
        if self._n_waiting < _PIECE:
            return _joined([])
        return self._resample_waiting()

    def flush(self) -> NDArray[np.float32]:
        """Returns the rest; nothing is pushed afterwards."""
        last = self._resample_waiting()
        # One that hands through has nothing left, and gives back the None that asks for it.
        held_back: list[AudioFrame | None] = list(self._resampler.resample(None))
        return np.concatenate([last, _joined([one for one in held_back if one is not None])])

    def _resample_waiting(self) -> NDArray[np.float32]:
        samples = np.concatenate([*self._waiting, np.empty(0)]).astype(np.float32)
        self._waiting, self._n_waiting = [], 0
        ready = []
        for start in range(0, samples.size, _PIECE):
            piece = samples[np.newaxis, start : start + _PIECE]
            frame = self._make_frame(piece, format="flt", layout="mono")
            frame.sample_rate = self.rate_hz
            ready += self._resampler.resample(frame)
        return _joined(ready)


def resample(samples: NDArray[np.floating[Any]], rate_hz: int) -> Audio:
    """Mono samples ``(n,)`` from -1 to 1 at any rate, such as synthesised speech, as audio.

    Raises:
        InvalidInput: the rate is none that recordings have.
    """
    resampler = Resampler(rate_hz)
    signal = np.concatenate([resampler.push(samples), resampler.flush()])
    # Where the signal jumps to full scale, the filter overshoots a little.
    return Audio(np.clip(signal, -1.0, 1.0))


def _joined(frames: list[AudioFrame]) -> NDArray[np.float32]:
    """The samples ``(n,)`` of packed mono frames."""
    parts = [frame.to_ndarray()[0] for frame in frames]
    return np.concatenate(parts) if parts else np.empty(0, np.float32)
