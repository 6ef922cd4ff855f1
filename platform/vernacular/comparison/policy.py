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
        for name, low, high in (
            ("alpha", 0, 0.5),
            ("q", 0, 1),
            ("power", 0.5, 1),
            ("min_coverage", -1, 1 + 1e-9),
        ):
            value = getattr(self, name)
            if not low < value < high:
                raise InvalidInput(f"{value} is not a share that can be used here", field=name)
        if self.n_resamples < 1:
            raise InvalidInput(
                f"{self.n_resamples} resamples give no interval", field="n_resamples"
            )
        if not self.metrics:
            raise InvalidInput("name at least one metric to compare on", field="metrics")

    @property
    def level(self) -> float:
        """Level of the two-sided interval whose lower bound is tested at ``alpha``."""
        return 1 - 2 * self.alpha


DEFAULT_POLICY = Policy()
"""What a comparison is judged by where nothing else was asked for."""
