"""What goes wrong in the field is heard as far as it can be, and else refused in words."""

import re

import pytest

from tests.clips.odd_clips import HEARD, LONG_SECONDS, ODD_CLIPS, OddClip
from tests.clips.recordings import TONE_HZ, loudest_hz
from vernacular.clips.decode import decode_audio
from vernacular.clips.level import find_fault
from vernacular.errors import InvalidInput

BY_NAME = {clip.name: clip for clip in ODD_CLIPS}


@pytest.mark.parametrize(
    "clip", [clip for clip in ODD_CLIPS if not clip.decodes], ids=lambda clip: clip.name
)
def test_what_cannot_be_decoded_is_refused_in_words(clip: OddClip) -> None:
    with pytest.raises(InvalidInput, match=clip.expected):
        decode_audio(clip.make())


@pytest.mark.parametrize(
    "clip", [clip for clip in ODD_CLIPS if clip.decodes], ids=lambda clip: clip.name
)
def test_what_decodes_is_heard_or_has_a_fault_with_a_reason(clip: OddClip) -> None:
    fault = find_fault(decode_audio(clip.make()).audio)
    if clip.expected == HEARD:
        assert fault is None
    else:
        assert fault is not None
        assert re.search(clip.expected, fault)


@pytest.mark.parametrize(
    ("name", "rate_hz", "n_channels", "is_incomplete"),
    [
        ("stereo", 44_100, 2, False),
        ("8 kHz", 8_000, 1, False),
        ("truncated", 48_000, 1, True),
        ("damaged inside", 48_000, 1, True),
    ],
)
def test_the_tone_is_heard_and_what_came_is_told(
    name: str, rate_hz: int, n_channels: int, is_incomplete: bool
) -> None:
    decoded = decode_audio(BY_NAME[name].make())
    assert (decoded.sample_rate_hz, decoded.n_channels) == (rate_hz, n_channels)
    assert decoded.is_incomplete == is_incomplete
    assert loudest_hz(decoded.audio.samples) == pytest.approx(TONE_HZ, abs=1)


def test_ten_minutes_are_heard_to_the_end() -> None:
    decoded = decode_audio(BY_NAME["ten minutes"].make())
    assert decoded.audio.seconds == pytest.approx(LONG_SECONDS, abs=0.1)
    last_second = decoded.audio.samples[-16_000:]
    assert loudest_hz(last_second) == pytest.approx(TONE_HZ, abs=1)
