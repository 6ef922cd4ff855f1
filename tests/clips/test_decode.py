"""What was said is heard, whatever it came in."""

from pathlib import Path

import numpy as np
import pytest

from tests.clips.recordings import TONE_HZ, loudest_hz, record, sine
from vernacular.clips.audio import from_pcm16, to_pcm16
from vernacular.clips.decode import decode_audio

SAMPLES = Path(__file__).parents[2] / "seed_data" / "pocket_ears" / "samples"


@pytest.mark.parametrize(
    ("container", "codec", "rate_hz", "layout", "name"),
    [
        ("webm", "libopus", 48_000, "mono", "webm"),  # Chrome, Firefox
        ("webm", "libopus", 48_000, "stereo", "webm"),
        ("mp4", "aac", 48_000, "mono", "mp4"),  # Safari
        ("ipod", "aac", 44_100, "stereo", "m4a"),  # iPhone
        ("mov", "aac", 44_100, "mono", "mov"),
        ("3gp", "aac", 44_100, "mono", "3gp"),
        ("adts", "aac", 44_100, "mono", "aac"),
        ("amr", "libopencore_amrnb", 8_000, "mono", "amr"),  # older phones
        ("mp3", "libmp3lame", 44_100, "mono", "mp3"),
        ("mp3", "libmp3lame", 44_100, "stereo", "mp3"),
        ("ogg", "libopus", 48_000, "mono", "ogg"),  # messengers
        ("ogg", "vorbis", 44_100, "stereo", "ogg"),
        ("flac", "flac", 44_100, "stereo", "flac"),
        ("flac", "flac", 48_000, "5.1", "flac"),
        ("flac", "flac", 48_000, "7.1", "flac"),
        ("ipod", "aac", 48_000, "7.1", "m4a"),
        ("matroska", "libopus", 48_000, "5.1", "mkv"),
        ("aiff", "pcm_s16be", 44_100, "mono", "aiff"),
        ("caf", "pcm_s16le", 44_100, "mono", "caf"),
        ("mov", "pcm_s16le", 44_100, "mono", "mov"),
        ("wav", "pcm_u8", 8_000, "mono", "wav"),
        ("wav", "pcm_alaw", 8_000, "mono", "wav"),
        ("wav", "pcm_mulaw", 8_000, "mono", "wav"),
        ("wav", "adpcm_ms", 16_000, "mono", "wav"),
        ("wav", "pcm_s16le", 16_000, "mono", "wav"),
        ("wav", "pcm_s16le", 44_100, "5.1", "wav"),
        ("wav", "pcm_s16le", 16_000, "16 channels", "wav"),
        ("wav", "pcm_s24le", 48_000, "stereo", "wav"),
        ("wav", "pcm_s32le", 48_000, "mono", "wav"),
        ("wav", "pcm_f32le", 44_100, "stereo", "wav"),
        ("wav", "pcm_f64le", 8_000, "mono", "wav"),
    ],
)
def test_a_tone_survives(container: str, codec: str, rate_hz: int, layout: str, name: str) -> None:
    data = record(container, codec, rate_hz, layout, seconds=2.0)
    decoded = decode_audio(data)
    n_channels = {"mono": 1, "stereo": 2, "5.1": 6, "7.1": 8, "16 channels": 16}[layout]
    assert (decoded.format, decoded.sample_rate_hz) == (name, rate_hz)
    assert decoded.n_channels == n_channels
    assert not decoded.is_incomplete
    assert decoded.audio.samples.dtype == np.float32
    assert decoded.audio.seconds == pytest.approx(2.0, abs=0.05)
    assert loudest_hz(decoded.audio.samples) == pytest.approx(TONE_HZ, abs=1)
    # The mean is held against the tone's, because libav's AAC encoder makes single peaks; it also
    # drops the tone from the low-frequency channel, and AMR is coarse.
    inner = decoded.audio.samples[4_000:-4_000]
    assert float(np.sqrt(np.mean(inner**2))) == pytest.approx(0.5 / np.sqrt(2), rel=0.15)


def test_16_bit_mono_at_16_khz_is_heard_bit_for_bit() -> None:
    noise = np.random.default_rng(7).uniform(-1, 1, 16_000).astype(np.float32)
    decoded = decode_audio(record(channels=noise[np.newaxis]))
    # libav, too, rounds to the nearest of 65,536 steps.
    assert to_pcm16(decoded.audio.samples) == pytest.approx(to_pcm16(noise), abs=1)
    again = from_pcm16(to_pcm16(decoded.audio.samples))
    assert np.array_equal(again.samples, decoded.audio.samples)


def test_one_silent_channel_of_two_halves_the_tone() -> None:
    tone = sine()
    decoded = decode_audio(record(layout="stereo", channels=np.stack([tone, 0 * tone])))
    assert decoded.audio.samples == pytest.approx(tone / 2, abs=1e-4)


