"""Keeps clips in a local folder: what was received, and beside it what is heard in it."""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from pathlib import Path

from vernacular.clips.audio import Audio, to_pcm16
from vernacular.clips.containers import FORMATS
from vernacular.clips.contract import UNKNOWN_FORMAT, StoredClip, check_hash, hash_content
from vernacular.clips.decode import check_size, decode_audio
from vernacular.clips.encode import to_flac
from vernacular.clips.level import measure_level
from vernacular.errors import InvalidInput, NotFound, StoreUnavailable

_MD5_OF_FLAC = slice(26, 42)
"""Where FLAC keeps the sum of its samples: the end of its first block (RFC 9639, section 8.2)."""


class ClipFolder:
    """A `contract.Clips` in a folder, which several processes may share.

    The clip ``ab12...`` is ``ab/ab12....original.webm`` with ``ab/ab12....heard.flac`` beside it.
    A file appears under its name when it is whole and on the disk; the original comes last, so that
    a clip is kept or it is not. A process that is killed leaves at most a ``*.part`` file, which
    may be deleted when it is older than a day. The time of a file is that of the last `add`.
    """

    def __init__(self, root: Path) -> None:
        """Takes the folder, which is made with the first clip."""
        self._root = root

    def add(self, data: bytes, *, allow_undecodable: bool = False) -> StoredClip:
        """Keeps a recording and its decoded form (see `contract.Clips.add`)."""
        if data or not allow_undecodable:
            check_size(data)
        content_hash = hash_content(data)
        try:
            decoded = decode_audio(data)
        except InvalidInput as error:
            if not allow_undecodable:
                raise
            self._keep(self._original(content_hash, UNKNOWN_FORMAT), data)
            return StoredClip(content_hash, UNKNOWN_FORMAT, problem=error.reason)
        self._keep(self._heard(content_hash), to_flac(decoded.audio))
        self._keep(self._original(content_hash, decoded.format), data)
        return StoredClip(
            content_hash,
            decoded.format,
            sample_rate_hz=decoded.sample_rate_hz,
            n_channels=decoded.n_channels,
            audio_seconds=decoded.audio.seconds,
            level=measure_level(decoded.audio),
            is_incomplete=decoded.is_incomplete,
        )

    def has(self, content_hash: str) -> bool:
        """Whether the clip is kept (see `contract.Clips.has`)."""
        check_hash(content_hash)
        return self._find_format(content_hash) is not None

    def discard(self, content_hash: str, kept_at: float) -> bool:
        """Deletes a clip that nobody added since (see `contract.Clips.discard`)."""
        check_hash(content_hash)
        suffixes = (*FORMATS, UNKNOWN_FORMAT)
        # The original last: until it is gone, whoever begins again finds what is left.
        paths = [self._heard(content_hash), *(self._original(content_hash, s) for s in suffixes)]
        try:
            files = [path for path in paths if path.is_file()]
            if any(path.stat().st_mtime > kept_at for path in files):
                return False
            for path in files:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise StoreUnavailable(
                f"the clip {content_hash} cannot be deleted from {self._root}: {error.strerror}"
            ) from error
        return True

    def read(self, content_hash: str) -> Audio:
        """Returns what is heard in a clip (see `contract.Clips.read`)."""
        check_hash(content_hash)
        found = self._find_format(content_hash)
        if found is None:
            raise self._not_found(content_hash)
        if found == UNKNOWN_FORMAT:
            decode_audio(self.read_original(content_hash)[0])
            # It decodes now, because libav has learnt to since.
            raise InvalidInput(
                f"the clip {content_hash} was kept when it could not be decoded: add it again"
            )
        path = self._heard(content_hash)
        kept = _read(path)
        if kept is None:
            raise NotFound(
                f"the decoded form of the clip {content_hash} is gone from {path.parent}: add the"
                " recording again"
            )
        return _decode_kept(kept, path)

    def read_original(self, content_hash: str) -> tuple[bytes, str]:
        """Returns the bytes as received and their format (see `contract.Clips.read_original`)."""
        check_hash(content_hash)
        found = self._find_format(content_hash)
        data = None if found is None else _read(self._original(content_hash, found))
        if found is None or data is None:
            raise self._not_found(content_hash)
        if hash_content(data) != content_hash:
            raise _damaged(self._original(content_hash, found))
        return data, found

    def _original(self, content_hash: str, suffix: str) -> Path:
        return self._root / content_hash[:2] / f"{content_hash}.original.{suffix}"

    def _heard(self, content_hash: str) -> Path:
        return self._root / content_hash[:2] / f"{content_hash}.heard.flac"

    def _find_format(self, content_hash: str) -> str | None:
        try:
            for suffix in (*FORMATS, UNKNOWN_FORMAT):
                if self._original(content_hash, suffix).is_file():
                    return suffix
        except OSError as error:
            raise StoreUnavailable(f"{self._root} cannot be read: {error.strerror}") from error
        return None

    def _not_found(self, content_hash: str) -> NotFound:
        return NotFound(f"the clip {content_hash} is not in {self._root}")

    def _keep(self, path: Path, data: bytes) -> None:
        """Writes a file, or where it is there and whole, says that it was wanted again now.

        Raises:
            StoreUnavailable: the disk is full, or the folder may not be written.
        """
        try:
            if _read(path) == data and _renew(path):
                return
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_whole(path, data)
            # The names are on the disk, too: of the file, and of the folder if it is new.
            _sync_folder(path.parent)
            _sync_folder(self._root)
        except OSError as error:
            raise StoreUnavailable(
                f"the clip cannot be written to {path}: {error.strerror}; nothing was kept of it:"
                " make room or correct the folder's permissions, then send it again"
            ) from error


def _write_whole(path: Path, data: bytes) -> None:
    """Writes a file that is seen under its name only when all of it is on the disk."""
    part = path.with_name(f"{path.name}.{secrets.token_hex(8)}.part")
    try:
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _renew(path: Path) -> bool:
    """Sets the time of a file to now; returns whether that could be done.

    It could not where somebody has deleted the file since, or where it is another user's.
    """
    # Exactly now: what the kernel itself would put down may lie some milliseconds back.
    now = time.time_ns()
    try:
        os.utime(path, ns=(now, now))
    except (FileNotFoundError, PermissionError):
        return False
    return True


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read(path: Path) -> bytes | None:
    """Returns what a file holds, None where there is none.

    Raises:
        StoreUnavailable: it is there and cannot be read.
    """
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise StoreUnavailable(f"{path} cannot be read: {error.strerror}") from error


def _decode_kept(kept: bytes, path: Path) -> Audio:
    try:
        audio = decode_audio(kept).audio
    except InvalidInput as error:
        raise _damaged(path) from error
    # libav reports no wrong sum, and hands out what a damaged frame happens to decode to.
    samples = to_pcm16(audio.samples).astype("<i2").tobytes()
    if hashlib.md5(samples, usedforsecurity=False).digest() != kept[_MD5_OF_FLAC]:
        raise _damaged(path)
    return audio


def _damaged(path: Path) -> InvalidInput:
    return InvalidInput(
        "the stored clip was damaged since it was written: restore it from a backup, or add the"
        " recording again",
        file=str(path),
    )
