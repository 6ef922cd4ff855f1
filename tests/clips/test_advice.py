from __future__ import annotations

import numpy as np
import pytest

from vernacular.clips.advice import INAUDIBLE, Advice, advise
from vernacular.clips.audio import Audio
from vernacular.clips.contract import StoredClip
from vernacular.clips.level import measure_level

TONE = np.sin(np.arange(16_000, dtype=np.float32) / 9)


def kept(samples: np.ndarray, *, is_incomplete: bool = False) -> StoredClip:
    audio = Audio(samples.astype(np.float32))
    return StoredClip(
        "0" * 64,
        "wav",
        audio_seconds=audio.seconds,
        level=measure_level(audio),
        is_incomplete=is_incomplete,
    )


@pytest.mark.parametrize(
    ("clip", "expected"),
    [
        (kept(0.3 * TONE), ()),
        (kept(0.3 * TONE[:1600]), (Advice.TOO_SHORT,)),
        (kept(0.0003 * TONE), (Advice.SILENT,)),
        (kept(0.01 * TONE), (Advice.FAINT,)),
        (kept(np.clip(4 * TONE, -1, 1)), (Advice.CLIPPED,)),
        (kept(0.3 * TONE, is_incomplete=True), (Advice.INCOMPLETE,)),
        (StoredClip("0" * 64, "bin", problem="no audio in it"), (Advice.UNDECODABLE,)),
    ],
)
def test_what_is_wrong_with_a_recording_is_named(
    clip: StoredClip, expected: tuple[Advice, ...]
) -> None:
    assert advise(clip) == expected


def test_a_recording_that_is_only_faint_can_be_heard() -> None:
    assert not INAUDIBLE & set(advise(kept(0.01 * TONE)))
