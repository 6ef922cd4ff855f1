"""The model host under 32 clients, against peers that serve the same network in the same run.

The network is a joint encoder of 4 layers x 256 with random weights, made here; one torch thread
everywhere; the texts are MASSIVE's, of eight locales in as many scripts, so that their lengths are
those of real requests. How busy the machine is changes the seconds, and the ratios hardly.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import torch
from transformers import AutoTokenizer, XLMRobertaConfig

from tests.benchmarks.figure import Figure
from tests.benchmarks.http_load import Load, call
from tests.benchmarks.importing import SEED
from vernacular.assistants.engines.understanding.joint_encoder import (
    JointEncoder,
    JointEncoderConfig,
)
from vernacular.corpus.massive import read_massive

POCKET = SEED.parents[1] / "pocket" / "pocket-2"
LOCALES = ("ar-SA", "de-DE", "en-US", "hi-IN", "ja-JP", "sw-KE", "ta-IN", "th-TH")
N_CLIENTS = 32
N_REQUESTS = 1024
N_ALONE = 256
ROUNDS = 2
"""Each server's best round counts: what else the machine does slows some rounds and not others."""
PATHS = {"ours": "/v1/predict", "naive": "/predict", "litserve": "/predict"}

Text = tuple[str, str]


def measure() -> Iterator[Figure]:
    texts = read_texts()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_random_release(folder, texts)
        raws, rounds = [], []
        for _ in range(ROUNDS):
            raws.append(measure_raw(folder))
            rounds.append({which: measure_server(which, folder, texts) for which in PATHS})
        raw = {order: max(one[order] for one in raws) for order in raws[0]}
        loads = {which: best([one[which] for one in rounds]) for which in PATHS}
        shared, alone = loads["ours"]
        what = f"host, {N_CLIENTS} clients, random 4 x 256"
        peers = (
            (loads["naive"][0].per_second, "a server with one forward pass per request (3 asked)"),
            (loads["litserve"][0].per_second, "LitServe, batches of 32 (1.5 asked)"),
            (raw["unsorted"], "bare batches of 32 as they come (0.9 asked)"),
            (raw["sorted"], "bare batches of 32 sorted by length (0.6 asked)"),
        )
        for peer, peer_is in peers:
            yield Figure(what, shared.per_second, peer, "utt/s", peer_is)
        peer_is = "the same server without batching (1.3 allowed)"
        yield Figure("one client, p50", alone.p50_ms, loads["naive"][1].p50_ms, "ms", peer_is)
        yield Figure(
            f"{N_CLIENTS} clients, p50", shared.p50_ms, loads["naive"][0].p50_ms, "ms", peer_is
        )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_pocket_release(folder, texts)
        raw = measure_raw(folder)
        shared, alone = best([measure_server("ours", folder, texts) for _ in range(ROUNDS)])
        what = f"host, {N_CLIENTS} clients, pocket-2"
        peer_is = "bare batches of 32 as they come"
        yield Figure(what, shared.per_second, raw["unsorted"], "utt/s", peer_is)
        yield Figure("the same, p50", shared.p50_ms, alone.p50_ms, "ms", "one client's p50")


def best(loads: Sequence[tuple[Load, Load]]) -> tuple[Load, Load]:
    """Returns the fastest round under many clients, and the fastest with a single one."""
    return (
        max((shared for shared, _ in loads), key=lambda one: one.per_second),
        min((alone for _, alone in loads), key=lambda one: one.p50_ms),
    )


def read_texts() -> list[Text]:
    texts = [
        (utterance.text, file.locale)
        for file in read_massive(SEED, locales=LOCALES)
        for utterance in file.utterances
    ]
    return random.Random(2).sample(texts, N_REQUESTS)  # noqa: S311 - a sample, no secret


def write_random_release(folder: Path, texts: list[Text]) -> None:
    """Writes the release that all servers serve, with the tokeniser and labels of pocket-2."""
    pocket = JointEncoderConfig.from_pretrained(POCKET)
    encoder = XLMRobertaConfig(
        vocab_size=pocket.encoder.vocab_size,
        hidden_size=256,
        num_hidden_layers=4,
        num_attention_heads=4,
        intermediate_size=1024,
        max_position_embeddings=130,
    )
    torch.manual_seed(1)
    config = JointEncoderConfig(
        encoder=encoder, intent_labels=pocket.intent_labels, slot_labels=pocket.slot_labels
    )
    JointEncoder(config).save_pretrained(folder / "weights")
    AutoTokenizer.from_pretrained(POCKET).save_pretrained(folder / "weights")
    write_release(folder, texts)


def write_pocket_release(folder: Path, texts: list[Text]) -> None:
    shutil.copytree(POCKET, folder / "weights")
    write_release(folder, texts)


def write_release(folder: Path, texts: list[Text]) -> None:
    nlu = "  nlu:\n    engine: joint-encoder\n    weights: weights\n"
    manifest = f"release: bench\nassistant: bench\nstages:\n{nlu}"
    (folder / "release.yaml").write_text(manifest, encoding="utf-8")
    (folder / "texts.json").write_text(json.dumps(texts), encoding="utf-8")


def measure_raw(folder: Path) -> dict[str, float]:
    done = subprocess.run(
        command("raw", 0, folder), check=True, capture_output=True, text=True, env=environment()
    )
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def measure_server(which: str, folder: Path, texts: Sequence[Text]) -> tuple[Load, Load]:
    """Returns what 32 clients see of a server, and what a single one sees."""
    bodies = [write_body(which, *one) for one in texts]
    with serving(which, folder) as port:
        call(port, PATHS[which], bodies[:N_ALONE], N_CLIENTS)
        shared = call(port, PATHS[which], bodies, N_CLIENTS)
        alone = call(port, PATHS[which], bodies[:N_ALONE], 1)
    return shared, alone


def write_body(which: str, text: str, locale: str) -> bytes:
    request = {"text": text, "locale": locale, "wants_reply": False}
    body = {"release": "bench", "requests": [request]} if which == "ours" else request
    return json.dumps(body).encode()


@contextmanager
def serving(which: str, folder: Path) -> Iterator[int]:
    """Runs a server in a process of its own; gives the port once it is ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = subprocess.Popen(
        command(which, port, folder),
        stdout=subprocess.DEVNULL,
        env=environment(),
        start_new_session=True,
    )
    try:
        until = time.monotonic() + 120
        while not is_ready(port):
            assert process.poll() is None, f"{which} ended with {process.returncode}"
            assert time.monotonic() < until, f"{which} is not ready after two minutes"
            time.sleep(0.2)
        yield port
    finally:
        # LitServe starts processes of its own.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def is_ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5).is_success
    except httpx.HTTPError:
        return False


def command(which: str, port: int, folder: Path) -> list[str]:
    return [sys.executable, "-m", "tests.benchmarks.hosting_peers", which, str(port), str(folder)]


def environment() -> dict[str, str]:
    return {**os.environ, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
