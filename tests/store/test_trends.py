from __future__ import annotations

from typing import Any

import pytest

from tests.store.measured import (
    HEARD,
    RULES,
    write_gate,
    write_release,
    write_run,
    write_scores,
    write_suite,
)
from vernacular.errors import NotFound
from vernacular.scoring.normaliser import LENIENT
from vernacular.store import trends
from vernacular.store.database import Store
from vernacular.store.scores import ScoringRules
from vernacular.store.trends import TrendRuns, find_trend_runs, list_locale_sums, list_metric_keys


def found(store: Store, suite: str | None = None) -> TrendRuns:
    with store.reading() as db:
        return find_trend_runs(db, suite)


def test_releases_come_oldest_first_whatever_was_run_first(store: Store) -> None:
    write_suite(store)
    newer, older = write_release(store, "newer", day=9), write_release(store, "older", day=2)
    write_run(store, newer)
    write_run(store, older)
    assert [run.release for run in found(store).runs] == ["older", "newer"]


def test_each_release_stands_with_its_newest_finished_run(store: Store) -> None:
    write_suite(store)
    release = write_release(store, "first")
    write_run(store, release)
    newest = write_run(store, release)
    write_run(store, release, is_finished=False)
    (run,) = found(store).runs
    assert run.run_id == newest


def test_runs_over_other_suites_stay_apart(store: Store) -> None:
    smoke, large = write_suite(store), write_suite(store, "large")
    release = write_release(store, "first")
    write_run(store, release, smoke)
    over_large = write_run(store, release, large)
    assert [run.run_id for run in found(store, "large").runs] == [over_large]


def test_without_a_name_it_is_the_suite_that_was_finished_last(store: Store) -> None:
    smoke, large = write_suite(store), write_suite(store, "large")
    release = write_release(store, "first")
    write_run(store, release, large)
    write_run(store, release, smoke)
    write_run(store, release, large, is_finished=False)
    assert found(store).suite == "smoke"
    with store.reading() as db:
        assert trends.list_measured_suites(db) == ["smoke", "large"]


def test_what_is_missing_is_named(store: Store) -> None:
    with pytest.raises(NotFound, match="'vernacular run start RELEASE SUITE' makes one"):
        found(store)
    write_suite(store, items={"sw-KE": 1})
    with pytest.raises(NotFound, match="no suite 'large'; suites: smoke"):
        found(store, "large")
    assert found(store, "smoke") == TrendRuns(1, "smoke", None, ())


def test_lenient_scores_are_in_no_trend(store: Store) -> None:
    write_suite(store)
    run = write_run(store, write_release(store, "first"))
    strict = write_scores(store, run, rules=HEARD)
    write_scores(store, run, rules=ScoringRules("test/1", LENIENT))
    assert [one.score_set_id for one in found(store).runs] == [strict]


def test_scores_by_other_rules_than_the_newest_releases_are_left_out(store: Store) -> None:
    write_suite(store)
    other = ScoringRules("test/2", None)
    first = write_run(store, write_release(store, "first", 1))
    write_run(store, write_release(store, "second", 2), rules=other)
    third = write_run(store, write_release(store, "third", 3))
    of_today = write_scores(store, third, rules=other)
    runs = found(store)
    assert runs.rules == other
    assert runs.runs[0].score_set_id is None
    assert runs.runs[2].score_set_id == of_today
    rescored = write_scores(store, first, rules=other)
    write_scores(store, first, rules=RULES)
    assert found(store).runs[0].score_set_id == rescored


def test_scores_against_corrected_references_are_other_rules(store: Store) -> None:
    write_suite(store)
    write_run(store, write_release(store, "first", 1))
    corrected = ScoringRules("test/1", None, "hash of corrections")
    write_run(store, write_release(store, "second", 2), rules=corrected)
    assert [run.score_set_id is None for run in found(store).runs] == [True, False]


def test_a_newest_release_that_heard_nothing_leaves_the_normaliser_to_the_one_before(
    store: Store,
) -> None:
    write_suite(store)
    write_run(store, write_release(store, "oldest", 1), rules=ScoringRules("test/1", "norm/0"))
    write_run(store, write_release(store, "older", 2), rules=HEARD)
    write_run(store, write_release(store, "typed", 3), rules=RULES)
    runs = found(store)
    assert runs.rules == HEARD
    assert [run.score_set_id is None for run in runs.runs] == [True, False, False]


def test_the_newest_decision_of_the_gate_stands_beside_its_run(store: Store) -> None:
    write_suite(store)
    first = write_run(store, write_release(store, "first", 1))
    second = write_run(store, write_release(store, "second", 2))
    write_gate(store, second, first, "REGRESSED")
    write_gate(store, second, first, "PASS")
    never, looked = found(store).runs
    assert never.gate is None
    assert looked.gate is not None
    assert (looked.gate.verdict, looked.gate.baseline) == ("PASS", "first")


def test_sums_are_read_of_several_sets_in_as_many_queries_as_needed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_suite(store)
    rates: dict[tuple[str, str], Any] = {
        ("intent_acc", "sw-KE"): 0.75,
        ("intent_acc", "hi-IN"): 0.5,
        ("ex_match_acc", "sw-KE"): 0.25,
    }
    sets = []
    for day in (1, 2, 3):
        write_run(store, write_release(store, f"r{day}", day), rates=rates)
        sets.append(day)
    monkeypatch.setattr(trends, "SETS_PER_QUERY", 2)
    with store.reading() as db:
        rows = list_locale_sums(db, sets, "intent_acc")
        assert len(list_locale_sums(db, sets)) == 9
        assert list_metric_keys(db, sets) == {"intent_acc", "ex_match_acc"}
        assert list_locale_sums(db, [], "intent_acc") == []
    assert {row[0] for row in rows} == {1, 2, 3} and len(rows) == 6
    swahili = next(row for row in rows if row[0] == 3 and row[2] == "sw-KE")
    assert tuple(swahili) == (3, "intent_acc", "sw-KE", 200, 0, 200, 150, 200, 150, 150, 200)
