"""What a gate knows beside the comparison: golden wins, and how long answers took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from vernacular.comparison.reply_questions import ReplyQuestion
from vernacular.comparison.unpaired import Share

RepliesByLocale = Mapping[str, Mapping[ReplyQuestion, Share]]
"""What native speakers said of a release's replies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """How long the answers of one run took."""

    n: int
    """Answers whose milliseconds were recorded."""
    n_answers: int
    """All answers; failed results are none."""
    p50_ms: float
    p95_ms: float
    is_alone: bool = False
    """Whether each utterance was asked by itself; else times are shares of batches, or whatever
    was reported of answers made elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenFacts:
    """How the candidate did on the golden wins of the suite's locales."""

    is_scored: bool = True
    """False where the candidate is not scored on the metric that says what "understood" means."""
    n_tested: int = 0
    broken: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """By locale, the suite's items that it misunderstood, by number."""
    missing: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """By locale, the golden wins without a score: the suite does not hold them, or the run has no
    result of them. By the number of the utterance, as ``golden list`` shows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateFacts:
    """Everything a gate looks at that a comparison does not hold."""

    locales: tuple[str, ...]
    """Of the suite."""
    golden: GoldenFacts = GoldenFacts()
    baseline_latency: Latency | None = None
    """None where the run recorded no milliseconds."""
    candidate_latency: Latency | None = None
    baseline_replies: RepliesByLocale = field(default_factory=dict)
    candidate_replies: RepliesByLocale = field(default_factory=dict)


def summarise_latencies(
    latencies_ms: Sequence[float], n_answers: int, *, is_alone: bool = False
) -> Latency | None:
    """Returns median and 95th percentile, interpolated between neighbours; None without any.

    Args:
        latencies_ms: of the answers that recorded one.
        n_answers: of all answers.
        is_alone: whether each was asked by itself.
    """
    if len(latencies_ms) == 0:
        return None
    p50, p95 = np.percentile(np.asarray(latencies_ms, np.float64), [50, 95])
    return Latency(
        n=len(latencies_ms),
        n_answers=n_answers,
        p50_ms=float(p50),
        p95_ms=float(p95),
        is_alone=is_alone,
    )
