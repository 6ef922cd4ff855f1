"""The table of costs says what its times are, in figures that are read at a glance."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.runs.test_cost_change import LARGE
from tests.reports.screens import show
from vernacular.reports.runs.cost import RunCost, StageCost, TimesAre
from vernacular.reports.runs.cost_table import render_costs


def timed(p50_ms: float, p95_ms: float, n_times: int = 2, **changes: object) -> RunCost:
    stage = StageCost("whole", n=10, n_times=n_times, p50_ms=p50_ms, p95_ms=p95_ms)
    return replace(LARGE, stages=(stage,), **changes)


@pytest.mark.parametrize(
    ("took_ms", "written"),
    [(1180.4, "1,180 ms"), (999.7, "1,000 ms"), (99.96, "100 ms"), (1.234, "1.23 ms")],
)
def test_a_time_is_never_written_as_a_power_of_ten(took_ms: float, written: str) -> None:
    assert f" {written}" in show(render_costs([timed(0.5, took_ms)]))


@given(st.floats(0, 1e9))
def test_no_figure_is_written_as_a_power_of_ten(value: float) -> None:
    cost = timed(value, value, utterances_per_second=value, seconds_heard_per_second=value)
    assert re.search(r"\de[+-]\d", show(render_costs([cost]))) is None


def test_times_are_told_to_be_shares_of_their_batches() -> None:
    table = show(render_costs([timed(1.0, 2.0)]))
    assert "per utterance, as its batch took" in table
    assert "as they were reported" not in table
    assert "in one batch" not in table


def test_times_of_utterances_asked_alone_are_told_to_be_their_own() -> None:
    table = show(render_costs([timed(1.0, 2.0), timed(3.0, 4.0, times_are=TimesAre.ALONE)]))
    assert "ms asked alone: of each utterance by itself" in table
    assert re.search(r"asked alone +- +yes", table)
    assert "asked alone: of each" not in show(render_costs([timed(1.0, 2.0)]))


def test_one_batch_is_told_to_be_why_p50_is_p95() -> None:
    assert "p50 and p95 are the same where" in show(render_costs([timed(1.0, 1.0, n_times=1)]))


def test_times_of_answers_made_elsewhere_are_told_to_be_as_reported() -> None:
    table = show(render_costs([timed(1.0, 2.0, times_are=TimesAre.AS_REPORTED)]))
    assert "as they were reported" in table
    assert "as its batch took" not in table
