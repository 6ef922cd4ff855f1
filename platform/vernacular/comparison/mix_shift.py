"""Whether pooled figures of two runs mislead, because the mix of utterances changed between them.

Pooling each run's own results lets a run with more of an easy locale look better while every locale
gets worse (Simpson 1951). The naive pooled difference is taken apart exactly, as Kitagawa (1955, J
Am Stat Assoc 50:1168) does with rates of populations: each locale weighs what it weighs on average
in the two runs, and what is left over is the mix.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vernacular.comparison.metrics import Metric
from vernacular.comparison.pairs import Pairs
from vernacular.comparison.run_counts import RunCounts

Floats = NDArray[np.float64]

NOTEWORTHY = 0.001
"""A difference of less than a tenth of a point has no direction worth a warning."""


@dataclass(frozen=True, eq=False)
class LocaleSums:
    """One run over some utterances: what its metric is the ratio of, (locales,) each."""

    numerator: Floats
    denominator: Floats

    def pooled(self) -> float | None:
        """Returns the ratio over all locales; None without any utterance."""
        total = float(self.denominator.sum())
        return float(self.numerator.sum()) / total if total else None

    def ratios(self) -> Floats:
        """Returns the ratio of each locale, (locales,); nan where it is undefined."""
        out = np.full(len(self.numerator), np.nan)
        np.divide(self.numerator, self.denominator, out=out, where=self.denominator != 0)
        return out


@dataclass(frozen=True, slots=True, kw_only=True)
class MixShift:
    """Pooled differences, candidate minus baseline, and what the naive one is made of.

    ``naive == change + selection + mix``, but for rounding.
    """

    naive: float
    """Of everything that each run has: not to be shown near a verdict."""
    change: float
    """What changed on common utterances, each locale with its mean weight in the two runs."""
    selection: float
    """What other utterances of the same locales in the two runs add to it."""
    mix: float
    """What the changed weights of the locales add to it."""
    common: float | None
    """Pooled over common utterances; None without any."""
    macro: float | None
    """Mean over the locales of the differences on common utterances; None without any."""

    @property
    def within(self) -> float:
        """Kitagawa's rate effect: what changed inside the locales, on whatever utterances."""
        return self.change + self.selection

    @property
    def has_opposite_sign(self) -> bool:
        """Whether the naive figure rises where the common or the mean one falls, or falls where it
        rises, by a tenth of a point each."""
        honest = [value for value in (self.common, self.macro) if value is not None]
        return any(
            min(abs(self.naive), abs(value)) >= NOTEWORTHY and (self.naive > 0) != (value > 0)
            for value in honest
        )

    @property
    def is_mostly_other_utterances(self) -> bool:
        """Whether mix and selection make up more of the naive figure than any change does."""
        other = abs(self.mix + self.selection)
        return other >= NOTEWORTHY and other > abs(self.change)

    @property
    def misleads(self) -> bool:
        """Whether the naive figure must not be shown without this explanation."""
        return self.has_opposite_sign or self.is_mostly_other_utterances


def find_mix_shift(pairs: Pairs, metric: Metric) -> MixShift | None:
    """Returns what the naive pooled difference of two runs is made of; None where there is none."""
    n = len(pairs.locales)
    place = {tag: i for i, tag in enumerate(pairs.locales)}

    def sums(numerator: Floats, denominator: Floats, locale: NDArray[np.integer]) -> LocaleSums:
        return LocaleSums(
            np.bincount(locale, numerator, minlength=n).astype(np.float64),
            np.bincount(locale, denominator, minlength=n).astype(np.float64),
        )

    def of_run(run: RunCounts) -> LocaleSums:
        locale = np.array([place.get(tag, 0) for tag in run.locales], np.int64)[run.locale]
        return sums(*metric.ratio_parts(run.counts), locale)

    parts = pairs.parts(metric)
    return mix_shift(
        of_run(pairs.baseline),
        of_run(pairs.candidate),
        sums(parts.numerator_a, parts.denominator_a, pairs.locale),
        sums(parts.numerator_b, parts.denominator_b, pairs.locale),
    )


def mix_shift(
    baseline: LocaleSums,
    candidate: LocaleSums,
    common_baseline: LocaleSums,
    common_candidate: LocaleSums,
) -> MixShift | None:
    """Returns what the naive pooled difference is made of; None where a run has no utterance.

    A locale that only one run has is mix, with that run's ratio.

    Args:
        baseline: the baseline's own results; locales in one order for all four.
        candidate: the candidate's own results.
        common_baseline: the baseline on utterances that both have.
        common_candidate: the candidate on them.
    """
    before, after = baseline.pooled(), candidate.pooled()
    if before is None or after is None:
        return None
    ratio_a, ratio_b = baseline.ratios(), candidate.ratios()
    weight_a = baseline.denominator / baseline.denominator.sum()
    weight_b = candidate.denominator / candidate.denominator.sum()
    differences = common_candidate.ratios() - common_baseline.ratios()
    is_paired = ~np.isnan(differences)
    in_both = ~np.isnan(ratio_a) & ~np.isnan(ratio_b)
    either = np.where(np.isnan(ratio_a), ratio_b, ratio_a)
    level = np.where(in_both, (ratio_a + ratio_b) / 2, either)
    weight = (weight_a + weight_b) / 2
    within = float((weight * (ratio_b - ratio_a))[in_both].sum())
    change = float((weight * differences)[in_both & is_paired].sum())
    mix = float(((weight_b - weight_a) * level)[~np.isnan(level)].sum())
    pooled = common_baseline.pooled(), common_candidate.pooled()
    return MixShift(
        naive=after - before,
        change=change,
        selection=within - change,
        mix=mix,
        common=None if pooled[0] is None or pooled[1] is None else pooled[1] - pooled[0],
        macro=float(differences[is_paired].mean()) if is_paired.any() else None,
    )
