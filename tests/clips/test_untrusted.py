"""Whatever a stranger sends: an answer in words, soon, and no file opened on his behalf."""

import struct
import tracemalloc
import wave
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.clips.recordings import film, record
from vernacular.clips import decode
from vernacular.clips.decode import MAX_BYTES, decode_audio
from vernacular.errors import InvalidInput

RECORDINGS = {
    "webm": record("webm", "libopus", 48_000, "stereo", seconds=0.3),
    "m4a": record("ipod", "aac", 44_100, seconds=0.3),
    "mp3": record("mp3", "libmp3lame", 44_100, seconds=0.3),
    "ogg": record("ogg", "libopus", 48_000, seconds=0.3),
    "aac": record("adts", "aac", 44_100, seconds=0.3),
    "flac": record("flac", "flac", 44_100, "5.1", seconds=0.3),
    "wav": record("wav", "pcm_s16le", 8_000, seconds=0.3),
    "float wav": record("wav", "pcm_f32le", 16_000, "stereo", seconds=0.3),
}


def zipped() -> bytes:
    written = BytesIO()
    with ZipFile(written, "w") as archive:
        archive.writestr("clip.wav", RECORDINGS["wav"])
    return written.getvalue()


def edited(data: bytes, tag: bytes, offset: int, value: bytes) -> bytes:
    """The recording with ``value`` written ``offset`` bytes behind the first ``tag``."""
    at = data.index(tag) + len(tag) + offset
    return data[:at] + value + data[at + len(value) :]


