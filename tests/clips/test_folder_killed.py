"""A process that is killed while it adds a clip leaves no half file under a clip's name."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from tests.clips.recordings import record
from vernacular.clips.folder import ClipFolder

CLIP = record("webm", "libopus", 48_000)

ADD_AND_STOP = """
import os, sys, time
from pathlib import Path
from vernacular.clips.folder import ClipFolder

real, calls, stop_at = os.fsync, iter(range(99)), int(sys.argv[3])

def fsync(descriptor):
    # What was written so far may be half of it: the disk has been told nothing yet.
    if next(calls) == stop_at:
        print("stopped", flush=True)
        time.sleep(60)
    real(descriptor)

os.fsync = fsync
ClipFolder(Path(sys.argv[1])).add(Path(sys.argv[2]).read_bytes())
print("added", flush=True)
"""


def files_below(root: Path) -> dict[str, bytes]:
    """What stands under the name of a clip."""
    paths = (path for path in root.rglob("*") if path.is_file() and path.suffix != ".part")
    return {path.name: path.read_bytes() for path in paths}


@pytest.mark.parametrize("stop_at", range(7))
def test_a_kill_leaves_a_clip_whole_or_not_there(tmp_path: Path, stop_at: int) -> None:
    clip, root = tmp_path / "clip.webm", tmp_path / "clips"
    clip.write_bytes(CLIP)
    command = [sys.executable, "-c", ADD_AND_STOP, str(root), str(clip), str(stop_at)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        # Six times the disk is told: for each of two files, itself and the folders above it.
        assert process.stdout.readline() == ("stopped\n" if stop_at < 6 else "added\n")
        process.kill()
    content_hash = hashlib.sha256(CLIP).hexdigest()
    clips = ClipFolder(root)
    if clips.has(content_hash):
        assert clips.read_original(content_hash) == (CLIP, "webm")
        assert clips.read(content_hash).seconds == pytest.approx(1.0, abs=0.05)
    # The original appears last, with the fourth call behind it.
    assert clips.has(content_hash) == (stop_at >= 4)
    left = files_below(root)
    stored = clips.add(CLIP)
    assert clips.read(stored.content_hash).seconds == stored.audio_seconds
    # What stood under a clip's name was already as it is now.
    assert left.items() <= files_below(root).items()
