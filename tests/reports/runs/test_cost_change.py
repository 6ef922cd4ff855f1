from __future__ import annotations

from dataclasses import replace

import pytest

from vernacular.reports.runs.cost import RunCost, TimesAre
from vernacular.reports.runs.cost_change import weigh_costs

LARGE = RunCost(
    run_id=1,
    release="large",
    suite="smoke",
    device="cpu",
    n_parameters=1000,
    weights_bytes=4000,
    peak_memory_bytes=None,
    n_results=10,
    answering_seconds=5.0,
    utterances_per_second=2.0,
    seconds_heard_per_second=None,
    times_are=TimesAre.BATCH_SHARES,
    has_replies=False,
    stages=(),
    quality=(),
)


def test_size_and_speed_are_those_of_the_candidate_by_the_measure_of_the_baseline() -> None:
    small = replace(LARGE, weights_bytes=1000, utterances_per_second=6.0)
    change = weigh_costs(LARGE, small)
    assert (change.size, change.speed, change.is_same_device) == (0.25, 3.0, True)


def test_parameters_stand_in_for_files_that_nobody_measured() -> None:
    small = replace(LARGE, weights_bytes=None, n_parameters=500)
    assert weigh_costs(LARGE, small).size == 0.5


def test_speeds_on_different_devices_are_no_ratio() -> None:
    change = weigh_costs(LARGE, replace(LARGE, device="cuda"))
    assert (change.size, change.speed, change.is_same_device) == (1.0, None, False)


def test_speeds_with_replies_and_without_are_no_ratio() -> None:
    change = weigh_costs(LARGE, replace(LARGE, has_replies=True))
    assert (change.size, change.speed, change.is_same_work) == (1.0, None, False)
    both = [replace(LARGE, has_replies=True, utterances_per_second=rate) for rate in (2.0, 3.0)]
    assert weigh_costs(*both).speed == 1.5


def test_speeds_of_items_asked_alone_and_in_batches_are_no_ratio() -> None:
    alone = replace(LARGE, times_are=TimesAre.ALONE)
    change = weigh_costs(LARGE, alone)
    assert (change.size, change.speed) == (1.0, None)
    assert weigh_costs(alone, alone).speed == 1.0


@pytest.mark.parametrize("missing", [None, 0])
def test_what_was_not_recorded_has_no_ratio(missing: int | None) -> None:
    unknown = replace(
        LARGE, weights_bytes=missing, n_parameters=missing, utterances_per_second=None
    )
    change = weigh_costs(unknown, LARGE)
    assert (change.size, change.speed) == (None, None)
