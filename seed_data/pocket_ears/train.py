"""Trains an ears release: a small conformer that writes down what espeak-ng says, by CTC.

    python seed_data/pocket_ears/train.py WORK OUT --locales en-US tr-TR ... --shards 12 --passes 4
    python seed_data/pocket_ears/train.py WORK OUT --shards 24 --passes 3 --continue CHECKPOINT

WORK is what ``prepare.py`` wrote; a shard that it has yet to write is waited for. The run is
checkpointed every few minutes to ``WORK/<name>.state`` and goes on from there when it is started
again; the seed fixes initialisation, order and augmentation. OUT becomes an ordinary transformers
checkpoint (`LasrForCTC`) in fp16. ``card.py`` judges it.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import torch
from augment import augment
from prepare import FLOOR, LEVELS_PER_NAT, N_MEL_BINS
from torch import nn
from transformers import (
    LasrCTCConfig,
    LasrEncoderConfig,
    LasrFeatureExtractor,
    LasrForCTC,
    Wav2Vec2CTCTokenizer,
)

PAD, UNKNOWN, DELIMITER = "<pad>", "<unk>", "|"
SHORT_FRAMES, SHORT_STEPS = 260, 400
"""CTC finds its first alignments in short clips soonest."""
SAVE_EVERY_SECONDS = 120
MEAN, SCALE = -5.0, 4.0
"""About what log-mel features are spread around; used to start the first layer well."""


class Shard:
    """Some thousand clips in memory."""

    def __init__(self, path: Path, locales: list[str], index: dict[str, int]) -> None:
        while not path.exists():
            time.sleep(5)
        arrays = np.load(path)
        self.frames = arrays["frames"]
        self.n_frames = arrays["n_frames"]
        self.starts = np.cumsum(self.n_frames) - self.n_frames
        self.targets = [
            [index[c] for c in text.replace(" ", DELIMITER)] for text in arrays["targets"]
        ]
        self.chosen = np.flatnonzero(np.isin(arrays["locales"], locales))

    def batches(self, size: int, rng: np.random.Generator, longest: int) -> Iterator[np.ndarray]:
        """Yields clip numbers, clips of like length together so that little is padded."""
        chosen = self.chosen[self.n_frames[self.chosen] <= longest]
        lengths = self.n_frames[chosen] * rng.uniform(0.9, 1.1, len(chosen))
        alike = chosen[np.argsort(lengths)]
        cuts = [alike[at : at + size] for at in range(0, len(alike), size)]
        for cut in rng.permutation(len(cuts)):
            yield cuts[cut]

    def collate(self, rows: np.ndarray) -> tuple[torch.Tensor, torch.Tensor, list[list[int]]]:
        """Returns (batch, frames, bands) log-mel features, their lengths and the targets."""
        n_frames = self.n_frames[rows]
        grid = np.arange(n_frames.max())[None]
        at = self.starts[rows][:, None] + np.minimum(grid, n_frames[:, None] - 1)
        features = self.frames[at].astype(np.float32) / LEVELS_PER_NAT + FLOOR
        return (
            torch.from_numpy(features),
            torch.from_numpy(n_frames),
            [self.targets[r] for r in rows],
        )


def new_model(n_tokens: int) -> LasrForCTC:
    """Returns an untrained recogniser of about three million parameters."""
    encoder = LasrEncoderConfig(
        hidden_size=192,
        num_hidden_layers=5,
        num_attention_heads=4,
        intermediate_size=384,
        conv_kernel_size=15,
        subsampling_conv_channels=160,
        num_mel_bins=N_MEL_BINS,
        dropout=0.0,
        activation_dropout=0.0,
        attention_dropout=0.0,
        layerdrop=0.0,
        feed_forward_residual_weights=(1.0, 0.5),
        conv_residual_weights=(1.0, 1.0),
        initializer_range=0.05,
    )
    model = LasrForCTC(LasrCTCConfig(vocab_size=n_tokens, encoder_config=encoder, pad_token_id=0))
    first = model.encoder.subsampler.dense_0
    with torch.no_grad():
        first.weight.normal_(std=1 / math.sqrt(N_MEL_BINS))
        first.weight /= SCALE
        first.bias.copy_(-MEAN * first.weight.sum(1))
    return model


def new_optimizers(model: LasrForCTC, rate: float) -> list[torch.optim.Optimizer]:
    """Returns Muon for the matrices, which learns more from each clip, and AdamW for the rest."""
    matrices = [p for p in model.parameters() if p.ndim == 2]
    others = [p for p in model.parameters() if p.ndim != 2]
    return [
        torch.optim.Muon(
            matrices, lr=rate, weight_decay=0.01, ns_steps=4, adjust_lr_fn="match_rms_adamw"
        ),
        torch.optim.AdamW(others, lr=rate, betas=(0.9, 0.98), weight_decay=0.01, fused=True),
    ]


def rate_share(step: int, n_steps: int) -> float:
    """Returns the share of the learning rate at a step: a short rise, a plateau, a long fall."""
    rise = min(150, n_steps // 10) + 1
    return min(1.0, (step + 1) / rise, max(0.01, (n_steps - step) / (0.6 * n_steps)))


def logits_and_lengths(
    model: LasrForCTC, features: torch.Tensor, n_frames: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Returns (batch, steps, tokens) logits in float32 and the steps of each row."""
    mask = torch.arange(features.shape[1])[None] < n_frames[:, None]
    with torch.autocast("cpu", torch.bfloat16):
        logits = model(features, attention_mask=mask).logits
    return logits.float(), model._get_subsampling_output_length(n_frames)


