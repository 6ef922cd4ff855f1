"""The metrics that two runs are compared on, as data.

Every metric is a ratio of sums over utterances; its kind says which test fits. Margins and smallest
effects are fractions. Two points of margin look generous, but a release without any change passes
all of 52 locales of 2,974 utterances with probability .97 at two points and .31 at one and a half.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from vernacular.scoring.counts import EXACT_MATCH, INTENT_ACCURACY, SLOT_F1


class MetricKind(StrEnum):
    """How the counts of an utterance become a ratio."""

    PROPORTION = "proportion"
    """Utterances that are right, of all: one count of 0 or 1."""
    F1 = "f1"
    """2 TP / (2 TP + FP + FN): three counts in this order."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric of a comparison; more is better."""

    key: str
    kind: MetricKind
    counts: tuple[str, ...]
    """The columns of the run's counts it is made of."""
    margin: float
    """A candidate passes if it is worse by less than this."""
    min_effect: float
    """A drop smaller than this is never called a regression, however certain it is."""

    def ratio_parts(
        self, columns: Mapping[str, NDArray[np.int32]]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Returns the numerator and the denominator of each row, (n,) both."""
        parts = [columns[name].astype(np.float64) for name in self.counts]
        if self.kind is MetricKind.PROPORTION:
            (is_right,) = parts
            return is_right, np.ones_like(is_right)
        tp, fp, fn = parts
        return 2 * tp, 2 * tp + fp + fn


UNDERSTANDING = (
    Metric(INTENT_ACCURACY, MetricKind.PROPORTION, ("correct_intent",), 0.020, 0.005),
    Metric(SLOT_F1, MetricKind.F1, ("tp", "fp", "fn"), 0.020, 0.005),
    Metric(EXACT_MATCH, MetricKind.PROPORTION, ("exact",), 0.025, 0.005),
)
"""Metrics of text understanding, in the order in which they are shown."""
