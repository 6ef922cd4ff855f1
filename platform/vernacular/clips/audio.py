"""What every stage that hears or speaks exchanges: one mono signal at one rate.

Importing this file costs NumPy alone; what reads and writes containers is in its neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE_HZ = 16_000
"""The rate at which every recogniser we know of was trained (Whisper, wav2vec 2.0, MMS)."""

PCM16_SCALE = 32_768
"""What one stands for in 16-bit samples: -1 is -32768, and +1 is one step above the largest."""


@dataclass(frozen=True, eq=False, slots=True)
class Audio:
    """A mono signal at 16 kHz."""

    samples: NDArray[np.float32]
    """``(n,)``, from -1 to 1."""

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return self.samples.size / SAMPLE_RATE_HZ


def from_pcm16(pcm: NDArray[np.int16]) -> Audio:
    """Signed 16-bit samples ``(n,)``, mono at 16 kHz, as audio."""
    samples = pcm.astype(np.float32)
    # In place, because an hour is 230 MB.
    samples /= PCM16_SCALE
    return Audio(samples)


def to_pcm16(samples: NDArray[np.floating[Any]]) -> NDArray[np.int16]:
    """Samples ``(n,)`` as signed 16-bit numbers; what lies outside -1..1 is clipped.

    The inverse of `from_pcm16`, bit for bit, for what came from 16 bits.
    """
    scaled = np.clip(np.rint(samples * PCM16_SCALE), -PCM16_SCALE, PCM16_SCALE - 1)
    pcm: NDArray[np.int16] = scaled.astype(np.int16)
    return pcm
