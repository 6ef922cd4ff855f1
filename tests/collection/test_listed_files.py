"""A list reaches the regular files of its own folder, and no others unless it is trusted."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vernacular.collection import listed_files
from vernacular.collection.listed_files import read_listed
from vernacular.errors import InvalidInput


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """That of a list, with a secret beside it."""
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "list-2").mkdir()
    (tmp_path / "list-2" / "a.wav").write_bytes(b"of another list")
    made = tmp_path / "list"
    (made / "clips").mkdir(parents=True)
    (made / "a.wav").write_bytes(b"a")
    (made / "clips" / "b.wav").write_bytes(b"b")
    (made / "linked.wav").symlink_to("../secret")
    (made / "clips" / "linked2.wav").symlink_to(tmp_path / "secret")
    (made / "near.wav").symlink_to("clips/b.wav")
    return made


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.wav", b"a"),
        ("b.wav", b"b"),
        ("clips/b.wav", b"b"),
        ("clips/../a.wav", b"a"),
        ("near.wav", b"b"),
    ],
)
def test_what_lies_in_the_folder_is_read(folder: Path, name: str, content: bytes) -> None:
    assert read_listed(folder, name) == content
    link = folder.parent / "link"
    link.symlink_to(folder)
    assert read_listed(link, name) == content
    assert read_listed(folder, str(folder / "a.wav")) == b"a"


@pytest.mark.parametrize(
    "name",
    [
        *("../secret", "../../../../../../../../etc/passwd", "/etc/passwd", "/dev/zero"),
        *("/dev/stdin", "linked.wav", "linked2.wav", "../list-2/a.wav", "../gone"),
    ],
)
def test_what_lies_outside_is_refused(folder: Path, name: str) -> None:
    with pytest.raises(InvalidInput, match=r"outside the folder of the list.*--allow-outside"):
        read_listed(folder, name)


def test_of_a_trusted_list_files_elsewhere_are_read(folder: Path) -> None:
    for name in ("../secret", "linked.wav", "linked2.wav", str(folder.parent / "secret")):
        assert read_listed(folder, name, allow_outside=True) == b"secret"


@pytest.mark.parametrize("name", ["/dev/zero", "pipe.wav", "folder.wav"])
def test_only_regular_files_are_read_of_any_list(folder: Path, name: str) -> None:
    os.mkfifo(folder / "pipe.wav")
    (folder / "folder.wav").mkdir()
    with pytest.raises(InvalidInput, match=r"folder, pipe or device|Is a directory"):
        read_listed(folder, name, allow_outside=True)


@pytest.mark.parametrize("name", ["gone.wav", f"{'long' * 200}.wav", "nul\0.wav", "loop.wav"])
def test_what_cannot_be_read_is_told(folder: Path, name: str) -> None:
    (folder / "loop.wav").symlink_to("loop.wav")
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_listed(folder, name)


def test_of_too_large_a_file_no_more_is_read_than_tells_that_it_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listed_files, "MAX_BYTES", 100)
    (folder / "large.wav").write_bytes(bytes(1_000))
    assert len(read_listed(folder, "large.wav")) == 101
