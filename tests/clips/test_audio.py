import subprocess
import sys

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vernacular.clips.audio import Audio, from_pcm16, to_pcm16


def test_sixteen_thousand_samples_last_a_second() -> None:
    assert Audio(np.zeros(16_000, np.float32)).seconds == 1.0
    assert Audio(np.zeros(0, np.float32)).seconds == 0.0


@given(st.lists(st.integers(-32_768, 32_767)))
def test_16_bits_survive_bit_for_bit(values: list[int]) -> None:
    pcm = np.array(values, np.int16)
    assert to_pcm16(from_pcm16(pcm).samples).tolist() == values


def test_what_is_louder_than_full_scale_is_clipped_and_does_not_wrap_around() -> None:
    assert to_pcm16(np.array([1.0, 1.5, -1.0, -7.0])).tolist() == [32767, 32767, -32768, -32768]


def test_whoever_only_passes_audio_on_does_not_load_libav() -> None:
    code = (
        "import sys, vernacular.clips.audio, vernacular.clips.folder;"
        " print('av' in sys.modules, end='')"
    )
    seen = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert seen.stdout == "False"
