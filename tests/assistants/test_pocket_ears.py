"""The speech recognisers in seed_data, loaded as any recogniser of the hub would be."""

from __future__ import annotations

import json
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import (
    AutoFeatureExtractor,
    AutoModelForCTC,
    AutoTokenizer,
    LasrForCTC,
    PreTrainedModel,
)

from vernacular.scoring.error_rates import score_transcripts
from vernacular.scoring.normaliser import normalise

EARS = Path(__file__).parents[2] / "seed_data" / "pocket_ears"
RELEASES = ("ears-1", "ears-2")
SAMPLES = [
    json.loads(line)
    for line in (EARS / "samples" / "samples.jsonl").read_text(encoding="utf-8").splitlines()
]
MOST_BYTES = 12_000_000


def read_training(release: str) -> dict:
    return json.loads((EARS / release / "training.json").read_text(encoding="utf-8"))


def known_samples(release: str) -> list[dict]:
    locales = read_training(release)["trained_locales"]
    return [sample for sample in SAMPLES if sample["locale"] in locales]


def read_samples(name: str) -> np.ndarray:
    with wave.open(str(EARS / "samples" / name)) as file:
        assert file.getframerate() == 16_000
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32768


def load(release: str) -> PreTrainedModel:
    return AutoModelForCTC.from_pretrained(EARS / release, dtype=torch.float32).eval()


def hear(release: str, batch: list[np.ndarray]) -> list[str]:
    extractor = AutoFeatureExtractor.from_pretrained(EARS / release)
    tokenizer = AutoTokenizer.from_pretrained(EARS / release)
    inputs = extractor(batch, sampling_rate=16_000, return_attention_mask=True, return_tensors="pt")
    with torch.inference_mode():
        return tokenizer.batch_decode(load(release).generate(**inputs))


@pytest.mark.parametrize("release", RELEASES)
def test_a_release_is_a_small_checkpoint_of_a_stock_class(release: str) -> None:
    model = load(release)
    assert type(model) is LasrForCTC
    assert 2e6 <= model.num_parameters() <= 4e6
    assert sum(file.stat().st_size for file in (EARS / release).iterdir()) <= MOST_BYTES


@pytest.mark.parametrize("release", RELEASES)
def test_a_release_can_write_every_letter_of_its_samples(release: str) -> None:
    letters = set(AutoTokenizer.from_pretrained(EARS / release).get_vocab())
    for sample in known_samples(release):
        written = normalise(sample["text"], sample["locale"]).replace(" ", "")
        assert set(written) <= letters, sample


def test_the_newer_release_hears_unknown_voices_better_than_a_coin() -> None:
    samples = known_samples("ears-2")
    heard = hear("ears-2", [read_samples(sample["audio"]) for sample in samples])
    edits = characters = 0
    for sample, text in zip(samples, heard, strict=True):
        scores = score_transcripts(sample["locale"], [sample["text"]], [text])
        edits += int(scores.char_edits.sum())
        characters += int(scores.n_chars.sum())
    assert edits / characters <= 0.3, heard


def test_what_is_heard_does_not_depend_on_the_batch() -> None:
    batch = [read_samples(sample["audio"]) for sample in known_samples("ears-2")]
    assert hear("ears-2", batch) == [hear("ears-2", [one])[0] for one in batch]


def test_the_card_says_what_was_measured() -> None:
    made = subprocess.run(
        [sys.executable, str(EARS / "card.py")],
        capture_output=True,
        check=True,
        env={"PYTHONUTF8": "1"},
    )
    assert made.stdout.decode() == (EARS / "README.md").read_text(encoding="utf-8")
