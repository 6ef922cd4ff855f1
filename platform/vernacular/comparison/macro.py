"""The mean over locales, which is the headline and never the whole story."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vernacular.comparison.bootstrap import mean_over_locales, p_worse, percentile_interval
from vernacular.comparison.cells import Cell, MacroCell
from vernacular.comparison.metrics import Metric
from vernacular.comparison.multiplicity import adjust_p_values
from vernacular.comparison.policy import Policy
from vernacular.comparison.verdict import judge


@dataclass(frozen=True, eq=False)
class _Mean:
    """One metric averaged, with the means of its resamples."""

    metric: Metric
    is_gated: bool
    locales: tuple[str, ...]
    baseline: float
    candidate: float
    locale_deltas: NDArray[np.float64]
    resamples: NDArray[np.float64]

    @property
    def delta(self) -> float:
        return float(self.locale_deltas.mean())


def average_locales(
    cells: Sequence[Cell],
    metrics: Sequence[Metric],
    locales: Sequence[str],
    deltas: NDArray[np.float32],
    policy: Policy,
) -> tuple[MacroCell, ...]:
    """Returns one mean per metric over the cells that were tested.

    Locales that are incomparable or too small are in nobody's mean, neither the baseline's nor the
    candidate's; a mean of word error rates takes the locales that are counted in words; those that
    are only watched are in no mean that decides. With fewer than two locales there is nothing to
    average and no cell.

    Args:
        cells: those judged, of all metrics.
        metrics: what the first axis of ``deltas`` stands for.
        locales: what the second axis of ``deltas`` stands for.
        deltas: (metrics, locales, resamples).
        policy: levels and margins.
    """
    place = {tag: i for i, tag in enumerate(locales)}
    means = []
    for metric, resampled in zip(metrics, deltas, strict=True):
        tested = _averaged(cells, metric)
        if len(tested) > 1:
            columns = resampled[[place[cell.locale] for cell in tested]]
            means.append(
                _Mean(
                    metric,
                    all(cell.is_gated for cell in tested),
                    tuple(cell.locale for cell in tested),
                    float(np.mean([cell.baseline for cell in tested])),
                    float(np.mean([cell.candidate for cell in tested])),
                    np.array([cell.delta for cell in tested]),
                    mean_over_locales(columns),
                )
            )
    p_values = [p_worse(mean.resamples, mean.delta) for mean in means]
    adjusted = adjust_p_values(p_values, fwer=policy.fwer)
    return tuple(
        _judged(mean, p, p_adjusted, policy)
        for mean, p, p_adjusted in zip(means, p_values, adjusted, strict=True)
    )


def _averaged(cells: Sequence[Cell], metric: Metric) -> list[Cell]:
    """Returns the tested cells of a metric that decide; where fewer than two do, all of them.

    A language that is only watched must not be able to fail a release through the mean.
    """
    tested = [
        cell
        for cell in cells
        if cell.metric == metric.key
        and metric.is_primary(cell.locale)
        and cell.p_adjusted is not None
    ]
    gated = [cell for cell in tested if cell.is_gated]
    return gated if len(gated) > 1 else tested


def _judged(mean: _Mean, p: float, p_adjusted: float, policy: Policy) -> MacroCell:
    low, high = percentile_interval(mean.resamples, policy.level)
    worst = int(mean.locale_deltas.argmin())
    return MacroCell(
        metric=mean.metric.key,
        is_gated=mean.is_gated,
        locales=mean.locales,
        baseline=mean.baseline,
        candidate=mean.candidate,
        delta=mean.delta,
        low=low,
        high=high,
        p=p,
        p_adjusted=p_adjusted,
        worst_locale=mean.locales[worst],
        worst_delta=float(mean.locale_deltas[worst]),
        verdict=judge(
            delta=mean.delta,
            low=low,
            p_adjusted=p_adjusted,
            q=policy.q,
            margin=policy.macro_margin,
            min_effect=mean.metric.min_effect,
        ),
    )
