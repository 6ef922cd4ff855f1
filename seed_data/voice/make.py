"""Speaks a small voice suite: the same utterances of MASSIVE's ``test`` partition in each locale.

    python seed_data/voice/make.py MASSIVE_DIRECTORY

MASSIVE_DIRECTORY holds the whole corpus, because what ``train`` says too is left out: the ears
releases learnt from it. An utterance has one speaker, one manner and one room in all its locales,
so that what differs between two locales is the language. Same input, same espeak-ng and same
libopus: same bytes out.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from itertools import cycle, islice
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from vernacular.clips.audio import to_pcm16
from vernacular.corpus.massive import read_massive
from vernacular.scoring.normaliser import find_normaliser

# What the ears releases were made with lies beside them; scripts are in no package.
sys.path.insert(0, str(Path(__file__).parents[1] / "pocket_ears"))
from prepare import (
    REVERBERANT_SHARE,
    SAMPLE_RATE_HZ,
    add_noise,
    draw_manner,
    read_texts,
    reverberate,
    say,
)
from voices import ESPEAK_VOICES, HELD_OUT_VARIANTS

HERE = Path(__file__).parent
ARCHIVE = HERE.parent / "massive" / "massive-1.1-test.tar.xz"
KNOWN_VARIANTS = ["m1", "f2", "Alex", "shelby"]
"""Voices that the ears releases learnt from."""
KNOWN_SHARE, NOISY_SHARE = 1 / 6, 1 / 5
LEAST_NOISE_DB, MOST_NOISE_DB = 10, 20
LEAST_CHARACTERS = 8
"""Shorter ones take less than the half second that a clip has at least."""
LOUDEST = 0.7
"""Peak of every clip: noise and rooms do not clip, and Opus overshoots a little."""
BITS_PER_SECOND = 32_000
"""At which ears-2 hears as well as from WAV; SOURCE.md has the figures."""


@dataclass(frozen=True)
class Manner:
    """How an utterance is spoken, in whatever locale."""

    variant: str
    words_per_minute: int
    pitch: int
    noise_db: int | None
    """How far below the speech white noise lies; None without."""
    is_reverberant: bool


def read_parallel(massive: Path) -> dict[str, dict[str, str]]:
    """Returns id -> locale -> text of the utterances that can be spoken in every locale."""
    found: dict[str, dict[str, str]] = {}
    for file in read_massive(ARCHIVE, locales=ESPEAK_VOICES, partitions=["test"]):
        normalise = find_normaliser(file.locale)
        kept = read_texts(massive / f"{file.locale}.jsonl", file.locale)["test"]
        for one in file.utterances:
            target = normalise(one.text)
            if target in kept and len(target) >= LEAST_CHARACTERS:
                found.setdefault(one.external_id, {})[file.locale] = one.text
    return {name: texts for name, texts in found.items() if len(texts) == len(ESPEAK_VOICES)}


def draw_utterances(
    parallel: Mapping[str, dict[str, str]], n: int, rng: np.random.Generator
) -> dict[str, dict[str, str]]:
    """Returns ``n`` utterances drawn at random, no two of them with one text in any locale."""
    chosen: dict[str, dict[str, str]] = {}
    said: set[tuple[str, str]] = set()
    for name in rng.permutation(sorted(parallel, key=int)):
        texts = {(locale, text.casefold()) for locale, text in parallel[name].items()}
        if len(chosen) < n and not said & texts:
            chosen[str(name)] = parallel[name]
            said |= texts
    return chosen


def draw_manners(n: int, rng: np.random.Generator) -> Iterator[Manner]:
    """Yields ``n`` manners, the voices and the rooms in fixed shares and independent order."""
    n_known = round(n * KNOWN_SHARE)
    variants = [*islice(cycle(KNOWN_VARIANTS), n_known)]
    variants += islice(cycle(HELD_OUT_VARIANTS), n - n_known)
    rooms = ["reverberant"] * round(n * REVERBERANT_SHARE) + ["noisy"] * round(n * NOISY_SHARE)
    rooms += ["quiet"] * (n - len(rooms))
    for variant, room in zip(rng.permutation(variants), rng.permutation(rooms), strict=True):
        noise_db = int(rng.integers(LEAST_NOISE_DB, MOST_NOISE_DB + 1))
        yield Manner(
            str(variant),
            *draw_manner(rng),
            noise_db=noise_db if room == "noisy" else None,
            is_reverberant=bool(room == "reverberant"),
        )


def speak_clip(text: str, locale: str, manner: Manner, seed: int) -> NDArray[np.float32]:
    """Returns the clip, (samples,) at 16 kHz."""
    rng = np.random.default_rng(seed)
    voice = name_voice(locale, manner)
    samples = say(text, voice, manner.words_per_minute, manner.pitch)
    if manner.noise_db is not None:
        samples = add_noise(samples, manner.noise_db, rng)
    if manner.is_reverberant:
        samples = reverberate(samples, rng)
    return samples * np.float32(LOUDEST / np.abs(samples).max())


def name_voice(locale: str, manner: Manner) -> str:
    """Returns the voice as espeak-ng's option names it."""
    return f"{ESPEAK_VOICES[locale]}+{manner.variant}"


def to_opus(samples: NDArray[np.float32], bits_per_second: int = BITS_PER_SECOND) -> bytes:
    """Returns samples at 16 kHz as Opus in Ogg; bit-exact, so that the stream's number is fixed."""
    written = BytesIO()
    with av.open(written, "w", format="ogg", container_options={"fflags": "+bitexact"}) as file:
        # Frames of 60 ms spend the least on headers, and nobody waits for them.
        options = {"application": "voip", "frame_duration": "60", "flags": "+bitexact"}
        stream = file.add_stream("libopus", rate=SAMPLE_RATE_HZ, layout="mono", options=options)
        stream.bit_rate = bits_per_second
        frame = av.AudioFrame.from_ndarray(to_pcm16(samples)[None], "s16", "mono")
        frame.sample_rate = SAMPLE_RATE_HZ
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return written.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("massive", type=Path)
    parser.add_argument("--per-locale", type=int, default=100)
    parser.add_argument("--seed", type=int, default=23)
    arguments = parser.parse_args()
    rng = np.random.default_rng(arguments.seed)
    utterances = draw_utterances(read_parallel(arguments.massive), arguments.per_locale, rng)
    manners = dict(zip(utterances, draw_manners(len(utterances), rng), strict=True))
    shutil.rmtree(HERE / "clips", ignore_errors=True)
    with (HERE / "manifest.jsonl").open("w", encoding="utf-8", newline="\n") as manifest:
        for locale in sorted(ESPEAK_VOICES):
            (HERE / "clips" / locale).mkdir(parents=True)
            for name in sorted(utterances, key=int):
                manner = manners[name]
                audio = f"clips/{locale}/{name}-{manner.variant}.ogg"
                seed = zlib.crc32(f"{arguments.seed} {locale} {name}".encode())
                samples = speak_clip(utterances[name][locale], locale, manner, seed)
                (HERE / audio).write_bytes(to_opus(samples))
                row = {
                    "id": name,
                    "locale": locale,
                    "audio": audio,
                    "speaker": f"espeak:{manner.variant}",
                    "voice": name_voice(locale, manner),
                    "words_per_minute": manner.words_per_minute,
                    "pitch": manner.pitch,
                    "noise_db": manner.noise_db,
                    "is_reverberant": manner.is_reverberant,
                }
                manifest.write(json.dumps(row) + "\n")
            print(locale, len(utterances), flush=True)


if __name__ == "__main__":
    main()
