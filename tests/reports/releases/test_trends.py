from __future__ import annotations

import pytest

from tests.reports.screens import show
from tests.store.measured import (
    HEARD,
    RULES,
    Rates,
    write_gate,
    write_release,
    write_run,
    write_suite,
)
from vernacular.errors import InvalidInput, NotFound
from vernacular.reports.releases.trends import Reason, Trend, list_scored_metrics, trend
from vernacular.reports.releases.trends_table import MAX_COLUMNS, chart, render_trend
from vernacular.scoring.intervals import wilson
from vernacular.store.database import Store
from vernacular.store.scores import ScoringRules

OLD = ScoringRules("test/0", None)


def share(**rates: float) -> Rates:
    return {("intent_acc", tag.replace("_", "-")): rate for tag, rate in rates.items()}


def heard(**rates: float) -> Rates:
    return {("wer", tag.replace("_", "-")): rate for tag, rate in rates.items()}


@pytest.fixture
def measured(sqlite_store: Store) -> Store:
    """Three releases: sw-KE falls by ten points, then rises by two and a half; hi-IN stays."""
    write_suite(sqlite_store)
    rates = [
        share(sw_KE=0.8, hi_IN=0.9),
        share(sw_KE=0.7, hi_IN=0.9),
        share(sw_KE=0.725, hi_IN=0.9),
    ]
    for day, one in enumerate(rates, start=1):
        write_run(sqlite_store, write_release(sqlite_store, f"r{day}", day), rates=one)
    return sqlite_store


def read(store: Store, **wanted: object) -> Trend:
    with store.reading() as db:
        return trend(db, **wanted)  # type: ignore[arg-type]


def written(found: Trend) -> str:
    return show(render_trend(found))


def test_each_locale_has_a_point_per_release_with_its_interval(measured: Store) -> None:
    found = read(measured)
    swahili, hindi = found.locales
    assert [one.release for one in found.releases] == ["r1", "r2", "r3"]
    assert [point.rate for point in swahili.points] == [0.8, 0.7, 0.725]
    assert (swahili.newest.low, swahili.newest.high) == wilson(145, 200)
    assert (swahili.newest.n, hindi.locale) == (200, "hi-IN")


def test_the_worst_locale_of_today_comes_first(measured: Store) -> None:
    assert [one.locale for one in read(measured).locales] == ["sw-KE", "hi-IN"]


def test_a_change_is_against_the_release_before(measured: Store) -> None:
    swahili = read(measured).locales[0]
    assert swahili.points[0].delta is None
    assert [point.delta for point in swahili.points[1:]] == pytest.approx([-0.1, 0.025])


def test_intervals_that_overlap_are_said_so(sqlite_store: Store) -> None:
    write_suite(sqlite_store)
    for day, rate in enumerate((0.9, 0.6, 0.62), start=1):
        release = write_release(sqlite_store, f"r{day}", day)
        write_run(sqlite_store, release, rates=share(sw_KE=rate))
    points = read(sqlite_store).locales[0].points
    assert [point.overlaps for point in points] == [None, False, True]


def test_a_rising_error_rate_is_a_change_for_the_worse(sqlite_store: Store) -> None:
    write_suite(sqlite_store)
    for day, rates in enumerate((heard(sw_KE=0.1, hi_IN=0.2), heard(sw_KE=0.3, hi_IN=0.2)), 1):
        release = write_release(sqlite_store, f"r{day}", day)
        write_run(sqlite_store, release, rates=rates, rules=HEARD)
    found = read(sqlite_store, metric="wer")
    assert found.is_error
    assert [one.locale for one in found.locales] == ["sw-KE", "hi-IN"]
    assert found.locales[0].newest.delta == pytest.approx(-0.2)
    shown = written(found)
    assert "+20.0 worse" in shown
    assert "normaliser norm/1" in shown
    assert "a taller column is worse" in shown


def test_a_locale_that_a_release_lacks_is_a_gap_and_never_a_zero(measured: Store) -> None:
    write_run(measured, write_release(measured, "r4", 4), rates=share(hi_IN=0.9, sw_KE=0.8))
    write_run(measured, write_release(measured, "r5", 5), rates=share(hi_IN=0.9))
    swahili = next(one for one in read(measured).locales if one.locale == "sw-KE")
    assert (swahili.newest.rate, swahili.newest.n, swahili.newest.delta) == (None, 0, None)
    # Nothing is known of today, so that it is not called the best either.
    assert read(measured).locales[-1] == swahili
    assert "unscored" in written(read(measured))


