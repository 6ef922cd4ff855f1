"""Where a change is drawn against zero and the margin."""

from __future__ import annotations

import pytest

from tests.reports.made_reports import compared, heard, mixed
from vernacular.comparison.compare import Comparison
from vernacular.reports.comparison.forest import PADDING, WIDTH, Bar, Forest, plot_forests

MIDDLE = WIDTH / 2
HALF = MIDDLE - PADDING


def plot(comparison: Comparison, metric: str) -> Forest:
    (forest,) = [one for one in plot_forests(comparison) if one.metric == metric]
    return forest


def bar(forest: Forest, locale: str) -> Bar:
    (row,) = [one for one in forest.rows if one.cell.locale == locale]
    assert row.bar is not None
    return row.bar


def test_the_scale_ends_at_five_margins_and_arrows_go_on() -> None:
    forest = plot(mixed(), "intent_acc")
    assert [tick.label for tick in forest.ticks] == ["-10", "-5", "0", "+5", "+10"]
    drop = bar(forest, "ar-SA")
    assert (drop.is_cut_low, drop.is_cut_high, drop.is_beyond) == (True, False, True)
    assert drop.low == drop.point == drop.high == PADDING
    assert drop.margin == pytest.approx(MIDDLE - HALF * 2 / 10, abs=0.05)


def test_a_scale_is_no_wider_than_its_intervals_and_the_margin_need() -> None:
    same = compared({"sw-KE": [1] * 3000}, {"sw-KE": [1] * 3000})
    forest = plot(same, "intent_acc")
    assert [tick.label for tick in forest.ticks][-1] == "+3"
    middle = bar(forest, "sw-KE")
    assert middle.point == forest.zero == MIDDLE
    assert middle.low < MIDDLE < middle.high


def test_an_error_rate_gets_worse_to_the_right() -> None:
    forest = plot(heard({"sw-KE": [0] * 300}, {"sw-KE": [1] * 30 + [0] * 270}), "wer")
    worse = bar(forest, "sw-KE")
    assert forest.is_error
    assert worse.low > MIDDLE
    assert worse.margin == pytest.approx(MIDDLE + (worse.point - MIDDLE) / 2, abs=0.1)


def test_a_small_locale_has_a_ring_and_a_large_one_has_none() -> None:
    before = {"ar-SA": [1] * 200, "sw-KE": [1] * 600}
    after = {"ar-SA": [0] * 4 + [1] * 196, "sw-KE": [1] * 600}
    forest = plot(compared(before, after), "intent_acc")
    assert bar(forest, "ar-SA").shrunk is not None
    assert bar(forest, "sw-KE").shrunk is None


def test_an_unknown_change_is_listed_without_a_bar_and_the_worst_comes_first() -> None:
    forest = plot(mixed(), "intent_acc")
    assert [row.cell.locale for row in forest.rows] == ["ar-SA", "am-ET", "th-TH", "sw-KE"]
    assert [row.bar is None for row in forest.rows] == [False, True, False, False]
