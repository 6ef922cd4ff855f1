"""What a comparison is judged by; printed with every verdict, so that it can be repeated."""

from __future__ import annotations

from dataclasses import dataclass

from vernacular.comparison.metrics import UNDERSTANDING, Metric
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
    metrics: tuple[Metric, ...] = UNDERSTANDING

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

    @property
    def level(self) -> float:
        """Level of the two-sided interval whose lower bound is tested at ``alpha``."""
        return 1 - 2 * self.alpha


DEFAULT_POLICY = Policy()
"""What a comparison is judged by where nothing else was asked for."""
