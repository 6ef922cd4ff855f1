"""Trains a pocket release: a joint intent and slot encoder small enough to ship.

    python seed_data/pocket/train.py WORK OUT --passes 3 --exclude LOCALE ...
    python seed_data/pocket/train.py WORK OUT --passes 5 --continue CHECKPOINT

WORK is what ``prepare.py`` wrote. The run is checkpointed every few minutes to
``WORK/<name>.state`` and goes on from there when it is started again; the seed fixes
initialisation and the order of the batches. OUT becomes an ordinary transformers checkpoint in
fp16. The figures of the card come from runs of the product itself, see ``card.py``.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from torch import nn
from transformers import PreTrainedTokenizerFast, XLMRobertaConfig

from vernacular.assistants.engines.understanding.joint_encoder import (
    JointEncoder,
    JointEncoderConfig,
    JointOutput,
)

LOCALE_DROPOUT = 0.3
PIECE_DROPOUT = 0.1
UNKNOWN_PIECE = 1
MAX_PIECES = 128
SAVE_EVERY_SECONDS = 180
SLOT_WEIGHT = 1.5

Loss = Callable[[JointOutput, torch.Tensor, torch.Tensor, np.ndarray], torch.Tensor]


class Rows:
    """One partition as flat arrays, collated into padded batches without a Python loop per row."""

    def __init__(self, path: Path, locales: list[int] | None = None) -> None:
        arrays = dict(np.load(path))
        self.arrays = arrays
        self.id_starts = np.concatenate([[0], np.cumsum(arrays["n_ids"])])
        self.word_starts = np.concatenate([[0], np.cumsum(arrays["n_words"])])
        keep = np.ones(len(arrays["intent"]), bool)
        if locales is not None:
            keep = np.isin(arrays["locale"], locales)
        self.chosen = np.flatnonzero(keep)

    def batches(self, size: int, rng: np.random.Generator | None) -> Iterator[np.ndarray]:
        """Yields row numbers, rows of like length together so that little is padded."""
        order = self.chosen if rng is None else rng.permutation(self.chosen)
        span = len(order) if rng is None else size * 50
        pools = [order[at : at + span] for at in range(0, len(order), span)]
        for pool in pools:
            alike = pool[np.argsort(self.arrays["n_ids"][pool], kind="stable")]
            cuts = [alike[at : at + size] for at in range(0, len(alike), size)]
            for index in range(len(cuts)) if rng is None else rng.permutation(len(cuts)):
                yield cuts[index]

    def collate(self, rows: np.ndarray) -> dict[str, torch.Tensor]:
        arrays = self.arrays

        def pad(flat: str, starts: np.ndarray, counts: np.ndarray, fill: int) -> np.ndarray:
            width = counts.max()
            grid = np.arange(width)[None, :]
            inside = grid < counts[:, None]
            index = np.where(inside, starts[rows][:, None] + grid, 0)
            return np.where(inside, arrays[flat][index].astype(np.int64), fill)

        n_ids, n_words = arrays["n_ids"][rows], arrays["n_words"][rows]
        n_ids = np.minimum(n_ids, MAX_PIECES)
        batch = {
            "input_ids": pad("ids", self.id_starts, n_ids, 0),
            "attention_mask": (np.arange(n_ids.max())[None] < n_ids[:, None]).astype(np.int64),
            "first_piece": pad("first", self.word_starts, n_words, 0).clip(max=MAX_PIECES - 1),
            "last_piece": pad("last", self.word_starts, n_words, 0).clip(max=MAX_PIECES - 1),
            "locale_ids": arrays["locale"][rows].astype(np.int64),
        }
        batch["labels"] = pad("labels", self.word_starts, n_words, -100)
        batch["intent"] = arrays["intent"][rows].astype(np.int64)
        return {key: torch.from_numpy(value) for key, value in batch.items()}


def new_model(
    labels: dict, locales: list[str], vocabulary: int, hidden_size: int = 192
) -> JointEncoder:
    encoder = XLMRobertaConfig(
        vocab_size=vocabulary,
        hidden_size=hidden_size,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=4 * hidden_size,
        max_position_embeddings=MAX_PIECES + 2,
        type_vocab_size=1,
        pad_token_id=0,
        bos_token_id=2,
        eos_token_id=2,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        add_pooling_layer=False,
    )
    return JointEncoder(
        JointEncoderConfig(
            encoder=encoder,
            intent_labels=labels["intents"],
            slot_labels=labels["slots"],
            locales=locales,
        )
    )


def widen(model: JointEncoder, locales: list[str]) -> JointEncoder:
    """Returns the model with a row for each of ``locales``; new rows start as "unknown"."""
    old = model.locale_embedding.weight.data
    known = {name: row + 1 for row, name in enumerate(model.config.locales)}
    model.locale_embedding = nn.Embedding(len(locales) + 1, old.shape[1])
    rows = [0] + [known.get(name, 0) for name in locales]
    model.locale_embedding.weight.data = old[rows].clone()
    model.config.locales = locales
    return model


def read_arguments(parser: argparse.ArgumentParser) -> argparse.Namespace:
    """Returns the command line, with the settings that every training here shares."""
    parser.add_argument("work", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--passes", type=float, default=3)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--max-steps", type=int, default=0, help="stop early, to measure speed")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    return arguments


def read_tokenizer(work: Path) -> PreTrainedTokenizerFast:
    return PreTrainedTokenizerFast(
        tokenizer_file=str(work / "tokenizer.json"),
        pad_token="<pad>",
        unk_token="<unk>",
        bos_token="<s>",
    )


def labelled_loss(
    output: JointOutput, word_labels: torch.Tensor, intent: torch.Tensor, _chosen: np.ndarray
) -> torch.Tensor:
    """Returns the loss against the labels of MASSIVE alone."""
    intents = nn.functional.cross_entropy(output.intent_logits.float(), intent, label_smoothing=0.1)
    slots = nn.functional.cross_entropy(
        output.slot_logits.float().flatten(0, 1),
        word_labels.flatten(),
        ignore_index=-100,
        label_smoothing=0.05,
    )
    return intents + SLOT_WEIGHT * slots


def fit(
    model: JointEncoder,
    rows: Rows,
    names: list[str],
    arguments: argparse.Namespace,
    loss_of: Loss = labelled_loss,
) -> float:
    """Trains the model in place, going on from an earlier state, and returns the minutes it took.

    Args:
        names: the locales in the order in which the prepared rows number them.
        loss_of: the loss of a batch from the output, word labels (batch, words; -100 where
            padded), intents (batch,) and row numbers (batch,).
    """
    print(f"{sum(p.numel() for p in model.parameters()) / 1e6:.2f}M parameters", flush=True)
    trained = model.config.locales
    locale_map = torch.tensor([trained.index(name) + 1 if name in trained else 0 for name in names])
    per_pass = math.ceil(len(rows.chosen) / arguments.batch)
    n_steps = int(per_pass * arguments.passes)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=arguments.rate, betas=(0.9, 0.98), weight_decay=0.02, fused=True
    )
    state_file = arguments.work / f"{arguments.out.name}.state"
    step, minutes_before = 0, 0.0
    if state_file.exists():
        state = torch.load(state_file)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        step, minutes_before = state["step"], state["minutes"]
        print(f"goes on at step {step}", flush=True)
    # Made anew from the step and not kept, so that a run may be given other passes when it goes on.
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        arguments.rate,
        total_steps=n_steps + 1,
        pct_start=0.15,
        final_div_factor=200,
        last_epoch=step - 1,
    )
    # The fused attention's backward pass in bf16 is nine times slower on a CPU than plain matmuls.
    model.encoder.set_attn_implementation("eager")
    model.train()
    began = saved = time.monotonic()
    began_at, smooth = step, 0.0
    while step < n_steps:
        number = step // per_pass
        order = rows.batches(arguments.batch, np.random.default_rng([arguments.seed, number]))
        for at, chosen in enumerate(order):
            if number * per_pass + at < step:
                continue
            batch = rows.collate(chosen)
            word_labels, intent = batch.pop("labels"), batch.pop("intent")
            locale_ids = locale_map[batch["locale_ids"]]
            locale_ids[torch.rand(len(locale_ids)) < LOCALE_DROPOUT] = 0
            batch["locale_ids"] = locale_ids
            ids = batch["input_ids"]
            ids[(torch.rand(ids.shape) < PIECE_DROPOUT) & (ids > 2)] = UNKNOWN_PIECE
            with torch.autocast("cpu", torch.bfloat16):
                output = model(**batch)
            loss = loss_of(output, word_labels, intent, chosen)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            step += 1
            smooth = (
                float(loss.detach()) if not smooth else 0.98 * smooth + 0.02 * float(loss.detach())
            )
            if step % 100 == 0:
                pace = (step - began_at) / (time.monotonic() - began)
                print(
                    f"step {step}/{n_steps} loss {smooth:.3f} {pace * arguments.batch:.0f}/s"
                    f" left {(n_steps - step) / pace / 60:.0f} min",
                    flush=True,
                )
            if time.monotonic() - saved > SAVE_EVERY_SECONDS:
                saved = time.monotonic()
                state = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
                minutes = minutes_before + (saved - began) / 60
                state |= {"step": step, "minutes": minutes}
                torch.save(state, state_file.with_suffix(".part"))
                state_file.with_suffix(".part").replace(state_file)
            if step >= n_steps or step == arguments.max_steps:
                break
        if step == arguments.max_steps:
            break
    return minutes_before + (time.monotonic() - began) / 60


def write(
    model: JointEncoder,
    tokenizer: PreTrainedTokenizerFast,
    arguments: argparse.Namespace,
    summary: dict,
) -> None:
    """Writes the checkpoint and, beside it, how it was made."""
    model.eval()
    model.encoder.set_attn_implementation("sdpa")
    model.half().save_pretrained(arguments.out)
    tokenizer.save_pretrained(arguments.out)
    shutil.copy(arguments.work / "tokenizer.json", arguments.out / "tokenizer.json")
    summary = {"seed": arguments.seed, "passes": arguments.passes} | summary
    (arguments.out / "training.json").write_text(json.dumps(summary, indent=1), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--exclude", nargs="*", default=[])
    parser.add_argument("--continue", dest="start", type=Path)
    arguments = read_arguments(parser)
    labels = json.loads((arguments.work / "labels.json").read_text(encoding="utf-8"))
    names = labels["locales"]
    trained = [name for name in names if name not in arguments.exclude]
    tokenizer = read_tokenizer(arguments.work)
    if arguments.start:
        model = widen(JointEncoder.from_pretrained(arguments.start).float(), trained)
    else:
        model = new_model(labels, trained, len(tokenizer))
    rows = Rows(arguments.work / "train.npz", [names.index(name) for name in trained])
    minutes = fit(model, rows, names, arguments)
    summary = {
        "continued_from": arguments.start.name if arguments.start else None,
        "trained_locales": trained,
        "minutes": round(minutes, 1),
    }
    write(model, tokenizer, arguments, summary)


if __name__ == "__main__":
    main()
