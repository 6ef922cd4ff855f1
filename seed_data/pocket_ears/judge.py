"""Measures an ears release on clips it never learnt from, and on people where there are clips.

    python seed_data/pocket_ears/judge.py WORK CHECKPOINT --human CLIPS_DIRECTORY

WORK holds the judged sets of ``prepare.py``. CLIPS_DIRECTORY is the ``audio_samples`` folder of
Picovoice's leopard (Apache-2.0), with its ``test_data.json`` given by ``--human-texts``; the clips
are read and not kept. The counts are written to ``CHECKPOINT/measured.json`` for ``card.py``.
"""

from __future__ import annotations

import argparse
import json
import wave
from pathlib import Path

import numpy as np
import torch
from prepare import FLOOR, LEVELS_PER_NAT, SAMPLE_RATE_HZ
from transformers import AutoFeatureExtractor, AutoModelForCTC, AutoTokenizer

from vernacular.scoring.error_rates import score_transcripts
from vernacular.scoring.normaliser import STRICT

JUDGED = ("utterances", "voices", "noise")
HUMAN_LOCALES = {"en": "en-US", "de": "de-DE", "es": "es-ES", "it": "it-IT", "pt": "pt-PT"}
BATCH = 32


class Recogniser:
    """A checkpoint as any engine would load it."""

    def __init__(self, checkpoint: Path) -> None:
        self.extractor = AutoFeatureExtractor.from_pretrained(checkpoint)
        self.tokenizer = AutoTokenizer.from_pretrained(checkpoint)
        self.model = AutoModelForCTC.from_pretrained(checkpoint, dtype=torch.float32).eval()

    @torch.inference_mode()
    def write_down(self, rows: list[np.ndarray]) -> list[str]:
        """Returns what is heard in each of ``rows``, (frames, bands) log-mel features."""
        texts = [""] * len(rows)
        order = sorted(range(len(rows)), key=lambda row: len(rows[row]))
        for at in range(0, len(order), BATCH):
            chosen = order[at : at + BATCH]
            n_frames = torch.tensor([len(rows[row]) for row in chosen])
            features = torch.zeros(len(chosen), int(n_frames.max()), rows[0].shape[1])
            for place, row in enumerate(chosen):
                features[place, : len(rows[row])] = torch.from_numpy(rows[row])
            mask = torch.arange(features.shape[1])[None] < n_frames[:, None]
            found = self.model.generate(features, attention_mask=mask)
            for row, text in zip(chosen, self.tokenizer.batch_decode(found), strict=True):
                texts[row] = text
        return texts


def judge_set(recogniser: Recogniser, path: Path, locales: list[str]) -> dict[str, dict]:
    """Returns the counts per locale of one judged set."""
    arrays = np.load(path)
    ends = np.cumsum(arrays["n_frames"])
    chosen = np.flatnonzero(np.isin(arrays["locales"], locales))
    frames = arrays["frames"]
    rows = [
        frames[ends[i] - arrays["n_frames"][i] : ends[i]].astype(np.float32) / LEVELS_PER_NAT
        + FLOOR
        for i in chosen
    ]
    heard = recogniser.write_down(rows)
    said = [str(arrays["targets"][i]) for i in chosen]
    where = [str(arrays["locales"][i]) for i in chosen]
    return {x: _counts(x, said, heard, [w == x for w in where]) for x in locales}


def judge_people(
    recogniser: Recogniser, clips: Path, texts: Path, locales: list[str]
) -> dict[str, dict]:
    """Returns the counts per locale on human speech, with the one transcript of each."""
    tests = json.loads(texts.read_text(encoding="utf-8"))["tests"]["language_tests"]
    found = {}
    for test in tests:
        locale = HUMAN_LOCALES.get(test["language"])
        if locale not in locales:
            continue
        with wave.open(str(clips / test["audio_file"])) as file:
            samples = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768
        features = recogniser.extractor(
            samples.astype(np.float32), sampling_rate=SAMPLE_RATE_HZ, return_tensors="np"
        )["input_features"][0]
        heard = recogniser.write_down([features])
        found[locale] = _counts(locale, [test["transcript"]], heard, [True])
        found[locale] |= {"said": test["transcript"], "heard": heard[0]}
    return found


def _counts(locale: str, said: list[str], heard: list[str], chosen: list[bool]) -> dict[str, int]:
    pairs = [(s, h) for s, h, is_chosen in zip(said, heard, chosen, strict=True) if is_chosen]
    scores = score_transcripts(locale, [s for s, _ in pairs], [h for _, h in pairs])
    return {
        "n": len(pairs),
        "n_chars": int(scores.n_chars.sum()),
        "char_edits": int(scores.char_edits.sum()),
        "n_words": int(scores.n_words.sum()),
        "word_edits": int(scores.word_edits.sum()),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--human", type=Path)
    parser.add_argument("--human-texts", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    training = json.loads((arguments.checkpoint / "training.json").read_text(encoding="utf-8"))
    locales = training["trained_locales"]
    recogniser = Recogniser(arguments.checkpoint)
    measured: dict = {"normaliser": STRICT}
    for name in JUDGED:
        measured[name] = judge_set(recogniser, arguments.work / f"{name}.npz", locales)
    if arguments.human and arguments.human_texts:
        measured["people"] = judge_people(
            recogniser, arguments.human, arguments.human_texts, locales
        )
    (arguments.checkpoint / "measured.json").write_text(
        json.dumps(measured, ensure_ascii=False, indent=1), encoding="utf-8"
    )
    for name in JUDGED:
        rates = {x: one["char_edits"] / one["n_chars"] for x, one in measured[name].items()}
        print(
            name,
            f"mean CER {np.mean(list(rates.values())):.3f}",
            {x: round(rate, 3) for x, rate in rates.items()},
            flush=True,
        )


if __name__ == "__main__":
    main()
