import hashlib
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from tests.clips.recordings import record
from vernacular.clips.contract import Clips
from vernacular.clips.decode import MAX_BYTES, decode_audio
from vernacular.clips.folder import ClipFolder
from vernacular.clips.level import measure_level
from vernacular.errors import InvalidInput, NotFound, StoreUnavailable

WEBM = record("webm", "libopus", 48_000, "stereo")
WEBM_HASH = hashlib.sha256(WEBM).hexdigest()
NOISE = b"spoken with care, and lost on the way" * 99


@pytest.fixture
def clips(tmp_path: Path) -> Clips:
    return ClipFolder(tmp_path / "clips")


def files(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def heard_file(root: Path) -> Path:
    return root / "clips" / WEBM_HASH[:2] / f"{WEBM_HASH}.heard.flac"


def test_a_clip_is_named_by_what_was_received_and_told_as_it_was_recorded(clips: Clips) -> None:
    stored = clips.add(WEBM)
    decoded = decode_audio(WEBM)
    assert stored.content_hash == WEBM_HASH
    assert (stored.format, stored.sample_rate_hz, stored.n_channels) == ("webm", 48_000, 2)
    assert stored.audio_seconds == decoded.audio.seconds
    assert stored.level == measure_level(decoded.audio)
    assert (stored.problem, stored.is_incomplete) == (None, False)


def test_what_is_read_is_what_was_heard_and_what_was_received(clips: Clips) -> None:
    stored = clips.add(WEBM)
    heard = clips.read(stored.content_hash)
    assert np.array_equal(heard.samples, decode_audio(WEBM).audio.samples)
    assert clips.read_original(stored.content_hash) == (WEBM, "webm")
    assert clips.has(stored.content_hash)


@pytest.mark.parametrize(
    ("container", "codec"), [("flac", "flac"), ("wav", "pcm_f32le"), ("mp3", "libmp3lame")]
)
def test_every_format_keeps_its_name(clips: Clips, container: str, codec: str) -> None:
    data = record(container, codec)
    assert clips.read_original(clips.add(data).content_hash) == (data, container)


def test_a_clip_added_twice_is_kept_once(clips: Clips, tmp_path: Path) -> None:
    first = clips.add(WEBM)
    kept = files(tmp_path)
    assert clips.add(WEBM) == first
    assert files(tmp_path) == kept
    assert len(kept) == 2


@pytest.mark.parametrize("data", [WEBM, b"no recording"], ids=["heard", "undecodable"])
def test_a_discarded_clip_leaves_nothing(clips: Clips, tmp_path: Path, data: bytes) -> None:
    content_hash = clips.add(data, allow_undecodable=True).content_hash
    assert clips.discard(content_hash, time.time())
    assert not files(tmp_path)
    assert clips.discard(content_hash, time.time())


def test_a_clip_that_was_added_again_is_not_discarded(clips: Clips, tmp_path: Path) -> None:
    content_hash = clips.add(WEBM).content_hash
    for path in (tmp_path / "clips").glob("*/*"):
        os.utime(path, (1_000, 1_000))
    clips.add(WEBM)
    assert not clips.discard(content_hash, 1_000)
    assert clips.read_original(content_hash) == (WEBM, "webm")


def test_another_process_sees_the_clip(clips: Clips, tmp_path: Path) -> None:
    clips.add(WEBM)
    assert ClipFolder(tmp_path / "clips").has(WEBM_HASH)


def test_two_who_add_the_same_clip_at_once_both_succeed(clips: Clips, tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as threads:
        stored = list(threads.map(clips.add, [WEBM] * 8))
    assert len(set(stored)) == 1
    assert len(files(tmp_path)) == 2
    assert clips.read(WEBM_HASH).seconds == stored[0].audio_seconds


def test_what_does_not_decode_is_refused_and_leaves_nothing(clips: Clips, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no sound recording"):
        clips.add(NOISE)
    assert files(tmp_path) == {}


def test_what_does_not_decode_is_kept_where_somebody_made_it(clips: Clips) -> None:
    stored = clips.add(NOISE, allow_undecodable=True)
    assert (stored.format, stored.sample_rate_hz, stored.level) == ("bin", None, None)
    assert "no sound recording" in str(stored.problem)
    assert clips.has(stored.content_hash)
    assert clips.read_original(stored.content_hash) == (NOISE, "bin")
    with pytest.raises(InvalidInput, match="no sound recording"):
        clips.read(stored.content_hash)


def test_too_much_is_kept_for_nobody(clips: Clips, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="bytes"):
        clips.add(bytes(MAX_BYTES + 1), allow_undecodable=True)
    assert files(tmp_path) == {}


def test_an_empty_file_is_kept_only_where_what_cannot_be_heard_is(clips: Clips) -> None:
    with pytest.raises(InvalidInput, match="0 bytes"):
        clips.add(b"")
    stored = clips.add(b"", allow_undecodable=True)
    assert "0 bytes" in str(stored.problem)
    with pytest.raises(InvalidInput, match="0 bytes"):
        clips.read(stored.content_hash)


def test_a_clip_that_is_not_there_is_named(clips: Clips) -> None:
    assert not clips.has(WEBM_HASH)
    with pytest.raises(NotFound, match=WEBM_HASH):
        clips.read(WEBM_HASH)
    with pytest.raises(NotFound, match=WEBM_HASH):
        clips.read_original(WEBM_HASH)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "../../etc/passwd",
        "/etc/passwd",
        WEBM_HASH.upper(),
        WEBM_HASH[:-1],
        WEBM_HASH + "0",
        WEBM_HASH + "\n",
        "\0" * 64,
        "٣" * 64,  # digits, but not those of a hash
        ("../" * 22)[:64],
    ],
)
def test_what_is_no_hash_never_becomes_a_path(clips: Clips, name: str) -> None:
    for look in (clips.has, clips.read, clips.read_original):
        with pytest.raises(InvalidInput, match="64 lower-case hexadecimal digits"):
            look(name)


@pytest.mark.parametrize("place", [0.0, 0.3, 0.5, 0.9])
def test_damage_to_what_is_kept_is_found(clips: Clips, tmp_path: Path, place: float) -> None:
    clips.add(WEBM)
    for path in (tmp_path / "clips").rglob("*.*"):
        data = bytearray(path.read_bytes())
        data[int(place * len(data))] ^= 0x10
        path.write_bytes(data)
    with pytest.raises(InvalidInput, match=f"{WEBM_HASH}.heard.flac: .* damaged"):
        clips.read(WEBM_HASH)
    with pytest.raises(InvalidInput, match=f"{WEBM_HASH}.original.webm: .* damaged"):
        clips.read_original(WEBM_HASH)


def test_a_kept_file_that_was_cut_off_is_found(clips: Clips, tmp_path: Path) -> None:
    clips.add(WEBM)
    heard = heard_file(tmp_path)
    heard.write_bytes(heard.read_bytes()[:-100])
    with pytest.raises(InvalidInput, match="damaged"):
        clips.read(WEBM_HASH)


def test_adding_a_clip_again_repairs_it(clips: Clips, tmp_path: Path) -> None:
    clips.add(WEBM)
    kept = files(tmp_path)
    for path in (tmp_path / "clips").rglob("*.*"):
        path.write_bytes(b"bad")
    clips.add(WEBM)
    assert files(tmp_path) == kept


def test_a_decoded_form_that_was_deleted_is_missed(clips: Clips, tmp_path: Path) -> None:
    clips.add(WEBM)
    heard_file(tmp_path).unlink()
    with pytest.raises(NotFound, match=f"{WEBM_HASH} is gone .* add the recording again"):
        clips.read(WEBM_HASH)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "clips").write_text("a file stands where the folder should be")
    with pytest.raises(StoreUnavailable, match=f"cannot be written to {tmp_path}/clips/.*"):
        ClipFolder(tmp_path / "clips").add(WEBM)


def test_a_full_disk_is_named_and_leaves_no_half_file(
    clips: Clips, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(StoreUnavailable, match=r"No space left on device.* make room"):
        clips.add(WEBM)
    assert files(tmp_path) == {}
    assert not clips.has(WEBM_HASH)
