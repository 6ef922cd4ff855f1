from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.reports.screens import show
from tests.store.measured import HEARD, Rates, write_gate, write_release, write_run, write_suite
from vernacular.errors import InvalidInput
from vernacular.reports.releases.leaderboard import Leaderboard, leaderboard
from vernacular.reports.releases.leaderboard_json import to_json
from vernacular.reports.releases.leaderboard_table import render_leaderboard
from vernacular.reports.releases.trends import Reason
from vernacular.scoring.intervals import wilson
from vernacular.store.database import Store
from vernacular.store.scores import ScoringRules

SWAHILI, HINDI = "sw-KE", "hi-IN"


def write_whole_suite(store: Store, locales: Sequence[str] = (HINDI, SWAHILI)) -> None:
    write_suite(store, items=dict.fromkeys(locales, 200))


def both(hindi: float, swahili: float, metric: str = "intent_acc") -> Rates:
    return {(metric, HINDI): hindi, (metric, SWAHILI): swahili}


def write(store: Store, name: str, rates: Rates, day: int = 1, rules: ScoringRules = HEARD) -> int:
    return write_run(store, write_release(store, name, day), rates=rates, rules=rules)


@pytest.fixture
def ranked(sqlite_store: Store) -> Store:
    """``good`` is far ahead; ``fair`` and ``close`` cannot be told apart."""
    write_whole_suite(sqlite_store)
    write(sqlite_store, "fair", both(0.6, 0.5), day=1)
    write(sqlite_store, "good", both(0.9, 0.95), day=2)
    write(sqlite_store, "close", both(0.58, 0.51), day=3)
    return sqlite_store


def read(store: Store, ranked_by: str | None = None) -> Leaderboard:
    with store.reading() as db:
        return leaderboard(db, ranked_by=ranked_by)


def test_the_best_mean_over_locales_comes_first_beside_its_worst_locale(ranked: Store) -> None:
    first, second, third = read(ranked).releases
    assert [one.release for one in (first, second, third)] == ["good", "fair", "close"]
    standing = first.standing("intent_acc")
    assert standing is not None
    assert standing.rate == pytest.approx(0.925)
    assert (standing.worst_locale, standing.worst_rate, standing.n_locales) == (HINDI, 0.9, 2)


def test_releases_whose_intervals_overlap_share_their_places(ranked: Store) -> None:
    places = [
        (standing.rank_from, standing.rank_to)
        for one in read(ranked).releases
        if (standing := one.standing("intent_acc"))
    ]
    assert places == [(1, 1), (2, 3), (2, 3)]


def test_the_interval_of_a_mean_is_the_mean_of_the_bounds(ranked: Store) -> None:
    standing = read(ranked).releases[0].standing("intent_acc")
    assert standing is not None
    hindi, swahili = wilson(180, 200) or (0, 0), wilson(190, 200) or (0, 0)
    assert standing.low == pytest.approx((hindi[0] + swahili[0]) / 2)
    assert standing.high == pytest.approx((hindi[1] + swahili[1]) / 2)


def test_of_error_rates_less_is_better_and_the_most_errors_are_the_worst_locale(
    sqlite_store: Store,
) -> None:
    write_whole_suite(sqlite_store)
    write(sqlite_store, "loud", both(0.3, 0.4, "wer"), day=1)
    write(sqlite_store, "clear", both(0.05, 0.1, "wer"), day=2)
    found = read(sqlite_store)
    assert (found.ranked_by, found.errors) == ("wer", {"wer"})
    assert [one.release for one in found.releases] == ["clear", "loud"]
    standing = found.releases[0].standing("wer")
    assert standing is not None
    assert (standing.worst_locale, standing.rank_from, standing.rank_to) == (SWAHILI, 1, 1)
    assert "WER (less is better)" in show(render_leaderboard(found))


def test_a_locale_that_is_judged_in_characters_is_in_no_mean_of_words(sqlite_store: Store) -> None:
    write_whole_suite(sqlite_store, locales=(HINDI, "ja-JP"))
    rates = {
        ("wer", HINDI): 0.1,
        ("wer", "ja-JP"): 0.9,
        ("cer", HINDI): 0.05,
        ("cer", "ja-JP"): 0.2,
    }
    write(sqlite_store, "ears", rates)
    (one,) = read(sqlite_store).releases
    assert {s.metric: (s.rate, s.n_locales) for s in one.standings} == {
        "wer": (0.1, 1),
        "cer": (0.2, 1),
    }
    assert len(one.locales) == 4


