"""Importing a corpus into SQLite, against the least that the same job can be done with."""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.figure import Figure
from vernacular.collection.import_corpus import import_massive
from vernacular.store.database import Store
from vernacular.store.migrate import upgrade

SEED = Path(__file__).parents[2] / "seed_data" / "massive" / "massive-1.1-test.tar.xz"


def measure() -> Iterator[Figure]:
    source = Path(os.environ.get("MASSIVE", SEED))
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/store.db")
        upgrade(store)
        began = time.perf_counter()
        n = sum(file.n_added for file in import_massive(store, source))
        seconds = time.perf_counter() - began
        peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        began = time.perf_counter()
        again = sum(file.n_added for file in import_massive(store, source))
        seconds_again = time.perf_counter() - began
        store.close()
        assert again == 0, "a second import must add nothing"
        bare = _bare_import(source, Path(folder) / "bare.db")
    limit = "json.loads and one sqlite3 table, nothing checked"
    yield Figure(f"import {n:,} rows into SQLite", seconds, bare, "s", limit)
    yield Figure("import them again (adds nothing)", seconds_again, bare, "s", limit)
    yield Figure("peak memory of the process so far", peak_mib, 1024, "MiB", "what is allowed")


def _bare_import(source: Path, target: Path) -> float:
    began = time.perf_counter()
    base = sqlite3.connect(target)
    base.execute("CREATE TABLE rows (id, locale, partition, domain, intent, text, annotated)")
    for lines in _files(source):
        rows = [tuple(json.loads(line).values())[:7] for line in lines]
        base.executemany("INSERT INTO rows VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        base.commit()
    base.close()
    return time.perf_counter() - began


def _files(source: Path) -> Iterator[list[bytes]]:
    if source.is_dir():
        for path in sorted(source.glob("*.jsonl")):
            yield path.read_bytes().splitlines()
        return
    with tarfile.open(source) as archive:
        for member in archive:
            opened = archive.extractfile(member)
            if opened is not None and member.name.endswith(".jsonl"):
                yield opened.read().splitlines()
