import hashlib
import wave
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from tests.clips.recordings import sine
from vernacular.clips.audio import Audio, to_pcm16
from vernacular.clips.decode import decode_audio
from vernacular.clips.encode import to_flac, to_wav
from vernacular.errors import InvalidInput

SPEECH = Path(__file__).parents[2] / "seed_data" / "pocket_ears" / "samples" / "hi-IN-1.wav"


@pytest.mark.parametrize("encode", [to_flac, to_wav])
@pytest.mark.parametrize("seconds", [1 / 16_000, 0.1, 3.0, 70.0])
def test_what_is_written_is_read_back_sample_by_sample(encode: object, seconds: float) -> None:
    assert callable(encode)
    audio = Audio(sine(seconds))
    decoded = decode_audio(encode(audio))
    assert np.array_equal(to_pcm16(decoded.audio.samples), to_pcm16(audio.samples))
    assert (decoded.sample_rate_hz, decoded.n_channels) == (16_000, 1)
    assert not decoded.is_incomplete


def test_the_standard_library_reads_the_wav() -> None:
    with wave.open(BytesIO(to_wav(Audio(sine(0.5))))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 16_000)
        frames = file.readframes(file.getnframes())
    assert np.array_equal(np.frombuffer(frames, "<i2"), to_pcm16(sine(0.5)))


def test_flac_of_speech_is_smaller_and_the_same_each_time() -> None:
    audio = decode_audio(SPEECH.read_bytes()).audio
    flac = to_flac(audio)
    assert len(flac) < 0.7 * len(to_wav(audio))
    assert to_flac(audio) == flac


def test_flac_ends_its_first_block_with_the_sum_of_its_samples() -> None:
    audio = Audio(sine(0.5))
    flac = to_flac(audio)
    # RFC 9639, section 8.2: behind "fLaC" and the block's header of 4 bytes lie 34 bytes.
    assert flac[:5] == b"fLaC\0"
    samples = to_pcm16(audio.samples).astype("<i2").tobytes()
    assert flac[26:42] == hashlib.md5(samples, usedforsecurity=False).digest()


@pytest.mark.parametrize("encode", [to_flac, to_wav])
def test_silence_of_no_length_is_a_file_without_samples(encode: object) -> None:
    assert callable(encode)
    with pytest.raises(InvalidInput, match="no samples"):
        decode_audio(encode(Audio(np.zeros(0, np.float32))))
