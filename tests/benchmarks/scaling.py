"""A run on Ray against the same run in one process: ``python -m tests.benchmarks.scaling``.

Beside `make bench` and not in it, because it needs the extra ``ray`` and starts processes of its
own. Rates are taken from the first batch to the last; what comes before is given in seconds.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.figure import Figure
from tests.benchmarks.importing import SEED
from tests.benchmarks.running import MANIFEST, PER_LOCALE
from tests.evaluation.situations import text_engine
from vernacular.assistants.load import load_assistant
from vernacular.collection.import_corpus import import_massive
from vernacular.evaluation.answering import Asking, Engine
from vernacular.evaluation.ray_engine import Fleet, RayEngine
from vernacular.evaluation.releases import add_release, manifest_of
from vernacular.evaluation.run import Progress, carry_out, open_run
from vernacular.evaluation.suites import freeze, select_utterances
from vernacular.store.database import Store
from vernacular.store.migrate import upgrade
from vernacular.store.releases import find_release

RELEASE = "pocket-2"
ACTORS = (1, 2)


@dataclass(frozen=True, slots=True)
class Timed:
    """How one run went."""

    until_first_batch: float
    """Seconds."""
    rate: float
    """Utterances per second after it."""
    per_batch: float
    """Seconds."""


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/store.db")
        upgrade(store)
        for _ in import_massive(store, SEED):
            pass
        with store.writing() as db:
            freeze(db, "bench", select_utterances(db, source="massive-1.1", per_locale=PER_LOCALE))
            add_release(db, MANIFEST)
        with store.reading() as db:
            release = find_release(db, RELEASE)
        manifest, root = manifest_of(release), Path(release.root)
        began = time.perf_counter()
        with closing(load_assistant(manifest, root)) as assistant:
            local = _time(store, text_engine(assistant), began)
        here = "this process, 1 thread"
        for n_actors in ACTORS:
            began = time.perf_counter()
            with closing(RayEngine(manifest, root, root, Asking(), Fleet(n_actors))) as engine:
                far = _time(store, engine, began)
            what = f"run on Ray, {n_actors} actors of 1 thread"
            yield Figure(what, far.rate, local.rate, "utt/s", here)
            yield Figure("  seconds per batch", far.per_batch, local.per_batch, "s", here)
            first = (far.until_first_batch, local.until_first_batch)
            yield Figure("  until the first batch", *first, "s", here)
        store.close()


def _time(store: Store, engine: Engine, began: float) -> Timed:
    seen: list[tuple[float, int]] = []

    def listen(progress: Progress) -> None:
        seen.append((time.perf_counter(), progress.n_done))

    carry_out(store, open_run(store, RELEASE, "bench"), engine, listen)
    (first, n_first), (last, n_last) = seen[1], seen[-1]
    n_batches = len(seen) - 2
    return Timed(first - began, (n_last - n_first) / (last - first), (last - first) / n_batches)


if __name__ == "__main__":
    for one in measure():
        figures = f"{one.ours:>10,.2f} {one.unit:<6}{one.peer:>10,.2f} {one.unit:<6}"
        print(f"{one.what:<36}{figures}{one.ours / one.peer:>8.2f}  {one.peer_is}", flush=True)
