"""Distils a pocket release into one of less than half its size.

    python seed_data/pocket/distil.py WORK OUT --teacher seed_data/pocket/pocket-2 --passes 6

WORK is what ``prepare.py`` wrote. The teacher reads every training utterance once, undisturbed and
with its locale; its logits are kept in ``WORK/<teacher>.targets.npz``. The student starts from the
teacher's embeddings in fewer dimensions and learns from the teacher's soft answers and from the
labels, by the loop of ``train.py``, which is checkpointed and goes on when started again.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from train import (
    SLOT_WEIGHT,
    Rows,
    fit,
    new_model,
    read_arguments,
    read_tokenizer,
    write,
)

from vernacular.assistants.engines.understanding.joint_encoder import JointEncoder, JointOutput

HIDDEN_SIZE = 96
SOFT_SHARE = 0.7
"""How much of the loss is the teacher's; the labels of MASSIVE have the rest."""
TEMPERATURE = 2.0


@torch.inference_mode()
def read_teacher(teacher: JointEncoder, rows: Rows, names: list[str]) -> dict[str, np.ndarray]:
    """Returns the teacher's logits in fp16: intents (rows, intents) and slots (words, labels).

    Both are in the order of the prepared rows; ``minutes`` says how long the reading took.
    """
    began = time.monotonic()
    config = teacher.config
    locale_rows = torch.tensor([config.locales.index(name) + 1 for name in names])
    intents = np.zeros((len(rows.chosen), len(config.intent_labels)), np.float16)
    slots = np.zeros((rows.word_starts[-1], len(config.slot_labels)), np.float16)
    for chosen in rows.batches(256, None):
        batch = rows.collate(chosen)
        is_word = (batch.pop("labels") != -100).numpy()
        batch.pop("intent")
        batch["locale_ids"] = locale_rows[batch["locale_ids"]]
        with torch.autocast("cpu", torch.bfloat16):
            output = teacher(**batch)
        intents[chosen] = output.intent_logits.float().numpy()
        at = word_positions(rows, chosen, is_word.shape[1])
        slots[at[is_word]] = output.slot_logits.float().numpy()[is_word]
    minutes = (time.monotonic() - began) / 60
    return {"intents": intents, "slots": slots, "minutes": np.array(minutes)}


def word_positions(rows: Rows, chosen: np.ndarray, width: int) -> np.ndarray:
    """Returns where the words of the chosen rows lie among all words, (batch, width)."""
    at = rows.word_starts[chosen][:, None] + np.arange(width)
    return at.clip(max=rows.word_starts[-1] - 1)


def narrow(teacher: JointEncoder, student: JointEncoder, piece_counts: np.ndarray) -> None:
    """Starts the student's embeddings as the teacher's in the plane that keeps most of them.

    Pieces, positions and locales are summed before the first layer, so one projection serves all.
    It is the principal one of the piece embeddings, each piece weighing as often as it occurs:
    rare pieces hardly moved from their random start.
    """
    pieces = teacher.encoder.embeddings.word_embeddings.weight.data
    weighted = pieces * torch.from_numpy(np.sqrt(piece_counts)).float()[:, None]
    projection = (
        torch.linalg.svd(weighted, full_matrices=False).Vh[: student.config.encoder.hidden_size].T
    )
    pairs = [
        (student.locale_embedding, teacher.locale_embedding),
        *(
            (getattr(student.encoder.embeddings, name), getattr(teacher.encoder.embeddings, name))
            for name in ("word_embeddings", "position_embeddings", "token_type_embeddings")
        ),
    ]
    for narrower, wider in pairs:
        narrower.weight.data = wider.weight.data @ projection


def soft_loss(student: torch.Tensor, teacher: torch.Tensor) -> torch.Tensor:
    """Returns the divergence from the teacher's answers, both softened; logits are (n, classes).

    The square of the temperature keeps its gradient as large as the labels' (Hinton et al. 2015,
    arXiv:1503.02531).
    """
    divergence = nn.functional.kl_div(
        (student / TEMPERATURE).log_softmax(-1),
        (teacher / TEMPERATURE).log_softmax(-1),
        reduction="batchmean",
        log_target=True,
    )
    return divergence * TEMPERATURE**2


class DistilledLoss:
    """The loss of a batch against a teacher's logits and the labels."""

    def __init__(self, rows: Rows, targets: dict[str, np.ndarray]) -> None:
        self._rows = rows
        self._targets = targets

    def __call__(
        self,
        output: JointOutput,
        word_labels: torch.Tensor,
        intent: torch.Tensor,
        chosen: np.ndarray,
    ) -> torch.Tensor:
        is_word = word_labels != -100
        at = word_positions(self._rows, chosen, word_labels.shape[1])[is_word.numpy()]
        answers = (
            (output.intent_logits.float(), intent, self._targets["intents"][chosen], 1.0),
            (
                output.slot_logits.float()[is_word],
                word_labels[is_word],
                self._targets["slots"][at],
                SLOT_WEIGHT,
            ),
        )
        total = torch.zeros(())
        for logits, labels, soft, weight in answers:
            hard = nn.functional.cross_entropy(logits, labels)
            near = soft_loss(logits, torch.from_numpy(soft).float())
            total = total + weight * (SOFT_SHARE * near + (1 - SOFT_SHARE) * hard)
        return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--teacher", type=Path, required=True)
    arguments = read_arguments(parser)
    labels = json.loads((arguments.work / "labels.json").read_text(encoding="utf-8"))
    names = labels["locales"]
    teacher = JointEncoder.from_pretrained(arguments.teacher).float().eval()
    locales = teacher.config.locales
    rows = Rows(arguments.work / "train.npz")
    targets_file = arguments.work / f"{arguments.teacher.name}.targets.npz"
    if not targets_file.exists():
        part = targets_file.with_suffix(".part.npz")
        np.savez(part, **read_teacher(teacher, rows, names))
        part.replace(targets_file)
    targets = dict(np.load(targets_file))
    print(f"the teacher's answers took {targets['minutes']:.1f} minutes", flush=True)
    tokenizer = read_tokenizer(arguments.work)
    student = new_model(labels, locales, len(tokenizer), HIDDEN_SIZE)
    counts = np.bincount(rows.arrays["ids"], minlength=len(tokenizer))
    narrow(teacher, student, counts)
    minutes = fit(student, rows, names, arguments, DistilledLoss(rows, targets))
    summary = {
        "teacher": arguments.teacher.name,
        "soft_share": SOFT_SHARE,
        "temperature": TEMPERATURE,
        "trained_locales": locales,
        "minutes": round(minutes, 1),
        "teacher_minutes": round(float(targets["minutes"]), 1),
    }
    write(student, tokenizer, arguments, summary)


if __name__ == "__main__":
    main()
