"""Packs the test partition of MASSIVE 1.1, all locales, byte for byte as published lines.

    python seed_data/massive/make.py MASSIVE_DIRECTORY

Same input, same bytes out: names sorted, times and owners fixed.
"""

from __future__ import annotations

import io
import json
import sys
import tarfile
from pathlib import Path

TARGET = Path(__file__).parent / "massive-1.1-test.tar.xz"


def main() -> None:
    source = Path(sys.argv[1])
    with tarfile.open(TARGET, "w:xz", preset=9) as archive:
        for path in sorted(source.glob("*.jsonl")):
            with path.open("rb") as lines:
                chosen = [line for line in lines if json.loads(line)["partition"] == "test"]
            data = b"".join(chosen)
            member = tarfile.TarInfo(f"massive-1.1-test/{path.name}")
            member.size, member.mode = len(data), 0o644
            archive.addfile(member, io.BytesIO(data))
            print(f"{path.stem}: {len(chosen)} utterances")


if __name__ == "__main__":
    main()