@pytest.mark.parametrize("layout", ["stereo", "5.1"])
@pytest.mark.parametrize("codec", ["pcm_s16le", "pcm_f32le"])
def test_channels_are_averaged_and_do_not_clip_as_their_sum_would(layout: str, codec: str) -> None:
    n_channels = {"stereo": 2, "5.1": 6}[layout]
    loud = np.tile(sine(amplitude=0.9), (n_channels, 1))
    decoded = decode_audio(record("wav", codec, layout=layout, channels=loud))
    assert decoded.audio.samples == pytest.approx(loud[0], abs=1e-4)


def test_opposite_channels_cancel_out() -> None:
    tone = sine()
    decoded = decode_audio(record(layout="stereo", channels=np.stack([tone, -tone])))
    assert np.abs(decoded.audio.samples).max() < 1e-4


def test_fractions_beyond_full_scale_are_clipped() -> None:
    loud = sine(amplitude=4.0)[np.newaxis]
    samples = decode_audio(record("wav", "pcm_f32le", channels=loud)).audio.samples
    assert (samples.min(), samples.max()) == (-1.0, 32_767 / 32_768)


def test_a_tenth_of_a_second_is_heard() -> None:
    assert decode_audio(record(seconds=0.1)).audio.seconds == pytest.approx(0.1)


def test_ten_minutes_are_heard_whole() -> None:
    decoded = decode_audio(record("flac", "flac", 8_000, seconds=600.0))
    assert decoded.audio.seconds == pytest.approx(600.0, abs=0.05)


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.wav")), ids=lambda path: path.stem)
def test_the_synthetic_speech_of_the_seed_data_is_heard(path: Path) -> None:
    decoded = decode_audio(path.read_bytes())
    assert (decoded.format, decoded.sample_rate_hz, decoded.n_channels) == ("wav", 16_000, 1)
    # 16-bit samples behind a header of 44 bytes or a little more.
    assert decoded.audio.seconds == pytest.approx((path.stat().st_size - 44) / 32_000, abs=0.01)
    assert not decoded.is_incomplete


@pytest.mark.parametrize(
    ("container", "codec", "rate_hz"),
    [
        ("webm", "libopus", 48_000),
        ("mp3", "libmp3lame", 44_100),
        ("flac", "flac", 44_100),
        ("wav", "pcm_s16le", 16_000),
        ("wav", "pcm_f32le", 16_000),
        ("adts", "aac", 44_100),
    ],
)
def test_what_is_left_of_a_recording_that_was_cut_off_is_heard(
    container: str, codec: str, rate_hz: int
) -> None:
    data = record(container, codec, rate_hz, seconds=3.0)
    # At three fifths, and not between two packets.
    decoded = decode_audio(data[: len(data) * 3 // 5 + 1])
    assert decoded.is_incomplete
    assert decoded.audio.seconds == pytest.approx(1.8, abs=0.4)
    assert loudest_hz(decoded.audio.samples) == pytest.approx(TONE_HZ, abs=1)


def test_an_mp4_that_is_written_while_it_is_recorded_is_heard_as_far_as_it_goes() -> None:
    options = {"movflags": "frag_keyframe+empty_moov", "frag_duration": "200000"}
    data = record("mp4", "aac", 48_000, seconds=3.0, container_options=options)
    assert decode_audio(data).audio.seconds == pytest.approx(3.0, abs=0.05)
    decoded = decode_audio(data[: len(data) // 2])
    assert decoded.is_incomplete
    assert decoded.audio.seconds == pytest.approx(1.5, abs=0.25)


def test_damage_in_the_middle_is_passed_over_and_said() -> None:
    data = bytearray(record("flac", "flac", 44_100, seconds=3.0))
    middle = len(data) // 2
    data[middle : middle + 2_000] = bytes(2_000)
    decoded = decode_audio(bytes(data))
    assert decoded.is_incomplete
    assert 2.0 < decoded.audio.seconds < 3.0


def test_a_wav_of_unknown_length_is_whole() -> None:
    # Recorders that stream cannot go back to write the sizes into the header.
    data = bytearray(record(seconds=1.0))
    at = data.index(b"data")
    data[4:8] = data[at + 4 : at + 8] = b"\xff\xff\xff\xff"
    decoded = decode_audio(bytes(data))
    assert decoded.audio.seconds == pytest.approx(1.0, abs=0.01)
    assert not decoded.is_incomplete


def test_a_guess_at_the_duration_does_not_make_a_recording_incomplete() -> None:
    # Of raw AAC, libav knows no duration and guesses one from the first frames: these are silent,
    # and therefore small.
    begins_silent = np.concatenate([np.zeros(44_100, np.float32), sine(2.0, 44_100)])
    decoded = decode_audio(record("adts", "aac", 44_100, channels=begins_silent[np.newaxis]))
    assert decoded.audio.seconds == pytest.approx(3.0, abs=0.05)
    assert not decoded.is_incomplete
