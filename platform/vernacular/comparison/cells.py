"""What is said of one locale and metric, and of the mean over locales."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from vernacular.comparison.flips import Flips
from vernacular.comparison.verdict import Verdict
from vernacular.scoring.intervals import Interval


class Method(StrEnum):
    """How p and the interval of a difference were found."""

    MCNEMAR = "mid-p McNemar, Bonett-Price interval"
    BOOTSTRAP = "paired bootstrap over clusters"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One locale and metric on common utterances. Rates are fractions; None is unknown."""

    locale: str
    metric: str
    is_gated: bool
    """False where the metric is only watched in this locale and decides nothing."""
    n: int
    """Common utterances."""
    n_clusters: int
    """Independent clusters among them that the metric has something to count in: equal to ``n``
    unless speakers recorded several utterances, or some utterances have no slot."""
    coverage: float
    """Common utterances per suite item."""
    baseline_failed: int
    """Common utterances on which the baseline failed; they count as wrong."""
    candidate_failed: int
    baseline: float | None
    candidate: float | None
    baseline_interval: Interval | None
    """At 95 %."""
    candidate_interval: Interval | None
    delta: float | None
    """By how much the candidate is better, as a fraction; negative is worse, for error rates too:
    a WER that rises from .10 to .12 has the delta -.02."""
    low: float | None
    """Bounds of the two-sided interval of ``delta`` that the verdict uses (90 % by default)."""
    high: float | None
    p: float | None
    """One-sided, of "the candidate is worse"; not corrected."""
    mde: float | None
    """Smallest drop that this many utterances show with the policy's power; None if unknown."""
    n_needed: int | None
    """Utterances that show a drop as large as the margin."""
    flips: Flips | None
    """Of a metric that says right or wrong of each utterance."""
    e_value: float | None
    """Evidence of "the candidate is worse" that stays valid however often one looks at a growing
    sample; 1 is none, 20 would reject at .05. Of a share of independent utterances."""
    method: Method


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell(Measurement):
    """A measurement with its verdict."""

    p_adjusted: float | None
    """Corrected over all cells of its family (gated or watched) that were tested; None where this
    one was not."""
    shrunk: float | None
    """``delta`` drawn towards the mean of the locales by as much as it is uncertain (empirical
    Bayes): the better guess for a small locale. Shown beside ``delta``, which alone is judged."""
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class MacroCell:
    """The unweighted mean of one metric over the locales that have enough common utterances.

    A mean never stands without its worst locale.
    """

    metric: str
    is_gated: bool
    """False where some of the locales are only watched: the mean then decides nothing."""
    locales: tuple[str, ...]
    """Those averaged."""
    baseline: float
    candidate: float
    delta: float
    """Negative is worse, for error rates too."""
    low: float
    """Bounds of the two-sided interval, from weights shared by locales with common clusters."""
    high: float
    p: float
    """One-sided, of "the candidate is worse"."""
    p_adjusted: float
    """Corrected over the macro means of all metrics."""
    worst_locale: str
    """The averaged locale with the most negative difference (the first of equals)."""
    worst_delta: float
    verdict: Verdict
