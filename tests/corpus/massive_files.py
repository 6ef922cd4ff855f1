"""Builds rows and files in MASSIVE's format, with what a test wants to be different."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal


def row(number: int = 1, locale: str = "sw-KE", **changes: Any) -> dict[str, Any]:
    """One valid row; a change to ``...`` leaves the field out."""
    fields = {
        "id": str(number),
        "locale": locale,
        "partition": "test",
        "scenario": "alarm",
        "intent": "alarm_set",
        "utt": "niamshe saa tatu",
        "annot_utt": "niamshe [time : saa tatu]",
    }
    return {name: value for name, value in (fields | changes).items() if value is not ...}


def judgment(**changes: Any) -> dict[str, Any]:
    """One valid judgment."""
    fields = {
        "worker_id": "8",
        "intent_score": 1,
        "slots_score": 1,
        "grammar_score": 4,
        "spelling_score": 2,
        "language_identification": "target|english",
    }
    return fields | changes


def lines(*rows: dict[str, Any]) -> bytes:
    """The rows as MASSIVE writes them."""
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in rows).encode()


def write_files(folder: Path, **content: bytes) -> Path:
    """Writes ``sw_KE=b"..."`` as ``sw-KE.jsonl``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in content.items():
        (folder / f"{name.replace('_', '-')}.jsonl").write_bytes(data)
    return folder


def pack(archive: Path, members: Mapping[str, bytes | tarfile.TarInfo]) -> Path:
    """Writes a .tar.gz or .tar.xz of plain files, or of the members given ready-made."""
    mode: Literal["w:gz", "w:xz"] = "w:gz" if archive.suffix == ".gz" else "w:xz"
    with tarfile.open(archive, mode) as tar:
        for name, content in members.items():
            if isinstance(content, tarfile.TarInfo):
                tar.addfile(content)
                continue
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return archive
