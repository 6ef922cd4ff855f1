"""The heat map of one release, alone and against a baseline."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.corpus.massive_files import lines, row, write_files
from tests.evaluation.situations import add_release, prepare_suite, run_release
from vernacular.collection.import_corpus import import_massive
from vernacular.comparison.compare import Comparison
from vernacular.comparison.verdict import Verdict
from vernacular.errors import NotComparable, NotFound
from vernacular.evaluation.suites import freeze, select_utterances
from vernacular.reports.runs.heat_map import HeatCell, HeatMap, heat_map
from vernacular.scoring.intervals import wilson
from vernacular.store.database import Store

GREETING = row(2, scenario="general", intent="general_greet", utt="habari 2", annot_utt="habari 2")


def cell(found: HeatMap, locale: str, metric: str = "intent_acc") -> HeatCell:
    (one,) = [one for one in found.cells if (one.locale, one.metric) == (locale, metric)]
    return one


def test_a_release_alone_has_rates_with_intervals_and_nothing_to_compare(compared: Store) -> None:
    with compared.reading() as db:
        found = heat_map(db, "beta")
    assert (found.release, found.suite, found.baseline) == ("beta", "smoke", None)
    assert (found.verdict, found.baseline_run_id) == (None, None)
    assert len(found.cells) == 4 * 3
    swahili = cell(found, "sw-KE")
    assert (swahili.n, swahili.rate) == (200, 0.75)
    assert (swahili.low, swahili.high) == wilson(150, 200)
    assert (swahili.delta, swahili.verdict, swahili.n_regressions) == (None, None, None)
    # 25 of the 50 wrong utterances have a slot, which was missed: F1 = 2*75 / (2*75 + 25).
    slots = cell(found, "sw-KE", "slot_micro_f1")
    assert slots.rate == pytest.approx(150 / 175)
    assert slots.low is not None
    assert slots.high is not None
    assert slots.low < slots.rate < slots.high


def test_a_mean_never_stands_without_its_worst_locale(compared: Store) -> None:
    with compared.reading() as db:
        alone, against = heat_map(db, "beta"), heat_map(db, "beta", "alpha")
    for found in (alone, against):
        mean = found.means[0]
        assert (mean.metric, mean.n_locales) == ("intent_acc", 4)
        assert mean.rate == pytest.approx((1 + 1 + 0.75 + 0.96) / 4)
        assert (mean.worst_locale, mean.worst_rate) == ("sw-KE", 0.75)
    assert alone.means[0].delta is None
    assert against.means[0].delta == pytest.approx((0.2 + 0 - 0.25 + 0) / 4)
    assert against.means[0].worst_delta_locale == "sw-KE"
    assert against.means[0].worst_delta == pytest.approx(-0.25)


def test_against_a_baseline_every_cell_says_what_the_comparison_says(
    compared: Store, comparison: Comparison
) -> None:
    with compared.reading() as db:
        found = heat_map(db, "beta", "alpha")
    assert found.verdict is Verdict.REGRESSED
    assert (found.baseline, found.release) == ("alpha", "beta")
    assert len(found.cells) == len(comparison.cells)
    for one in comparison.cells:
        mine = cell(found, one.locale, one.metric)
        assert (mine.rate, mine.delta, mine.verdict) == (one.candidate, one.delta, one.verdict)
        assert (mine.delta_low, mine.delta_high) == (one.low, one.high)
    swahili, amharic = cell(found, "sw-KE"), cell(found, "am-ET")
    assert (swahili.n_regressions, swahili.n_fixes) == (50, 0)
    assert (amharic.n_regressions, amharic.n_fixes) == (0, 40)
    assert cell(found, "th-TH").verdict is Verdict.INCONCLUSIVE
    assert cell(found, "hi-IN").verdict is Verdict.PASS


def test_a_suite_without_slots_has_no_slot_score_and_no_zero(
    sqlite_store: Store, tmp_path: Path
) -> None:
    list(import_massive(sqlite_store, write_files(tmp_path, sw_KE=lines(GREETING))))
    with sqlite_store.writing() as db:
        freeze(db, "smoke", select_utterances(db, source="massive-1.1"))
    run_release(sqlite_store, "alpha")
    with sqlite_store.reading() as db:
        found = heat_map(db, "alpha")
    slots = cell(found, "sw-KE", "slot_micro_f1")
    assert (slots.n, slots.rate, slots.low, slots.high) == (1, None, None, None)
    # One utterance is too few for a mean of locales to say anything.
    assert found.means == ()


def test_the_map_names_what_is_missing(sqlite_store: Store, tmp_path: Path) -> None:
    prepare_suite(sqlite_store, tmp_path, 2)
    add_release(sqlite_store, "alpha")
    with sqlite_store.reading() as db:
        with pytest.raises(NotFound, match="alpha has no finished run yet: 'vernacular run start"):
            heat_map(db, "alpha")
        with pytest.raises(NotFound, match="no release 'beta'"):
            heat_map(db, "beta")
        with pytest.raises(NotFound, match="no suite 'large'"):
            heat_map(db, "alpha", suite="large")
    run_release(sqlite_store, "beta")
    with sqlite_store.reading() as db, pytest.raises(NotComparable, match="alpha has no finished"):
        heat_map(db, "beta", "alpha")