def test_a_locale_with_too_few_utterances_is_named_and_in_nobodys_mean(sqlite_store: Store) -> None:
    write_whole_suite(sqlite_store)
    write(sqlite_store, "first", both(0.9, 0.8))
    with sqlite_store.writing() as db:
        db.connection().exec_driver_sql("UPDATE locale_scores SET n = 99 WHERE locale = 'sw-KE'")
        db.connection().exec_driver_sql("DELETE FROM suite_items WHERE number > 299")
    found = read(sqlite_store)
    assert found.not_averaged == {"intent_acc": (SWAHILI,)}
    standing = found.releases[0].standing("intent_acc")
    assert standing is not None and (standing.rate, standing.n_locales) == (0.9, 1)
    assert "mean of 1 locale, without sw-KE: too few utterances" in show(render_leaderboard(found))


def test_a_locale_without_a_rate_in_one_release_is_in_nobodys_mean(ranked: Store) -> None:
    with ranked.writing() as db:
        db.connection().exec_driver_sql(
            "UPDATE locale_scores SET denominator = 0 WHERE locale = 'sw-KE' AND score_set_id = 1"
        )
    found = read(ranked)
    standings = [one.standing("intent_acc") for one in found.releases]
    assert [one and one.rate for one in standings] == [0.9, 0.6, 0.58]
    assert found.not_averaged["intent_acc"] == (SWAHILI,)


def test_a_release_that_answered_a_part_is_named_and_not_ranked(ranked: Store) -> None:
    write(ranked, "part", {("intent_acc", HINDI): 1.0}, day=4)
    write(ranked, "old", both(1, 1), day=0, rules=ScoringRules("test/0", "norm/1"))
    found = read(ranked)
    assert [one.release for one in found.releases] == ["good", "fair", "close"]
    assert {one.release: one.reason for one in found.left_out} == {
        "part": Reason.PARTIAL,
        "old": Reason.OTHER_RULES,
    }
    assert "left out: part (run 4), answered a part of the suite only" in show(
        render_leaderboard(found)
    )


def test_any_metric_that_was_scored_may_rank(ranked: Store) -> None:
    write(ranked, "exact", {**both(0.5, 0.5), **both(0.4, 0.4, "ex_match_acc")}, day=4)
    found = read(ranked, "ex_match_acc")
    assert found.releases[0].release == "exact"
    assert [one.standing("ex_match_acc") is None for one in found.releases] == [
        False,
        True,
        True,
        True,
    ]
    assert [one.standing("wer") for one in read(ranked, "wer").releases] == [None] * 4
    with pytest.raises(InvalidInput, match="'accuracy' is none of wer, cer, intent_acc"):
        read(ranked, "accuracy")


def test_the_table_gives_places_as_ranges_and_says_why(ranked: Store) -> None:
    write_gate(ranked, 2, 1, "PASS")
    shown = show(render_leaderboard(read(ranked)))
    rows = [line.split() for line in shown.splitlines()]
    assert ["1", "good", "92.5"] in [row[:3] for row in rows]
    assert ["2-3", "fair", "55.0"] in [row[:3] for row in rows]
    assert "worst hi-IN 90.0" in shown and "PASS" in shown
    assert "a place is a range where intervals overlap" in shown
    assert "Swahili" not in shown


def test_all_locales_are_shown_where_they_are_asked_for(ranked: Store) -> None:
    shown = show(render_leaderboard(read(ranked), with_locales=True))
    row = next(line for line in shown.splitlines() if "Swahili" in line)
    assert row.split()[0] == SWAHILI
    assert all(f"{rate:.1f} [" in row for rate in (95.0, 50.0, 51.0))


def test_nothing_to_rank_is_said(sqlite_store: Store) -> None:
    write_whole_suite(sqlite_store)
    write(sqlite_store, "part", {("intent_acc", HINDI): 1.0})
    assert "no release can be ranked yet" in show(render_leaderboard(read(sqlite_store)))


def test_json_holds_massives_keys_and_fractions(ranked: Store) -> None:
    write_gate(ranked, 2, 1, "PASS")
    value = to_json(read(ranked))
    assert (value["suite"], value["metrics"], value["less_is_better"]) == (
        "smoke",
        ["intent_acc"],
        [],
    )
    first = value["releases"][0]
    assert first["macro"]["intent_acc"]["rate"] == pytest.approx(0.925)
    assert first["macro"]["intent_acc"]["worst_locale"] == HINDI
    assert first["locales"][SWAHILI]["intent_acc"]["rate"] == 0.95
    assert (first["gate"]["verdict"], first["gate"]["baseline"]) == ("PASS", "fair")
    assert value["releases"][1]["gate"] is None
