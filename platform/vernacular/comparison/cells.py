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
    n: int
    """Common utterances."""
    n_clusters: int
    """Independent clusters among them; equal to ``n`` unless speakers recorded several."""
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
    """Candidate minus baseline; negative is worse."""
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
    method: Method


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell(Measurement):
    """A measurement with its verdict."""

    p_adjusted: float | None
    """Corrected over all cells that were tested; None where this one was not."""
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class MacroCell:
    """The unweighted mean of one metric over the locales that have enough common utterances.

    A mean never stands without its worst locale.
    """

    metric: str
    locales: tuple[str, ...]
    """Those averaged."""
    baseline: float
    candidate: float
    delta: float
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
