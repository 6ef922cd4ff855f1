"""What is missing for an answer: how many utterances, where, and why."""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from typing import Any

import pytest

from tests.comparison.runs import a_run
from vernacular.comparison.cells import Cell
from vernacular.comparison.compare import Comparison, compare_runs
from vernacular.comparison.needs import Need, list_needs, need_of
from vernacular.comparison.policy import Policy
from vernacular.comparison.verdict import Verdict

QUICK = Policy(n_resamples=200)
FEW_FLIPS = ([0] * 8 + [1] * 192, [1] * 8 + [0] * 8 + [1] * 184)


def compared(
    before: dict[str, list[int]], after: dict[str, list[int]], policy: Policy = QUICK
) -> Comparison:
    return compare_runs(a_run(before), a_run(after, run_id=2, release="beta"), policy)


@pytest.fixture
def unsure() -> Cell:
    """An inconclusive cell of 200 utterances, 16 of which changed, for better and worse alike."""
    before, after = FEW_FLIPS
    return compared({"th-TH": before}, {"th-TH": after}).cell("th-TH", "intent_acc")


def without(cell: Cell, **changes: Any) -> Need:
    return need_of(replace(cell, **changes), QUICK)


def test_a_locale_that_passes_needs_nothing() -> None:
    assert list_needs(compared({"sw-KE": [1] * 400}, {"sw-KE": [1] * 400})) == ()


def test_a_regression_needs_nothing_either() -> None:
    assert list_needs(compared({"sw-KE": [1] * 400}, {"sw-KE": [0] * 400})) == ()


def test_the_metric_that_asks_for_most_speaks_for_its_locale() -> None:
    before, after = FEW_FLIPS
    comparison = compared({"th-TH": before}, {"th-TH": after})
    (need,) = list_needs(comparison)
    asked = {cell.metric: cell.n_needed for cell in comparison.cells}
    assert asked[need.metric] == max(n for n in asked.values() if n is not None)
    assert (need.locale, need.n, need.n_needed) == ("th-TH", 200, asked[need.metric])
    assert need.n_missing == need.n_needed - 200
    assert f"takes {need.n_needed:,} to be seen with power 0.8" in need.because


def test_locales_come_by_how_much_they_lack() -> None:
    before, after = FEW_FLIPS
    needs = list_needs(
        compared(
            {"am-ET": [1] * 20, "sw-KE": [1] * 400, "th-TH": before},
            {"am-ET": [1] * 20, "sw-KE": [1] * 400, "th-TH": after},
        )
    )
    assert [need.locale for need in needs] == ["th-TH", "am-ET"]
    missing = [need.n_missing for need in needs if need.n_missing is not None]
    assert missing == sorted(missing, reverse=True)


def test_what_is_only_watched_asks_for_nothing() -> None:
    before, after = FEW_FLIPS
    watching = replace(QUICK, gated={})
    assert list_needs(compared({"th-TH": before}, {"th-TH": after}, watching)) == ()


def test_too_few_utterances_ask_for_the_least_number_or_the_planned_one(unsure: Cell) -> None:
    need = without(unsure, n=20, n_needed=771)
    assert (need.n_needed, need.n_missing) == (771, 751)
    assert need.because.startswith("20 utterances are fewer than the 100 asked for, and a drop of")
    assert without(unsure, n=20, n_needed=None).n_needed == 100


def test_too_few_speakers_are_not_cured_by_more_utterances_of_theirs(unsure: Cell) -> None:
    need = without(unsure, n_clusters=7, n=500, n_needed=300)
    assert need.n_missing is None
    assert "7 independent clusters (speakers) are fewer than the 10 asked for" in need.because


def test_a_metric_without_a_value_on_one_side_is_not_cured_by_a_number(unsure: Cell) -> None:
    need = without(unsure, delta=None, low=None)
    assert (need.n_needed, need.n_missing) == (None, None)


def test_near_the_margin_the_interval_must_shrink_to_the_room_there_is(unsure: Cell) -> None:
    """A half-width of 1.5 points must shrink to 0.5: nine times as many utterances."""
    need = without(unsure, n=1000, n_needed=771, delta=-0.015, low=-0.030)
    assert need.n_needed == ceil(1000 * (0.015 / 0.005) ** 2) == 9000
    assert "the lower bound -3.00 does not clear the margin of 2 points" in need.because


def test_a_drop_as_large_as_the_margin_is_not_passed_by_any_number(unsure: Cell) -> None:
    need = without(unsure, n=1000, n_needed=771, delta=-0.02, low=-0.05)
    assert need.n_missing is None
    assert "no number of utterances is likely to pass it" in need.because


def test_while_results_arrive_nothing_passes_whatever_their_number(unsure: Cell) -> None:
    cell = replace(unsure, n=1000, n_needed=771)
    need = need_of(cell, replace(QUICK, open_ended=True))
    assert (need.n_missing, cell.verdict) == (None, Verdict.INCONCLUSIVE)
    assert "compare again at the planned end" in need.because
