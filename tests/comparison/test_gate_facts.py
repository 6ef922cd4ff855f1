"""Latencies of a run as a median and a 95th percentile."""

from __future__ import annotations

import pytest

from vernacular.comparison.gate_facts import summarise_latencies


def test_percentiles_lie_between_their_neighbours() -> None:
    # Definition 7 of Hyndman and Fan (1996), R's default: place h = (n - 1) p + 1, here 19.05,
    # so .05 of the way from the 19th to the 20th value; the median has the place 10.5.
    latency = summarise_latencies([float(i) for i in range(20, 0, -1)], n_answers=30)
    assert latency is not None
    assert (latency.n, latency.n_answers) == (20, 30)
    assert latency.p50_ms == 10.5
    assert latency.p95_ms == pytest.approx(19.05)


def test_one_answer_is_its_own_percentile() -> None:
    latency = summarise_latencies([3.5], n_answers=1)
    assert latency is not None
    assert (latency.p50_ms, latency.p95_ms) == (3.5, 3.5)


def test_a_run_that_measured_nothing_has_no_latency() -> None:
    assert summarise_latencies([], n_answers=10) is None
