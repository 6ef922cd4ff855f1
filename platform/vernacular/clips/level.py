"""How loud a clip is, and whether there is anything to hear in it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from vernacular.clips.audio import PCM16_SCALE, Audio

MIN_SECONDS = 0.2
"""About one spoken syllable; what is shorter is a click on the button."""

SILENCE_DBFS = -60.0
"""A clip whose loudest sample lies below this is silent. ITU-R BS.1770-5 (section on gating) takes
what is quieter than -70 LKFS for silence, and speech peaks 10 dB or more above its mean level."""

FLOOR_DBFS = -120.0
"""Stands for digital silence, whose level would be minus infinity, which JSON cannot say. One step
of 16 bits is -90.3 dBFS."""

_FULL_SCALE = (PCM16_SCALE - 1) / PCM16_SCALE


@dataclass(frozen=True, slots=True)
class Level:
    """How loud a clip is, in dB of full scale: 0 is a square wave from -1 to 1, a sine -3.01."""

    peak_dbfs: float
    """Of the sample farthest from zero; never below `FLOOR_DBFS`."""
    rms_dbfs: float
    """Root mean square over the whole clip, pauses included; never below `FLOOR_DBFS`."""
    clipped_share: float
    """Share of the samples that stand at full scale, 0 to 1."""


def measure_level(audio: Audio) -> Level:
    """Returns the levels of a clip; one without samples counts as digital silence."""
    if not audio.samples.size:
        return Level(FLOOR_DBFS, FLOOR_DBFS, 0.0)
    magnitudes = np.abs(audio.samples)
    mean_square = float(np.mean(np.square(magnitudes, dtype=np.float64)))
    return Level(
        peak_dbfs=_dbfs(float(magnitudes.max())),
        rms_dbfs=_dbfs(math.sqrt(mean_square)),
        clipped_share=float(np.mean(magnitudes >= _FULL_SCALE)),
    )


def find_fault(audio: Audio) -> str | None:
    """Returns why nothing can be heard in a clip, as a sentence for its speaker; None if it can.

    A faint or clipped clip has no fault: it is measured, and what a release makes of it is tested.
    """
    if audio.seconds < MIN_SECONDS:
        return (
            f"the recording lasts {audio.seconds:.2f} s, which is too short for a word"
            f" (at least {MIN_SECONDS} s): record it again and stop after the last word"
        )
    # Not the whole level: of ten minutes that would take a hundred megabytes.
    peak_dbfs = _dbfs(max(float(audio.samples.max()), -float(audio.samples.min())))
    if peak_dbfs < SILENCE_DBFS:
        return (
            f"the recording is silent: its loudest moment is {peak_dbfs:.1f} dBFS, speech reaches"
            f" {SILENCE_DBFS:.0f} dBFS or more: check the microphone and record it again"
        )
    return None


def _dbfs(amplitude: float) -> float:
    return max(20.0 * math.log10(amplitude), FLOOR_DBFS) if amplitude > 0 else FLOOR_DBFS
