"""Flips beside the noise of two runs of one release."""

from __future__ import annotations

from tests.reports.made_reports import compared, heard
from vernacular.comparison.flips import Flips
from vernacular.comparison.noise_floor import noise_floor
from vernacular.reports.comparison.above_floor import list_above_floor

BEFORE = {"ar-SA": [1] * 400, "sw-KE": [1] * 400}
AFTER = {"ar-SA": [0] * 60 + [1] * 340, "sw-KE": [0] * 3 + [1] * 397}
FLOOR = noise_floor({"ar-SA": Flips(390, 5, 5, 0), "sw-KE": Flips(390, 5, 5, 0)})


def test_only_locales_that_break_more_than_the_noise_are_named() -> None:
    (line,) = list_above_floor(compared(BEFORE, AFTER), {"intent_acc": FLOOR})
    assert (line.metric, line.n, line.n_broken) == ("intent_acc", 800, 63)
    assert line.rate == 63 / 800
    assert line.floor.rate == 20 / 800
    assert line.above == ("ar-SA",)


def test_a_locale_that_the_floor_does_not_know_is_not_above_it() -> None:
    floor = noise_floor({"sw-KE": Flips(390, 5, 5, 0)})
    (line,) = list_above_floor(compared(BEFORE, AFTER), {"intent_acc": floor})
    assert line.above == ()


def test_a_metric_that_counts_words_has_no_floor() -> None:
    comparison = heard({"sw-KE": [0] * 200}, {"sw-KE": [1] * 200})
    assert list_above_floor(comparison, {"wer": FLOOR, "intent_acc": FLOOR}) == []