def ctc_loss(logits: torch.Tensor, lengths: torch.Tensor, targets: list[list[int]]) -> torch.Tensor:
    """Returns the mean loss per character."""
    sizes = torch.tensor([len(one) for one in targets])
    flat = torch.tensor([token for one in targets for token in one])
    scores = logits.log_softmax(-1).transpose(0, 1)
    return nn.functional.ctc_loss(scores, flat, lengths, sizes, zero_infinity=True)


def write_release(model: LasrForCTC, tokens: list[str], out: Path, summary: dict) -> None:
    """Writes an ordinary checkpoint in fp16, with its tokeniser and feature extractor."""
    out.mkdir(parents=True, exist_ok=True)
    vocabulary = out / "vocab.json"
    numbered = {token: number for number, token in enumerate(tokens)}
    vocabulary.write_text(json.dumps(numbered, ensure_ascii=False), encoding="utf-8")
    tokenizer = Wav2Vec2CTCTokenizer(
        str(vocabulary),
        pad_token=PAD,
        unk_token=UNKNOWN,
        word_delimiter_token=DELIMITER,
        bos_token=None,
        eos_token=None,
    )
    tokenizer.save_pretrained(out)
    LasrFeatureExtractor(feature_size=N_MEL_BINS, return_attention_mask=True).save_pretrained(out)
    state = {
        name: value.half() if value.is_floating_point() else value.clone()
        for name, value in model.state_dict().items()
    }
    model.config.dtype = torch.float16
    model.save_pretrained(out, state_dict=state)
    (out / "training.json").write_text(json.dumps(summary, indent=1), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--locales", nargs="*", help="to learn; all when left out")
    parser.add_argument("--shards", type=int, default=12)
    parser.add_argument("--passes", type=float, default=4)
    parser.add_argument("--first-shard", type=int, default=0, help="to begin with")
    parser.add_argument("--continue", dest="start", type=Path)
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    known = json.loads((arguments.work / "vocabulary.json").read_text(encoding="utf-8"))
    locales = arguments.locales or known["locales"]
    tokens = [PAD, UNKNOWN, DELIMITER, *known["characters"]]
    index = {token: number for number, token in enumerate(tokens)}
    if arguments.start:
        model = LasrForCTC.from_pretrained(arguments.start, dtype=torch.float32)
    else:
        model = new_model(len(tokens))
    # The fused attention's backward pass in bf16 is many times slower on a CPU than plain matmuls.
    model.set_attn_implementation("eager")
    print(f"{sum(p.numel() for p in model.parameters()) / 1e6:.2f}M parameters", flush=True)
    share = len(locales) / len(known["locales"])
    n_steps = int(arguments.passes * arguments.shards * 2_000 * share / arguments.batch)
    optimizers = new_optimizers(model, arguments.rate)
    schedules = [
        torch.optim.lr_scheduler.LambdaLR(one, partial(rate_share, n_steps=n_steps))
        for one in optimizers
    ]
    state_file = arguments.work / f"{arguments.out.name}.state"
    step, visit, seconds = 0, arguments.first_shard, 0.0
    if state_file.exists():
        state = torch.load(state_file)
        model.load_state_dict(state["model"])
        for one, kept in zip([*optimizers, *schedules], state["optimization"], strict=True):
            one.load_state_dict(kept)
        step, visit, seconds = state["step"], state["visit"], state["seconds"]
        print(f"goes on at step {step}", flush=True)
    model.train()
    began = saved = time.monotonic()
    began_at, smooth = step, 0.0
    while step < n_steps:
        # A shard begun before an interruption is begun again: a few batches are met twice.
        seed = [arguments.seed, visit]
        order, rng = (
            np.random.default_rng(seed),
            torch.Generator().manual_seed(arguments.seed * 9973 + visit),
        )
        shard = Shard(arguments.work / f"train-{visit % arguments.shards:03d}.npz", locales, index)
        is_short = not arguments.start and step < SHORT_STEPS
        for rows in shard.batches(arguments.batch, order, SHORT_FRAMES if is_short else 1 << 30):
            features, n_frames, targets = shard.collate(rows)
            features, n_frames = augment(features, n_frames, rng)
            loss = ctc_loss(*logits_and_lengths(model, features, n_frames), targets)
            model.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            for one in [*optimizers, *schedules]:
                one.step()
            step += 1
            smooth = loss.item() if not smooth else 0.98 * smooth + 0.02 * loss.item()
            if step % 50 == 0:
                pace = (step - began_at) / (time.monotonic() - began)
                print(
                    f"step {step}/{n_steps} loss {smooth:.3f} {pace * arguments.batch:.0f}/s"
                    f" left {(n_steps - step) / pace / 60:.0f} min",
                    flush=True,
                )
            if step >= n_steps:
                break
        visit += 1
        if time.monotonic() - saved > SAVE_EVERY_SECONDS:
            seconds, saved = seconds + time.monotonic() - saved, time.monotonic()
            kept = [one.state_dict() for one in [*optimizers, *schedules]]
            state = {"model": model.state_dict(), "optimization": kept}
            state |= {"step": step, "visit": visit, "seconds": seconds}
            torch.save(state, state_file.with_suffix(".part"))
            state_file.with_suffix(".part").replace(state_file)
    summary = {
        "seed": arguments.seed,
        "passes": arguments.passes,
        "rate": arguments.rate,
        "shards": arguments.shards,
        "clips_heard": step * arguments.batch,
        "continued_from": arguments.start.name if arguments.start else None,
        "trained_locales": locales,
        "minutes": round((seconds + time.monotonic() - saved) / 60, 1),
    }
    write_release(model.eval(), tokens, arguments.out, summary)


if __name__ == "__main__":
    main()
