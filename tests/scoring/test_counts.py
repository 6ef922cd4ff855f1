"""Counts that add up, and what they say when there is nothing to count."""

from __future__ import annotations

import pytest

from vernacular.scoring.counts import UnderstandingCounts


def test_metrics_of_a_sum_are_not_means_of_metrics() -> None:
    short = UnderstandingCounts(n=1, n_correct_intent=1, n_exact=1, tp=1)
    long = UnderstandingCounts(n=9, n_correct_intent=3, n_exact=2, tp=2, fp=3, fn=5, n_failed=1)
    both = short + long
    assert both == UnderstandingCounts(10, 4, 3, 3, 3, 5, 1)
    assert both.intent_accuracy == pytest.approx(0.4)
    assert both.exact_match == pytest.approx(0.3)
    assert both.slot_f1 == pytest.approx(6 / 14)


def test_without_utterances_every_metric_is_unknown() -> None:
    nothing = UnderstandingCounts()
    assert nothing.intent_accuracy is None
    assert nothing.exact_match is None
    assert nothing.slot_f1 is None


def test_slot_f1_is_unknown_without_slots_and_zero_when_all_are_missed() -> None:
    assert UnderstandingCounts(n=5, n_correct_intent=5).slot_f1 is None
    assert UnderstandingCounts(n=5, fn=2).slot_f1 == 0.0


def test_counts_are_summable_from_nothing() -> None:
    parts = [UnderstandingCounts(n=2, tp=1), UnderstandingCounts(n=3, fp=1)]
    assert sum(parts, UnderstandingCounts()) == UnderstandingCounts(n=5, tp=1, fp=1)
