"""Writes a few utterances of every locale as small WAV files, spoken by held-out voices.

    python seed_data/pocket_ears/samples.py MASSIVE_DIRECTORY seed_data/pocket_ears/samples

They let the demo and the tests hear something where espeak-ng is not installed.
"""

from __future__ import annotations

import argparse
import json
import wave
from pathlib import Path

import numpy as np
from prepare import SAMPLE_RATE_HZ, draw_clips, read_texts, speak
from voices import ESPEAK_VOICES, HELD_OUT_VARIANTS

LEAST_CHARACTERS, MOST_CHARACTERS = 18, 40


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("massive", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--per-locale", type=int, default=2)
    parser.add_argument("--seed", type=int, default=17)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    texts = {}
    for locale in ESPEAK_VOICES:
        test = read_texts(arguments.massive / f"{locale}.jsonl", locale)["test"]
        texts[locale] = {
            target: text
            for target, text in test.items()
            if LEAST_CHARACTERS <= len(target) <= MOST_CHARACTERS
        }
    rows = []
    clips = draw_clips(texts, HELD_OUT_VARIANTS, arguments.per_locale, arguments.seed)
    for clip in sorted(clips, key=lambda clip: (clip.locale, clip.target)):
        number = sum(row["locale"] == clip.locale for row in rows) + 1
        name = f"{clip.locale}-{number}.wav"
        voice = f"{ESPEAK_VOICES[clip.locale]}+{clip.variant}"
        samples = speak(clip.text, voice, np.random.default_rng(clip.seed))
        with wave.open(str(arguments.out / name), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(SAMPLE_RATE_HZ)
            file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
        rows.append({"audio": name, "locale": clip.locale, "text": clip.text, "voice": voice})
    with (arguments.out / "samples.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


if __name__ == "__main__":
    main()
