"""Reads the text out of what a CTC network gives frame by frame, by its best path (Graves et al.
2006, "Connectionist Temporal Classification", section 3.2)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vernacular.assistants.engines.hearing.chunking import find_seams
from vernacular.assistants.stages import Transcript


@dataclass(frozen=True, slots=True, eq=False)
class Emissions:
    """The likeliest token of every frame."""

    ids: NDArray[np.int64]
    """``(frames,)``"""
    probabilities: NDArray[np.float32]
    """``(frames,)``, of those tokens."""


def join_emissions(pieces: Sequence[Emissions], starts: Sequence[int], blank: int) -> Emissions:
    """Returns the emissions of a clip from those of its overlapping pieces.

    Args:
        pieces: in their order.
        starts: the first frame of each within the clip.
        blank: the token that stands for nothing heard.
    """
    seams = find_seams([piece.ids == blank for piece in pieces], starts)
    kept = [
        slice(begin - start, None if end is None else end - start)
        for start, begin, end in zip(starts, [0, *seams], [*seams, None], strict=True)
    ]
    return Emissions(
        np.concatenate([piece.ids[part] for piece, part in zip(pieces, kept, strict=True)]),
        np.concatenate(
            [piece.probabilities[part] for piece, part in zip(pieces, kept, strict=True)]
        ),
    )


def read_emissions(emissions: Emissions, tokenizer: Any, unwritten: Collection[int]) -> Transcript:
    """Returns the text of the best path.

    Its confidence is the geometric mean of the tokens' probabilities, each taken at its surest
    frame, so that long and short texts compare; None where nothing was heard, because there is no
    token to be sure of.

    Args:
        emissions: of the whole clip.
        tokenizer: spells the tokens.
        unwritten: tokens that stand for no text: the blank, and marks such as ``<unk>``.
    """
    ids = emissions.ids
    if not ids.size:
        return Transcript("")
    begins = np.flatnonzero(np.concatenate([[True], ids[1:] != ids[:-1]]))
    surest = np.maximum.reduceat(emissions.probabilities, begins)
    is_written = ~np.isin(ids[begins], list(unwritten))
    tokens = ids[begins][is_written].tolist()
    # Repeats are one token already; what is left of them are double letters.
    text = tokenizer.decode(tokens, group_tokens=False, clean_up_tokenization_spaces=False)
    text = " ".join(text.split())
    if not text:
        return Transcript("")
    sure = float(np.exp(np.mean(np.log(np.maximum(surest[is_written], 1e-30)))))
    return Transcript(text, sure)
