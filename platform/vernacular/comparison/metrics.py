"""The metrics that two runs are compared on, as data.

Every metric is a ratio of sums over utterances; its kind says which test fits. Margins and smallest
effects are fractions. Two points of margin look generous, but a release without any change passes
all of 52 locales of 2,974 utterances with probability .97 at two points and .27 at one and a half
(five in a hundred utterances discordant; tests/comparison/test_paired.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from vernacular.corpus.locales import find_locale
from vernacular.scoring.intervals import (
    Interval,
    RatioSums,
    error_rate_interval_from_sums,
    f1_interval_from_sums,
    share_interval_from_sums,
)
from vernacular.scoring.metric_keys import (
    CER,
    EXACT_MATCH,
    INTENT_ACCURACY,
    SLOT_F1,
    SLOT_VALUE_F1,
    TEXT_INTENT_ACCURACY,
    WER,
)


class MetricKind(StrEnum):
    """How the counts of an utterance become a ratio."""

    PROPORTION = "proportion"
    """Utterances that are right, of all: one count of 0 or 1."""
    F1 = "f1"
    """2 TP / (2 TP + FP + FN): three counts in this order."""
    ERROR_RATE = "error rate"
    """Edits per reference unit: two counts in this order. Less is better."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric of a comparison."""

    key: str
    kind: MetricKind
    counts: tuple[str, ...]
    """The columns of the run's counts it is made of; a run without them is not scored on it."""
    margin: float
    """A candidate passes if it is worse by less than this."""
    min_effect: float
    """A drop smaller than this is never called a regression, however certain it is."""

    @property
    def is_error(self) -> bool:
        """True if less of it is better."""
        return self.kind is MetricKind.ERROR_RATE

    @property
    def sign(self) -> int:
        """What a rise of the metric is multiplied by so that negative is worse: 1 or -1."""
        return -1 if self.is_error else 1

    def is_primary(self, locale: str) -> bool:
        """Returns whether the metric can judge a locale.

        Words are what a recogniser gets right or wrong, except in locales that write no dependable
        spaces between them; there characters are. The other rate is shown beside it, and so is
        what a release would understand if it heard everything: users meet what it did hear.
        """
        if self.key == TEXT_INTENT_ACCURACY:
            return False
        if self.key not in _UNITS:
            return True
        return find_locale(locale).unit == _UNITS[self.key]

    def interval(self, sums: RatioSums) -> Interval | None:
        """Returns the 95 % interval of the metric; None where it is undefined.

        Args:
            sums: what ``ratio_parts`` add up to over independent clusters.
        """
        if self.kind is MetricKind.PROPORTION:
            return share_interval_from_sums(sums)
        if self.kind is MetricKind.ERROR_RATE:
            return error_rate_interval_from_sums(sums)
        return f1_interval_from_sums(sums)

    def ratio_parts(
        self, columns: Mapping[str, NDArray[np.int32]]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Returns the numerator and the denominator of each row, (n,) both."""
        parts = [columns[name].astype(np.float64) for name in self.counts]
        if self.kind is MetricKind.PROPORTION:
            (is_right,) = parts
            return is_right, np.ones_like(is_right)
        if self.kind is MetricKind.ERROR_RATE:
            edits, n_units = parts
            return edits, n_units
        tp, fp, fn = parts
        return 2 * tp, 2 * tp + fp + fn


_UNITS = {WER: "word", CER: "character"}

HEARING = (
    Metric(WER, MetricKind.ERROR_RATE, ("word_edits", "n_words"), 0.010, 0.003),
    Metric(CER, MetricKind.ERROR_RATE, ("char_edits", "n_chars"), 0.010, 0.003),
)
"""Metrics of what was heard."""

UNDERSTANDING = (
    Metric(INTENT_ACCURACY, MetricKind.PROPORTION, ("correct_intent",), 0.020, 0.005),
    Metric(SLOT_F1, MetricKind.F1, ("tp", "fp", "fn"), 0.020, 0.005),
    Metric(EXACT_MATCH, MetricKind.PROPORTION, ("exact",), 0.025, 0.005),
)
"""Metrics of what was understood of typed text: spans need the reference's own words."""

VALUES = (Metric(SLOT_VALUE_F1, MetricKind.F1, ("value_tp", "value_fp", "value_fn"), 0.020, 0.005),)
"""What takes the place of spans over a transcript, which has words of its own."""

UNHEARD = (
    Metric(TEXT_INTENT_ACCURACY, MetricKind.PROPORTION, ("text_correct_intent",), 0.020, 0.005),
)
"""What a release that hears understands of the reference text: the stage at fault shows."""

METRICS = HEARING + UNDERSTANDING + VALUES + UNHEARD
"""All metrics, in the order in which they are shown."""
