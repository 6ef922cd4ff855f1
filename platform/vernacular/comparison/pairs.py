"""Puts two runs side by side on the utterances that both have scored.

A pair needs the same suite item and the same revision of its reference. Comparing each run's own
total instead would let a changed mix of locales, or hard utterances that never came back, pass for
progress.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vernacular.comparison.metrics import Metric
from vernacular.comparison.run_counts import RunCounts

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RatioParts:
    """One metric on common rows: numerator and denominator of both runs, (n,) each."""

    numerator_a: Floats
    denominator_a: Floats
    numerator_b: Floats
    denominator_b: Floats

    def rows(self, rows: slice | NDArray[np.bool_]) -> RatioParts:
        """Returns the same of fewer rows."""
        return RatioParts(
            self.numerator_a[rows],
            self.denominator_a[rows],
            self.numerator_b[rows],
            self.denominator_b[rows],
        )


@dataclass(frozen=True, eq=False)
class Pairs:
    """Common rows of two runs, by locale, then item; row i is one utterance on both sides."""

    locales: tuple[str, ...]
    """Every locale that either suite holds, sorted, also those without a common row."""
    locale: NDArray[np.int64]
    """(n,) index into ``locales``."""
    item: NDArray[np.int64]
    cluster: NDArray[np.int64]
    baseline: RunCounts
    candidate: RunCounts
    baseline_rows: NDArray[np.int64]
    """(n,) rows of ``baseline``."""
    candidate_rows: NDArray[np.int64]

    def rows_of(self, locale: int) -> slice:
        """Returns where the rows of one locale stand."""
        first, last = np.searchsorted(self.locale, [locale, locale + 1])
        return slice(int(first), int(last))

    def parts(self, metric: Metric) -> RatioParts:
        """Returns what the metric is the ratio of, on every common row."""
        sides = ((self.baseline, self.baseline_rows), (self.candidate, self.candidate_rows))
        (numerator_a, denominator_a), (numerator_b, denominator_b) = (
            metric.ratio_parts({name: run.counts[name][rows] for name in metric.counts})
            for run, rows in sides
        )
        return RatioParts(numerator_a, denominator_a, numerator_b, denominator_b)

    def metrics(self, wanted: Sequence[Metric]) -> tuple[Metric, ...]:
        """Returns those of ``wanted`` that both runs were scored on."""
        return tuple(m for m in wanted if self.baseline.has(m) and self.candidate.has(m))

    def n_failed(self, locale: int) -> tuple[int, int]:
        """Returns how many of the locale's common results failed in baseline and candidate."""
        rows = self.rows_of(locale)
        return (
            int(self.baseline.failed[self.baseline_rows[rows]].sum()),
            int(self.candidate.failed[self.candidate_rows[rows]].sum()),
        )

    def coverage(self, locale: int) -> float:
        """Returns common rows per suite item of the locale; 0 where one suite does not hold it.

        Where two suites are compared, the smaller one counts: the larger one's other items are no
        loss of either run.
        """
        tag, rows = self.locales[locale], self.rows_of(locale)
        n_items = min(self.baseline.n_items.get(tag, 0), self.candidate.n_items.get(tag, 0))
        return (rows.stop - rows.start) / n_items if n_items else 0.0


def pair_runs(baseline: RunCounts, candidate: RunCounts) -> Pairs:
    """Returns the rows that both runs have with the same item, locale and reference revision."""
    locales = tuple(sorted({*baseline.n_items, *candidate.n_items}))
    number = {tag: i for i, tag in enumerate(locales)}
    item, rows_a, rows_b = np.intersect1d(
        baseline.item, candidate.item, assume_unique=True, return_indices=True
    )
    locale_a = _renumber(baseline, number)[rows_a]
    locale_b = _renumber(candidate, number)[rows_b]
    same = (baseline.revision[rows_a] == candidate.revision[rows_b]) & (locale_a == locale_b)
    order = np.flatnonzero(same)
    order = order[np.argsort(locale_a[order], kind="stable")]
    rows_a, rows_b = rows_a[order], rows_b[order]
    return Pairs(
        locales=locales,
        locale=locale_a[order],
        item=item[order],
        cluster=baseline.cluster[rows_a],
        baseline=baseline,
        candidate=candidate,
        baseline_rows=rows_a,
        candidate_rows=rows_b,
    )


def _renumber(run: RunCounts, number: dict[str, int]) -> NDArray[np.int64]:
    """Returns each row's locale as an index into the common, sorted list."""
    # Locales that the suite does not hold have no row, so that their -1 is never looked up.
    table = np.array([number.get(tag, -1) for tag in run.locales], dtype=np.int64)
    return table[run.locale]
