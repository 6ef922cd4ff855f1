"""What a comparison is judged by; printed with every verdict, so that it can be repeated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vernacular.comparison.metrics import METRICS, Metric
from vernacular.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Policy:
    """The parameters of a verdict. Rates are fractions."""

    alpha: float = 0.05
    """One-sided error of passing a locale that is worse by the margin."""
    q: float = 0.05
    """Share of false alarms among all cells called REGRESSED (with ``fwer``: chance of any)."""
    n_min: int = 100
    """With fewer common utterances a locale is INCONCLUSIVE and stays out of the macro mean."""
    min_clusters: int = 10
    """With fewer independent clusters (speakers) a locale is INCONCLUSIVE."""
    min_coverage: float = 0.99
    """Below this share of the suite scored in both runs a locale is INCOMPARABLE."""
    n_resamples: int = 10_000
    seed: int = 20260101
    fwer: bool = False
    """Holm's correction instead of Benjamini and Hochberg's."""
    power: float = 0.8
    """Chance of seeing a drop that ``mde`` and ``n_needed`` are stated for."""
    macro_margin: float = 0.005
    """Margin of the mean over locales, the same for all metrics."""
    metrics: tuple[Metric, ...] = METRICS
    """Those compared, as far as both runs are scored on them."""
    gated: Mapping[str, tuple[Metric, ...]] | None = None
    """By locale, the metrics that decide there, with their own margins; locales and metrics that
    are not listed are watched only. None: all decide, with the margins of ``metrics``."""
    open_ended: bool = False
    """The runs are looked at while results still arrive: only a regression can be called, by
    e-values, which stay valid however often one looks; coverage is not asked for."""

    def __post_init__(self) -> None:
        for name, is_usable, rule in (
            ("alpha", 0 < self.alpha < 0.5, "between 0 and .5"),
            ("q", 0 < self.q < 1, "between 0 and 1"),
            ("power", 0.5 < self.power < 1, "between .5 and 1"),
            ("min_coverage", 0 <= self.min_coverage <= 1, "from 0 to 1"),
            ("n_resamples", self.n_resamples >= 1, "at least 1"),
            ("metrics", len(self.metrics) > 0, "at least one metric"),
        ):
            if not is_usable:
                raise InvalidInput(f"{getattr(self, name)!r} is not {rule}", field=name)

    def rule(self, key: str, locale: str) -> tuple[Metric, bool]:
        """Returns a metric with the margins it has in a locale, and whether it decides there."""
        metric = next(one for one in self.metrics if one.key == key)
        if self.gated is None:
            return metric, metric.is_primary(locale)
        for one in self.gated.get(locale, ()):
            if one.key == key:
                return one, one.is_primary(locale)
        return metric, False

    @property
    def level(self) -> float:
        """Level of the two-sided interval whose lower bound is tested at ``alpha``."""
        return 1 - 2 * self.alpha


DEFAULT_POLICY = Policy()
"""What a comparison is judged by where nothing else was asked for."""
