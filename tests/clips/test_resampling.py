import numpy as np
import pytest

from tests.clips.recordings import TONE_HZ, loudest_hz, sine
from vernacular.clips.audio import SAMPLE_RATE_HZ
from vernacular.clips.resampling import Resampler, resample
from vernacular.errors import InvalidInput


@pytest.mark.parametrize(
    "rate_hz", [4_000, 8_000, 11_025, 22_050, 24_000, 44_100, 48_000, 96_000, 384_000]
)
def test_a_tone_keeps_pitch_length_and_loudness(rate_hz: int) -> None:
    audio = resample(sine(2.0, rate_hz), rate_hz)
    assert audio.samples.dtype == np.float32
    assert audio.seconds == pytest.approx(2.0, abs=0.001)
    assert loudest_hz(audio.samples) == pytest.approx(TONE_HZ, abs=1)
    # Sample by sample, away from the ends: nothing is delayed.
    inner = slice(1_000, -1_000)
    expected = sine(audio.seconds)
    assert audio.samples[inner] == pytest.approx(expected[inner], abs=1e-4)


def test_what_has_the_rate_already_is_not_touched() -> None:
    assert np.array_equal(resample(sine(), SAMPLE_RATE_HZ).samples, sine())


def test_a_tone_above_half_the_new_rate_does_not_fold_back() -> None:
    # 10 kHz would be heard as 6 kHz.
    audio = resample(sine(1.0, 48_000, frequency_hz=10_000), 48_000)
    assert np.abs(audio.samples[500:-500]).max() < 0.001


def test_the_size_of_the_pieces_makes_no_difference() -> None:
    tone = sine(3.0, 44_100)
    resampler = Resampler(44_100)
    pieces = [resampler.push(piece) for piece in np.array_split(tone, 997)]
    joined = np.concatenate([*pieces, resampler.flush()])
    assert joined == pytest.approx(resample(tone, 44_100).samples, abs=1e-6)


def test_full_scale_steps_stay_within_full_scale() -> None:
    square = np.sign(sine(1.0, 44_100, amplitude=1.0))
    assert np.abs(resample(square, 44_100).samples).max() <= 1.0


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 48_000])
def test_no_samples_give_no_samples(rate_hz: int) -> None:
    assert resample(np.zeros(0), rate_hz).seconds == 0.0


@pytest.mark.parametrize("rate_hz", [-1, 0, 1, 3_999, 384_001, 2**31 - 1])
def test_a_rate_that_no_recording_has_is_refused_with_its_value(rate_hz: int) -> None:
    with pytest.raises(InvalidInput, match=f"{rate_hz:,} Hz"):
        resample(sine(), rate_hz)
