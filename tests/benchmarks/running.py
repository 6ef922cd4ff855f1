"""A run end to end, store included, against the bare forward passes of the same release."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import torch

from tests.benchmarks.figure import Figure
from tests.benchmarks.importing import SEED
from tests.evaluation.situations import text_engine
from vernacular.assistants.contract import Request
from vernacular.assistants.load import load_assistant
from vernacular.collection.import_corpus import import_massive
from vernacular.evaluation.local_engine import TEXT_BATCH
from vernacular.evaluation.releases import add_release, manifest_of
from vernacular.evaluation.run import carry_out, open_run
from vernacular.evaluation.suites import freeze, select_utterances
from vernacular.store.database import Store
from vernacular.store.migrate import upgrade
from vernacular.store.runs import find_run
from vernacular.store.suites import list_pending

MANIFEST = SEED.parents[1] / "pocket" / "pocket-2.yaml"
PER_LOCALE = 400
THREADS = 2


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/store.db")
        upgrade(store)
        for _ in import_massive(store, SEED):
            pass
        with store.writing() as db:
            freeze(db, "bench", select_utterances(db, source="massive-1.1", per_locale=PER_LOCALE))
            release, _ = add_release(db, MANIFEST)
        assistant = load_assistant(manifest_of(release), Path(release.root), threads=THREADS)
        run_id = open_run(store, release.name, "bench")
        with store.reading() as db:
            suite_id = find_run(db, run_id).suite_id
            items = list_pending(db, suite_id, run_id, 0, 10**9)
        requests = [Request(one.text, one.locale, wants_reply=False) for one in items]
        assistant.predict_batch(requests[:512])
        began = time.perf_counter()
        carry_out(store, run_id, text_engine(assistant), lambda _: None)
        ours = len(items) / (time.perf_counter() - began)
        began = time.perf_counter()
        for at in range(0, len(requests), TEXT_BATCH):
            assistant.predict_batch(requests[at : at + TEXT_BATCH])
        bare = len(items) / (time.perf_counter() - began)
        assistant.close()
        store.close()
    limit = "the release alone on the same batches, nothing stored"
    what = f"run of {len(items):,} utterances, {torch.get_num_threads()} threads"
    yield Figure(what, ours, bare, "utt/s", limit)
    yield Figure("the same", ours, 1000, "utt/s", "what was asked for")
