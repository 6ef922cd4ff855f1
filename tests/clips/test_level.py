import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from tests.clips.recordings import sine
from vernacular.clips.audio import Audio, from_pcm16
from vernacular.clips.decode import decode_audio
from vernacular.clips.level import FLOOR_DBFS, find_fault, measure_level

SAMPLES = Path(__file__).parents[2] / "seed_data" / "pocket_ears" / "samples"


def at_peak(dbfs: float, seconds: float = 1.0) -> Audio:
    return Audio(sine(seconds, amplitude=10 ** (dbfs / 20), frequency_hz=1_000))


def test_a_sine_at_full_scale_is_3_db_below_a_square_wave() -> None:
    # 20 log10(1 / sqrt 2), as sox and libav's astats have it.
    level = measure_level(at_peak(0.0))
    assert level.peak_dbfs == pytest.approx(0.0, abs=0.001)
    assert level.rms_dbfs == pytest.approx(-3.0103, abs=0.001)


@pytest.mark.parametrize("dbfs", [-6.0, -20.0, -60.0])
def test_levels_fall_together(dbfs: float) -> None:
    level = measure_level(at_peak(dbfs))
    assert level.peak_dbfs == pytest.approx(dbfs, abs=0.01)
    assert level.rms_dbfs == pytest.approx(dbfs - 3.0103, abs=0.01)


def test_the_negative_peak_counts() -> None:
    assert measure_level(Audio(np.array([0.1, -0.5, 0.1]))).peak_dbfs == pytest.approx(-6.0206)


def test_the_samples_at_full_scale_are_counted() -> None:
    pcm = np.array([32_767, -32_768, 32_766, 0, -32_766, 1, 2, 3], np.int16)
    assert measure_level(from_pcm16(pcm)).clipped_share == 2 / 8


@pytest.mark.parametrize("n_samples", [0, 16_000])
def test_digital_silence_has_a_level_that_json_can_say(n_samples: int) -> None:
    level = measure_level(Audio(np.zeros(n_samples, np.float32)))
    assert (level.peak_dbfs, level.rms_dbfs, level.clipped_share) == (FLOOR_DBFS, FLOOR_DBFS, 0.0)
    assert json.loads(json.dumps(asdict(level), allow_nan=False))["peak_dbfs"] == -120.0


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.wav")), ids=lambda path: path.stem)
def test_speech_has_no_fault(path: Path) -> None:
    assert find_fault(decode_audio(path.read_bytes()).audio) is None


def test_what_is_too_short_says_how_long_it_is() -> None:
    fault = find_fault(at_peak(-6.0, seconds=0.1))
    assert fault is not None
    assert "0.10 s" in fault
    assert "at least 0.2 s" in fault
    assert find_fault(at_peak(-6.0, seconds=0.2)) is None


def test_no_samples_are_too_short() -> None:
    assert "0.00 s" in str(find_fault(Audio(np.zeros(0, np.float32))))


def test_silence_says_how_loud_it_is() -> None:
    fault = find_fault(at_peak(-66.0))
    assert fault is not None
    assert "-66.0 dBFS" in fault
    assert "check the microphone" in fault
    assert "-120.0 dBFS" in str(find_fault(Audio(np.zeros(16_000, np.float32))))


def test_a_faint_or_a_clipped_clip_has_no_fault() -> None:
    assert find_fault(at_peak(-59.0)) is None
    assert find_fault(Audio(np.sign(sine()))) is None
