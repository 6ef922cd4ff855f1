"""Speaks MASSIVE with espeak-ng and keeps every clip as its log-mel features.

Run once before ``train.py``. Texts come from MASSIVE (``train`` to learn from, ``test`` to be
judged on), voices from espeak-ng's variants, some of which are kept for judging alone.

    python seed_data/pocket_ears/prepare.py MASSIVE_DIRECTORY WORK_DIRECTORY --clips 9000

Clips are made in shards, in an order that mixes locales; shards that exist are not made again, and
the seed fixes each of them.
"""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import wave
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from scipy.signal import fftconvolve, resample_poly
from transformers import LasrFeatureExtractor
from voices import ESPEAK_VOICES, HELD_OUT_VARIANTS, TRAIN_VARIANTS

from vernacular.scoring.normaliser import find_normaliser

N_MEL_BINS = 80
SAMPLE_RATE_HZ = 16_000
LEVELS_PER_NAT, FLOOR = 12.0, -11.6
"""How log-mel values become bytes: a twelfth of a nat is far below what noise adds."""
MAX_CHARACTERS = 100
RARE_CHARACTER_SHARE = 0.0004
CLIPS_PER_SHARD = 2_000
REVERBERANT_SHARE = 0.25


@dataclass(frozen=True)
class Clip:
    """One utterance to be spoken."""

    locale: str
    text: str
    """As MASSIVE writes it; espeak-ng reads its punctuation."""
    target: str
    """As the strict normaliser leaves it: what the recogniser is to write."""
    variant: str
    seed: int


def read_texts(path: Path, locale: str) -> dict[str, dict[str, str]]:
    """Returns target -> text of both partitions, without what cannot be learnt from speech.

    Left out are utterances with digits (read as words nobody wrote), with characters rare in the
    locale (foreign words, which espeak-ng reads by another language's rules), overlong ones, and
    in ``test`` all that ``train`` holds too.
    """
    normalise = find_normaliser(locale)
    found: dict[str, dict[str, str]] = {"train": {}, "test": {}}
    with path.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row["partition"] in found:
                found[row["partition"]].setdefault(normalise(row["utt"]), row["utt"])
    counts = Counter("".join(found["train"]))
    least = RARE_CHARACTER_SHARE * counts.total()
    known = {c for c, n in counts.items() if n >= least and not c.isdigit()}
    if "क" in known:
        known = {c for c in known if not c.isascii() or c == " "}

    def is_kept(target: str) -> bool:
        return 0 < len(target) <= MAX_CHARACTERS and set(target) <= known

    train = {t: text for t, text in found["train"].items() if is_kept(t)}
    test = {t: text for t, text in found["test"].items() if is_kept(t) and t not in train}
    return {"train": train, "test": test}


def say(text: str, voice: str, words_per_minute: int, pitch: int) -> np.ndarray:
    """Returns ``text`` spoken, (samples,) float32 at 16 kHz; ``pitch`` is 0 to 99."""
    command = ["espeak-ng", "--stdin", "--stdout", "-v", voice]
    command += ["-s", str(words_per_minute), "-p", str(pitch)]
    # The text goes in by standard input, so that none of it can be taken for an option.
    said = subprocess.run(  # noqa: S603
        command, input=text.encode(), capture_output=True, check=True
    ).stdout
    with wave.open(io.BytesIO(said)) as file:
        # The header of a stream does not know its length, so that the frames are read to the end.
        rate, frames = file.getframerate(), file.readframes(1 << 28)
    samples = np.frombuffer(frames, "<i2").astype(np.float32) / 32768
    if rate != 22_050:
        raise ValueError(f"espeak-ng answered at {rate} Hz, not 22,050")
    return resample_poly(samples, 320, 441).astype(np.float32)


def draw_manner(rng: np.random.Generator) -> tuple[int, int]:
    """Returns words per minute and pitch of a speaker, drawn at random."""
    return int(rng.integers(130, 200)), int(rng.integers(20, 80))


def speak(text: str, voice: str, rng: np.random.Generator) -> np.ndarray:
    """Returns ``text`` spoken, (samples,) float32 at 16 kHz, speed and pitch drawn at random."""
    return say(text, voice, *draw_manner(rng))


