"""Looks at parts of a comparison: domains, intents, dialects, accents, slot types, lengths.

Slices say where to look, and never decide: they are a family of their own, corrected over all
slices, metrics and locales together. A slice of all locales names its worst one, because a mean
over locales hides it. Everything is in closed form, as thousands of slices are asked for at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vernacular.comparison.closed_form import group_clusters
from vernacular.comparison.flips import Flips
from vernacular.comparison.multiplicity import adjust_p_values
from vernacular.comparison.sliced_metric import SliceColumns, SlicedMetric, measure_slice_columns

Ints = NDArray[np.int64]

SLICE_N_MIN = 30
"""Utterances below which a slice is shown without a test: if a tenth of them differ, even three
that all got worse have a mid-p of no less than .06."""

LENGTH_BUCKETS = ("0", "1", "2-3", "4-7", "8-15", "16-31", "32+")
"""Lengths in the locale's own units (words or characters), each bucket twice as wide as the one
before, so that one scale serves both."""
_LENGTH_STARTS = (1, 2, 4, 8, 16, 32)


class SliceMethod(StrEnum):
    """How p and the interval of a slice's difference were found."""

    MCNEMAR = "mid-p McNemar, Bonett-Price interval"
    LINEARISED = "linearised difference of ratios over clusters"


@dataclass(frozen=True, eq=False)
class Slicing:
    """One way to cut the common utterances; a row may be in no part, in one or in several."""

    kind: str
    """What is cut by: ``domain``, ``slot type``."""
    values: tuple[str, ...]
    """The parts, in the order in which they are shown."""
    rows: Ints
    """(memberships,), numbers of common rows; a row that is twice in one part counts once."""
    codes: Ints
    """(memberships,), index into ``values``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceCell:
    """One part of one slicing on one metric. Rates are fractions; None is unknown."""

    kind: str
    value: str
    metric: str
    locale: str | None
    """None for all locales together."""
    n: int
    """Common utterances."""
    n_clusters: int
    baseline: float | None
    candidate: float | None
    delta: float | None
    """By how much the candidate is better; negative is worse, for error rates too."""
    low: float | None
    """Bounds of the two-sided interval of ``delta``; None where the slice is not tested, or where
    nothing varies so that none can be estimated."""
    high: float | None
    p: float | None
    """One-sided, of "the candidate is worse"; not corrected. None where it is not tested."""
    p_adjusted: float | None
    """Corrected by Benjamini and Hochberg over every slice that was tested; exploratory."""
    flips: Flips | None
    """Of a share."""
    worst_locale: str | None
    """In a cell of all locales, the one with the most negative difference (the first of equals)
    among those with enough utterances in the slice."""
    worst_delta: float | None
    method: SliceMethod


def bucket_lengths(lengths: ArrayLike) -> Ints:
    """Returns the index into ``LENGTH_BUCKETS`` of each length in units, (n,)."""
    return np.searchsorted(_LENGTH_STARTS, np.asarray(lengths), side="right")


def measure_slices(
    slicings: Sequence[Slicing],
    metrics: Sequence[SlicedMetric],
    *,
    locales: Sequence[str],
    locale: Ints,
    cluster: Ints,
    per_locale: bool = False,
    n_min: int = SLICE_N_MIN,
    level: float = 0.90,
) -> tuple[SliceCell, ...]:
    """Returns the slices that have utterances, by slicing, part and metric, as these were given.

    Slot F1 of a slot type is over all spans of the utterances that have such a slot.

    Args:
        slicings: ways to cut the rows.
        metrics: what is measured of every part.
        locales: what ``locale`` stands for.
        locale: (n,), of each common row.
        cluster: (n,), equal for rows that are not independent of each other.
        per_locale: after the cell of all locales also give one for each, in their order; they
            enlarge the family that p is corrected over.
        n_min: utterances below which a slice is shown and not tested.
        level: two-sided confidence.
    """
    cells = [
        cell
        for slicing in slicings
        for cell in _cells(slicing, metrics, locales, locale, cluster, per_locale, n_min, level)
    ]
    return adjust_slices(cells)


def adjust_slices(cells: Sequence[SliceCell]) -> tuple[SliceCell, ...]:
    """Returns the slices with their p-values corrected over all of them as one family."""
    p_values = [cell.p for cell in cells if cell.p is not None]
    adjusted = iter(adjust_p_values(p_values, fwer=False))
    return tuple(
        cell if cell.p is None else replace(cell, p_adjusted=next(adjusted)) for cell in cells
    )


def _cells(
    slicing: Slicing,
    metrics: Sequence[SlicedMetric],
    locales: Sequence[str],
    locale: Ints,
    cluster: Ints,
    per_locale: bool,
    n_min: int,
    level: float,
) -> Iterator[SliceCell]:
    n_values, n_locales = len(slicing.values), len(locales)
    once = np.unique(slicing.rows * n_values + slicing.codes)
    rows, codes = np.divmod(once, n_values)

    def measure(slice_of_row: Ints, n_slices: int) -> list[SliceColumns]:
        groups = group_clusters(cluster[rows], slice_of_row, n_slices)
        return [
            measure_slice_columns(metric, rows, slice_of_row, groups, n_min=n_min, level=level)
            for metric in metrics
        ]

    of_all = measure(codes, n_values)
    of_each = measure(codes * n_locales + locale[rows], n_values * n_locales)
    for code, value in enumerate(slicing.values):
        first = code * n_locales
        for metric, together, apart in zip(metrics, of_all, of_each, strict=True):
            if together.n[code] == 0:
                continue
            whole = _cell(together, code, kind=slicing.kind, value=value, metric=metric.key)
            large = [i for i in range(first, first + n_locales) if apart.is_large[i]]
            if large:
                worst = min(large, key=apart.delta.__getitem__)
                named = locales[worst - first]
                whole = replace(whole, worst_locale=named, worst_delta=float(apart.delta[worst]))
            yield whole
            for i, tag in enumerate(locales if per_locale else (), start=first):
                if apart.n[i] > 0:
                    part = _cell(apart, i, kind=slicing.kind, value=value, metric=metric.key)
                    yield replace(part, locale=tag)


def _cell(columns: SliceColumns, i: int, *, kind: str, value: str, metric: str) -> SliceCell:
    """Returns one cell of all locales, not yet corrected and without its worst locale."""
    return SliceCell(
        kind=kind,
        value=value,
        metric=metric,
        locale=None,
        n=int(columns.n[i]),
        n_clusters=int(columns.n_clusters[i]),
        baseline=_known(columns.baseline[i]),
        candidate=_known(columns.candidate[i]),
        delta=_known(columns.delta[i]),
        low=_known(columns.low[i]),
        high=_known(columns.high[i]),
        p=_known(columns.p[i]),
        p_adjusted=None,
        flips=None if columns.flips is None else Flips(*columns.flips[i].tolist()),
        worst_locale=None,
        worst_delta=None,
        method=SliceMethod.MCNEMAR if columns.is_mcnemar[i] else SliceMethod.LINEARISED,
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