def test_only_the_newest_releases_are_shown_where_some_are_asked_for(measured: Store) -> None:
    found = read(measured, last=2)
    assert [one.release for one in found.releases] == ["r2", "r3"]
    assert found.locales[0].points[0].delta is None


def test_only_the_locales_asked_for_are_shown(measured: Store) -> None:
    assert [one.locale for one in read(measured, locales=["hi-IN"]).locales] == ["hi-IN"]
    with pytest.raises(NotFound, match="intent_acc of smoke in th-TH; there is hi-IN, sw-KE"):
        read(measured, locales=["th-TH", "hi-IN"])


def test_an_unknown_metric_is_refused_with_those_there_are(measured: Store) -> None:
    with pytest.raises(InvalidInput, match="'accuracy' is none of wer, cer, intent_acc"):
        read(measured, metric="accuracy")


def test_releases_that_cannot_be_held_against_the_others_are_named(measured: Store) -> None:
    write_run(measured, write_release(measured, "r0", 0), rules=OLD)
    write_run(measured, write_release(measured, "ears", 2), rates=heard(sw_KE=0.1))
    left_out = {one.release: one.reason for one in read(measured).left_out}
    assert left_out == {"r0": Reason.OTHER_RULES, "ears": Reason.NOT_SCORED}
    shown = written(read(measured))
    assert "left out: r0 (run 4), scored by other rules: 'vernacular run rescore 4'" in shown
    with measured.reading() as db:
        assert list_scored_metrics(db) == ["wer", "intent_acc"]


def test_what_the_gate_decided_stands_below_the_charts(measured: Store) -> None:
    write_gate(measured, 2, 1, "REGRESSED")
    write_gate(measured, 3, 2, "PASS")
    found = read(measured)
    assert [one.gate and one.gate.verdict for one in found.releases] == [None, "REGRESSED", "PASS"]
    gate = next(line for line in written(found).splitlines() if line.strip().startswith("gate "))
    assert "·✗✓" in gate and "PASS" in gate


def test_the_table_says_rate_interval_and_change(measured: Store) -> None:
    shown = written(read(measured))
    low, high = wilson(145, 200) or (0, 0)
    row = next(line for line in shown.splitlines() if "sw-KE" in line)
    assert f"72.5 [{100 * low:.1f}, {100 * high:.1f}]" in row
    assert "+2.5 ~" in row and "Swahili" in row and "█▁▃" in row
    assert "oldest to newest: r1, r2, r3" in shown


def test_one_release_alone_has_no_change(sqlite_store: Store) -> None:
    write_suite(sqlite_store)
    write_run(sqlite_store, write_release(sqlite_store, "only"), rules=RULES)
    assert "one release only" in written(read(sqlite_store))


def test_without_a_release_on_the_metric_that_is_said(measured: Store) -> None:
    assert "no release was scored on CER yet" in written(read(measured, metric="cer"))


def test_many_releases_are_charted_from_the_newest(sqlite_store: Store) -> None:
    write_suite(sqlite_store)
    for day in range(1, MAX_COLUMNS + 4):
        write_run(sqlite_store, write_release(sqlite_store, f"r{day}", day))
    shown = written(read(sqlite_store))
    assert "(the newest 24 of 27): r4, r5, r6, r7, ..., r24, r25, r26, r27" in shown
    assert "▅" * 24 in shown and "▅" * 25 not in shown


@pytest.mark.parametrize(
    ("rates", "columns"),
    [
        ([0.1, 0.9], "▁█"),
        ([0.0, 0.5, 1.0], "▁▅█"),
        ([0.80, 0.81], "▄▅"),
        ([0.5, None, 0.5], "▅·▅"),
        ([None], "·"),
    ],
)
def test_a_chart_is_as_high_as_the_rates_and_makes_no_landslide_of_noise(
    rates: list[float | None], columns: str
) -> None:
    assert chart(rates) == columns