def reverberate(samples: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Returns the samples as heard in a small room: decaying noise as its response."""
    seconds = rng.uniform(0.08, 0.4)
    times = np.arange(int(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    response = rng.standard_normal(len(times)) * np.exp(-6.9 * times / seconds)
    response *= rng.uniform(0.1, 0.5) / np.sqrt(np.sum(response**2))
    response[0] = 1.0
    return fftconvolve(samples, response)[: len(samples)].astype(np.float32)


def add_noise(samples: np.ndarray, noise_db: float, rng: np.random.Generator) -> np.ndarray:
    """Returns the samples with white noise that lies ``noise_db`` below them."""
    loudness = np.sqrt(np.mean(samples**2))
    noise = rng.standard_normal(len(samples)) * loudness * 10 ** (-noise_db / 20)
    return (samples + noise).astype(np.float32)


def make_clip(clip: Clip, extractor: LasrFeatureExtractor, noise_db: float | None) -> np.ndarray:
    """Returns the features of a clip as bytes, (frames, mel bins)."""
    rng = np.random.default_rng(clip.seed)
    samples = speak(clip.text, f"{ESPEAK_VOICES[clip.locale]}+{clip.variant}", rng)
    if noise_db is not None:
        samples = add_noise(samples, noise_db, rng)
    elif rng.random() < REVERBERANT_SHARE:
        samples = reverberate(samples, rng)
    features = extractor(samples, sampling_rate=SAMPLE_RATE_HZ, return_tensors="np")
    values = np.round((features["input_features"][0] - FLOOR) * LEVELS_PER_NAT)
    return np.clip(values, 0, 255).astype(np.uint8)


def make_shard(path: Path, clips: list[Clip], noise_db: float | None = None) -> str:
    """Writes the features and targets of ``clips`` to ``path``."""
    torch.set_num_threads(1)
    extractor = LasrFeatureExtractor(feature_size=N_MEL_BINS)
    frames = [make_clip(clip, extractor, noise_db) for clip in clips]
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.savez(
            file,
            frames=np.concatenate(frames),
            n_frames=np.array([len(f) for f in frames], np.int32),
            targets=np.array([clip.target for clip in clips]),
            locales=np.array([clip.locale for clip in clips]),
            variants=np.array([clip.variant for clip in clips]),
        )
    part.replace(path)
    return path.name


def draw_clips(
    texts: dict[str, dict[str, str]], variants: list[str], per_locale: int, seed: int
) -> list[Clip]:
    """Returns ``per_locale`` clips of each locale, mixed; texts are used up before they repeat."""
    rng = np.random.default_rng(seed)
    clips = []
    for locale, by_target in texts.items():
        targets = sorted(by_target)
        orders = [rng.permutation(len(targets)) for _ in range(-(-per_locale // len(targets)))]
        for index in np.concatenate(orders)[:per_locale]:
            target = targets[index]
            variant = variants[rng.integers(len(variants))]
            number = int(rng.integers(1 << 62))
            clips.append(Clip(locale, by_target[target], target, variant, number))
    return [clips[i] for i in rng.permutation(len(clips))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("massive", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--clips", type=int, default=9_000, help="to learn from, per locale")
    parser.add_argument("--shards", type=int, default=1_000, help="stop after so many")
    parser.add_argument("--judged", type=int, default=200, help="of each judged set, per locale")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--seed", type=int, default=13)
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    texts = {x: read_texts(arguments.massive / f"{x}.jsonl", x) for x in ESPEAK_VOICES}
    for locale, one in texts.items():
        print(locale, {partition: len(found) for partition, found in one.items()}, flush=True)
    train = {locale: one["train"] for locale, one in texts.items()}
    test = {locale: one["test"] for locale, one in texts.items()}
    characters = sorted(set("".join(target for one in train.values() for target in one)) - {" "})
    vocabulary = {"characters": characters, "locales": list(ESPEAK_VOICES)}
    (arguments.work / "vocabulary.json").write_text(
        json.dumps(vocabulary, ensure_ascii=False), encoding="utf-8"
    )
    n_judged, seed = arguments.judged, arguments.seed
    utterances = draw_clips(test, TRAIN_VARIANTS, n_judged, seed + 1)
    jobs = [
        partial(make_shard, arguments.work / "utterances.npz", utterances),
        partial(
            make_shard,
            arguments.work / "voices.npz",
            draw_clips(test, HELD_OUT_VARIANTS, n_judged, seed + 2),
        ),
        partial(make_shard, arguments.work / "noise.npz", utterances, 10.0),
    ]
    clips = draw_clips(train, TRAIN_VARIANTS, arguments.clips, seed)
    firsts = range(0, len(clips), CLIPS_PER_SHARD)[: arguments.shards]
    for number, at in enumerate(firsts):
        path = arguments.work / f"train-{number:03d}.npz"
        jobs.append(partial(make_shard, path, clips[at : at + CLIPS_PER_SHARD]))
    jobs = [job for job in jobs if not job.args[0].exists()]
    with ProcessPoolExecutor(arguments.processes) as pool:
        for name in pool.map(_call, jobs):
            print(name, flush=True)


def _call(job: partial[str]) -> str:
    return job()


if __name__ == "__main__":
    main()
