"""Lets a release answer a few requests before anybody waits for it.

The first passes allocate memory, fill caches and, on a GPU, load kernels; and what is broken shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from vernacular.assistants.contract import Assistant, Request
from vernacular.assistants.manifest import Manifest
from vernacular.clips.audio import SAMPLE_RATE_HZ, Audio
from vernacular.errors import ModelUnavailable

_LARGE_BATCH = 8
_TEXTS = ("hello", "wake me up at five in the morning on every day of this week please")
_NOISE_AMPLITUDE = 0.02
"""About -34 dBFS: quiet, but no silence, which a release refuses to hear."""


def warm_up(assistant: Assistant, manifest: Manifest | None) -> None:
    """Puts a text, then a batch of texts, and as much noise if it hears, through every stage.

    Args:
        assistant: a release that has just been loaded.
        manifest: tells what the release can do; None: nothing is known, it is given one text.

    Raises:
        ModelUnavailable: it cannot answer, or not one of the requests.
    """
    for batch in _list_batches(manifest):
        answers = assistant.predict_batch(batch)
        failures = [answer.error for answer in answers if answer.error is not None]
        if len(failures) == len(batch):
            raise ModelUnavailable(
                f"it answers none of the requests it was tried with: {failures[0]}"
            )


def _list_batches(manifest: Manifest | None) -> Iterator[list[Request]]:
    locales = ("en-US",) if manifest is None else manifest.trained_locales or ("en-US",)
    # Whoever answers elsewhere has warmed up there, and may ask money for each request.
    n_large = _LARGE_BATCH if manifest is not None and _runs_here(manifest) else 1
    if manifest is None or manifest.understands:
        speaks = manifest is not None and manifest.speaks
        yield [Request(_TEXTS[0], locales[0], wants_speech=speaks)]
        if n_large > 1:
            yield [Request(_pick(_TEXTS, i), _pick(locales, i)) for i in range(n_large)]
    if manifest is not None and manifest.hears:
        yield [Request(None, locales[0], audio=_noise(1.0))]
        if n_large > 1:
            yield [
                Request(None, _pick(locales, i), audio=_noise(1.0 + i / 8)) for i in range(n_large)
            ]


def _runs_here(manifest: Manifest) -> bool:
    """Returns whether a stage of the release has a device of this machine."""
    return manifest.stages is not None and any(
        hasattr(spec, "device") for _, spec in manifest.stages
    )


def _pick(values: Sequence[str], number: int) -> str:
    return values[number % len(values)]


def _noise(seconds: float) -> Audio:
    random = np.random.default_rng(1)
    samples = random.normal(0.0, _NOISE_AMPLITUDE, round(seconds * SAMPLE_RATE_HZ))
    return Audio(np.clip(samples, -1.0, 1.0).astype(np.float32))
