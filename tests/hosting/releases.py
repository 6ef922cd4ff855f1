"""Real releases of a few kilobytes, and a host that loads them when it is told to."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import httpx

from tests.assistants.tiny_checkpoint import write_checkpoint
from vernacular.assistants.manifest import Manifest, read_manifest
from vernacular.errors import NotFound

MANIFEST = """\
release: {name}
assistant: tiny
trained_locales: [sw-KE, en-US, en-GB]
stages:
  nlu:
    engine: joint-encoder
    weights: {weights}
  reply:
    engine: templates
"""


def write_release(folder: Path, name: str, weights: str = "weights") -> Path:
    """Writes a release with a checkpoint of random weights; no weights where the name says so."""
    if weights != "missing" and not (folder / weights).exists():
        write_checkpoint(folder / weights)
    path = folder / f"{name}.yaml"
    path.write_text(MANIFEST.format(name=name, weights=weights), encoding="utf-8")
    return path


def finding(folder: Path) -> Callable[[str], tuple[Manifest, Path]]:
    """Returns what gives a host the releases whose manifests lie in ``folder``."""

    def find(name: str) -> tuple[Manifest, Path]:
        path = folder / f"{name}.yaml"
        if not path.exists():
            raise NotFound(f"there is no release {name!r}")
        return read_manifest(path), folder

    return find


def wait_until(url: str, name: str, state: str) -> dict[str, object]:
    """Waits until a release is in a state, and returns what the host says of it."""
    until = time.monotonic() + 60
    while True:
        found: dict[str, object] = httpx.get(f"{url}/v1/releases/{name}").json()
        if found.get("state") == state:
            return found
        assert time.monotonic() < until, found
        time.sleep(0.02)