def empty_wav() -> bytes:
    written = BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
    return written.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", r"empty \(0 bytes\)"),
        (b"\0", "no sound recording that can be read.* 1 bytes"),
        (b"wake me at five this week\n" * 99, "no sound recording .* begin with 77 61 6b 65"),
        ("أيقظني في الساعة الخامسة".encode(), "no sound recording"),
        (b"<!doctype html><p>503</p>", "no sound recording"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(99), "no sound .* one of .*flac.* is expected"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(99), "no sound recording"),
        (zipped(), "no sound recording"),
        (bytes(10_000), "no sound recording"),
        (film(), "no sound, only video"),
        (empty_wav(), "no samples"),
        (RECORDINGS["m4a"][:-900], "cut off or damaged, nothing in its"),
        (RECORDINGS["webm"][:100], "cut off or damaged"),
        (RECORDINGS["wav"][:40], "cut off or damaged"),
        # The rate stands 12 bytes behind the name of its chunk, the channels 10, the codec 8.
        (edited(RECORDINGS["wav"], b"fmt ", 8, struct.pack("<I", 1)), "sample rate of 1 Hz"),
        (edited(RECORDINGS["wav"], b"fmt ", 6, struct.pack("<H", 200)), "200 channels"),
        (edited(RECORDINGS["wav"], b"fmt ", 4, struct.pack("<H", 0x160)), "encoded with wmav1"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_heard_is_refused_in_words(data: bytes, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        decode_audio(data)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_samples_that_are_no_numbers_are_refused(value: float) -> None:
    broken = np.zeros((1, 8_000), np.float32)
    broken[0, 100] = value
    with pytest.raises(InvalidInput, match="no numbers"):
        decode_audio(record("wav", "pcm_f32le", channels=broken))


def test_too_many_bytes_are_refused_with_their_number() -> None:
    with pytest.raises(InvalidInput, match=f"{MAX_BYTES:,} bytes, this one has {MAX_BYTES + 1:,}"):
        decode_audio(bytes(MAX_BYTES + 1))


def test_a_small_file_that_decodes_to_hours_is_given_up_at_the_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    silence = np.zeros((1, 16_000 * 600), np.float32)
    bomb = record("flac", "flac", channels=silence)
    assert len(bomb) < silence.nbytes / 200
    monkeypatch.setattr(decode, "MAX_SECONDS", 10)
    tracemalloc.start()
    try:
        with pytest.raises(InvalidInput, match="up to 10 s, this one is longer"):
            decode_audio(bomb)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # Ten seconds at 16 bits are 320 KB, ten minutes 19 MB.
    assert peak_bytes < 5_000_000


@pytest.mark.parametrize("count", [100_000, 80_000_000, 2**32 - 1])
def test_an_mp4_index_that_would_fill_the_memory_is_refused_unread(count: int) -> None:
    # In stsz: version, size of each sample, their number; in stsc: samples in the one chunk.
    hostile = edited(RECORDINGS["m4a"], b"stsz", 4, struct.pack(">II", 1, count))
    hostile = edited(hostile, b"stsc", 12, struct.pack(">I", count))
    with pytest.raises(InvalidInput, match=f"its index names {count:,} samples"):
        decode_audio(hostile)


def test_an_mp4_fragment_that_would_fill_the_memory_is_refused_unread() -> None:
    fragments = {"movflags": "frag_keyframe+empty_moov"}
    data = record("mp4", "aac", 48_000, container_options=fragments)
    hostile = edited(data, b"trun", 0, struct.pack(">II", 1, 80_000_000))
    with pytest.raises(InvalidInput, match="its index names 80,000,000 samples"):
        decode_audio(hostile)


def test_a_packed_mp4_index_is_refused_unread() -> None:
    hostile = RECORDINGS["m4a"].replace(b"mvhd", b"cmov")
    with pytest.raises(InvalidInput, match="packed index"):
        decode_audio(hostile)


def test_wav_titles_that_would_fill_the_memory_are_refused_unread() -> None:
    hostile = edited(RECORDINGS["wav"], b"LIST", 0, struct.pack("<I", 2**31 - 100))
    with pytest.raises(InvalidInput, match="its titles claim 2,147,483,548 bytes"):
        decode_audio(hostile)


LURES = {
    "concat": b"ffconcat version 1.0\nfile secret.wav\n",
    "hls": b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nsecret.wav\n#EXT-X-ENDLIST\n",
    "m3u": b"#EXTM3U\nfile://secret.wav\n",
    "dash": b'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"'
    b' type="static"><Period><AdaptationSet mimeType="audio/wav"><Representation id="1">'
    b"<BaseURL>secret.wav</BaseURL></Representation></AdaptationSet></Period></MPD>",
    "sdp": b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 9 RTP/AVP 0\n",
}


@pytest.mark.parametrize("lure", LURES.values(), ids=LURES.keys())
def test_a_playlist_does_not_lead_to_another_file(
    lure: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("secret.wav").write_bytes(RECORDINGS["wav"])
    with pytest.raises(InvalidInput, match="no sound recording"):
        decode_audio(lure)


def test_libav_left_to_itself_would_have_followed_the_lure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without this, the test above could not fail."""
    monkeypatch.chdir(tmp_path)
    Path("secret.wav").write_bytes(RECORDINGS["wav"])
    with av.open(BytesIO(LURES["concat"])) as opened:
        assert sum(frame.samples for frame in opened.decode(audio=0)) > 0


@given(data=st.binary(max_size=2_000))
def test_random_bytes_are_refused_in_words(data: bytes) -> None:
    with pytest.raises(InvalidInput):
        decode_audio(data)


@given(
    name=st.sampled_from(sorted(RECORDINGS)),
    edits=st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=4)),
        min_size=1,
        max_size=20,
    ),
    kept=st.floats(0.01, 1),
)
def test_damaged_recordings_are_heard_or_refused_in_words(
    name: str, edits: list[tuple[float, bytes]], kept: float
) -> None:
    data = bytearray(RECORDINGS[name])
    for place, value in edits:
        at = int(place * len(data))
        data[at : at + len(value)] = value
    try:
        samples = decode_audio(bytes(data[: int(kept * len(data)) + 1])).audio.samples
    except InvalidInput as error:
        assert "Errno" not in str(error)
    else:
        assert samples.size > 0
        assert np.abs(samples).max() <= 1.0


def test_libav_writes_nothing_to_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    broken = bytearray(RECORDINGS["mp3"])
    broken[500:900] = bytes(400)
    decode_audio(bytes(broken))
    with pytest.raises(InvalidInput):
        decode_audio(RECORDINGS["m4a"][:-900])
    assert capfd.readouterr() == ("", "")
