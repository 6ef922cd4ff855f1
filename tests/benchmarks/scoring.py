"""Scoring new transcripts, normalisation included, against jiwer on a part of the same pairs."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator

import jiwer

from tests.benchmarks.figure import Figure
from tests.benchmarks.importing import SEED
from tests.scoring.heard_pairs import mishear
from vernacular.corpus.locales import Unit, find_locale
from vernacular.corpus.massive import read_massive
from vernacular.scoring.edit_columns import count_columns
from vernacular.scoring.error_rates import score_transcripts
from vernacular.scoring.normaliser import find_normaliser

N_HEARD = 2
"""Hypotheses per reference, as of two releases."""

STEP = 5
"""Every fifth pair is also counted by jiwer, in one batch per unit."""

Pairs = tuple[list[str], list[str]]
"""References and hypotheses."""

PEERS: dict[Unit, Callable[..., object]] = {
    "word": jiwer.process_words,
    "character": jiwer.process_characters,
}


def measure() -> Iterator[Figure]:
    heard = {
        file.locale: _hear([one.text for one in file.utterances]) for file in read_massive(SEED)
    }
    n = sum(len(references) for references, _ in heard.values())
    began = time.perf_counter()
    for locale, pairs in heard.items():
        score_transcripts(locale, *pairs)
    ours = time.perf_counter() - began
    batches = {unit: _sample(heard, unit) for unit in PEERS}
    n_sampled = sum(len(references) for references, _ in batches.values())
    began = time.perf_counter()
    for unit, pairs in batches.items():
        PEERS[unit](*pairs)
    n_peer = n_sampled / (time.perf_counter() - began)
    began = time.perf_counter()
    for unit, pairs in batches.items():
        count_columns(*pairs, unit)
    n_ours = n_sampled / (time.perf_counter() - began)
    what = f"normalise and score {n:,} transcripts"
    yield Figure(what, ours, n / n_peer, "s", "jiwer, one unit, already normalised, scaled up")
    yield Figure("the same", ours, 10.0, "s", "what was asked for")
    yield Figure("count edits of normalised pairs", n_ours, n_peer, "/s", "jiwer, same pairs")
    yield Figure("the same", n_ours, 10 * n_peer, "/s", "ten times jiwer, as was asked for")


def _hear(texts: list[str]) -> Pairs:
    """Returns each text ``N_HEARD`` times, half of them heard right, the others misheard."""
    rng = random.Random(1)  # noqa: S311 - the same pairs every time, no secret
    words = sorted({word for text in texts for word in text.split()})
    references, hypotheses = [], []
    for text in texts * N_HEARD:
        n_errors = rng.choice((0, 0, 0, 1, 2, 3))
        references.append(text)
        hypotheses.append(" ".join(mishear(text.split(), words, n_errors, rng)))
    return references, hypotheses


def _sample(heard: dict[str, Pairs], unit: Unit) -> Pairs:
    """Returns some normalised pairs of every locale whose gate counts in ``unit``."""
    references, hypotheses = [], []
    for locale, pairs in heard.items():
        if find_locale(locale).unit == unit:
            normaliser = find_normaliser(locale)
            references += normaliser.many(pairs[0][::STEP])
            hypotheses += normaliser.many(pairs[1][::STEP])
    if unit == "character":
        # jiwer would count the spaces as characters.
        references = [text.replace(" ", "") for text in references]
        hypotheses = [text.replace(" ", "") for text in hypotheses]
    return references, hypotheses
