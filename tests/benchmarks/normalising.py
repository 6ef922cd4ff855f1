"""Normalising what people wrote in 52 locales, on one core, without keeping any result."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.benchmarks.figure import Figure
from vernacular.corpus.massive import read_massive
from vernacular.scoring.normaliser import find_normaliser

SEED = Path(__file__).parents[2] / "seed_data" / "massive" / "massive-1.1-test.tar.xz"
ASKED_ASCII, ASKED_OTHER = 300_000, 100_000
PEER = "NFKC and casefold, nothing else"


def measure() -> Iterator[Figure]:
    files = read_massive(SEED)
    texts = {file.locale: [utterance.text for utterance in file.utterances] for file in files}
    ours = {locale: _speed(find_normaliser(locale), some) for locale, some in texts.items()}
    peers = {locale: _speed(_normalise_barely, some) for locale, some in texts.items()}
    ascii_only = [text for text in texts["en-US"] if text.isascii()]
    english = _speed(find_normaliser("en-US"), ascii_only)
    yield Figure("normalise en-US (ASCII)", english, ASKED_ASCII, "/s", "what was asked for")
    yield Figure("the same", english, _speed(_normalise_barely, ascii_only), "/s", PEER)
    for locale in sorted(ours, key=ours.__getitem__)[:3]:
        what = f"normalise {locale} (among the 3 slowest)"
        yield Figure(what, ours[locale], ASKED_OTHER, "/s", "what was asked for")
        yield Figure("the same", ours[locale], peers[locale], "/s", PEER)
    yield Figure(
        f"normalise all {len(texts)}", _pooled(texts, ours), ASKED_OTHER, "/s", "what was asked for"
    )
    yield Figure("the same", _pooled(texts, ours), _pooled(texts, peers), "/s", PEER)


def _speed(normalise: Callable[[str], str], texts: list[str]) -> float:
    """Returns utterances per second, the best of five rounds after one that fills the tables."""
    seconds = []
    for _ in range(6):
        began = time.perf_counter()
        for text in texts:
            normalise(text)
        seconds.append(time.perf_counter() - began)
    return len(texts) / min(seconds[1:])


def _pooled(texts: dict[str, list[str]], speeds: dict[str, float]) -> float:
    """Returns the speed over the texts of all locales together."""
    seconds = sum(len(some) / speeds[locale] for locale, some in texts.items())
    return sum(map(len, texts.values())) / seconds


def _normalise_barely(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
