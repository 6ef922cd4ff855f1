"""What the gate decided is kept, and utterances are pinned, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.evaluation.situations import (
    RuleAssistant,
    ignore,
    import_corpus,
    prepare_suite,
    run_release,
    text_engine,
)
from vernacular.comparison.verdict import Verdict
from vernacular.errors import NotFound
from vernacular.evaluation.run import carry_out, open_run
from vernacular.evaluation.suites import freeze, select_utterances
from vernacular.store.database import Db, Store
from vernacular.store.gates import list_gate_outcomes, record_gate_outcome
from vernacular.store.golden import (
    add_golden_wins,
    find_utterances,
    list_golden_items,
    list_golden_outside,
    list_golden_wins,
    remove_golden_wins,
)
from vernacular.store.latencies import count_answers, list_latencies
from vernacular.store.scores import find_score_set
from vernacular.store.suites import find_suite


def decide(db: Db, run_id: int, verdict: Verdict) -> int:
    finding = {"rule": "floor", "message": "ምሳሌ is below its floor"}
    return record_gate_outcome(
        db, run_id, 1, verdict=verdict, policy={"alpha": 0.05}, findings=[finding]
    )


def test_a_trend_reads_the_newest_decision_about_each_run(store: Store, tmp_path: Path) -> None:
    prepare_suite(store, tmp_path, 4)
    alpha, beta = run_release(store, "alpha"), run_release(store, "beta")
    with store.writing() as db:
        for run_id, verdict in (
            (beta, Verdict.REGRESSED),
            (alpha, Verdict.PASS),
            (beta, Verdict.INCONCLUSIVE),
        ):
            decide(db, run_id, verdict)
    with store.reading() as db:
        first, second = list_gate_outcomes(db)
        assert (first.run_id, first.release, first.verdict) == (alpha, "alpha", Verdict.PASS)
        assert (second.run_id, second.verdict) == (beta, Verdict.INCONCLUSIVE)
        assert (second.suite, second.policy["alpha"]) == ("smoke", 0.05)
        assert second.findings[0]["message"] == "ምሳሌ is below its floor"
        assert second.decided_at.tzinfo is not None
        assert [one.run_id for one in list_gate_outcomes(db, [alpha])] == [alpha]
        assert list_gate_outcomes(db, suite_id=find_suite(db, "smoke").id + 1) == []


def test_an_utterance_is_pinned_once_and_keeps_its_first_note(store: Store, tmp_path: Path) -> None:
    prepare_suite(store, tmp_path, 4)
    with store.writing() as db:
        suite = find_suite(db, "smoke")
        found = find_utterances(db, suite.id, [1, 6, 99])
        assert found.keys() == {1, 6}
        assert add_golden_wins(db, list(found.values()), "heard in Pune") == 2
        assert add_golden_wins(db, list(found.values()), "again") == 0
        wins = list_golden_wins(db)
    assert [(one.locale, one.intent) for one in wins] == [
        ("hi-IN", "alarm_set"),
        ("sw-KE", "general_greet"),
    ]
    assert [one.note for one in wins] == ["heard in Pune"] * 2
    with store.reading() as db:
        assert [one.utterance for one in list_golden_wins(db, "sw-KE")] == [found[6]]


def test_taking_away_a_pin_that_is_not_there_takes_none_away(store: Store, tmp_path: Path) -> None:
    prepare_suite(store, tmp_path, 4)
    with store.writing() as db:
        (pinned,) = find_utterances(db, find_suite(db, "smoke").id, [1]).values()
        add_golden_wins(db, [pinned])
    with store.reading() as db, pytest.raises(NotFound, match=r"the number 9999; .*golden list"):
        remove_golden_wins(db, [pinned, 9999])
    with store.writing() as db:
        remove_golden_wins(db, [pinned])
        assert list_golden_wins(db) == []


def test_pinned_utterances_are_found_in_every_suite_that_holds_them(
    store: Store, tmp_path: Path
) -> None:
    prepare_suite(store, tmp_path, 4)
    with store.writing() as db:
        freeze(db, "small", select_utterances(db, source="massive-1.1", per_locale=2))
    run_id = run_release(store, "alpha", lambda _, number: number == 1)
    small_id = open_run(store, "alpha", "small")
    carry_out(store, small_id, text_engine(RuleAssistant()), ignore)
    with store.writing() as db:
        smoke, small = find_suite(db, "smoke"), find_suite(db, "small")
        pinned = find_utterances(db, smoke.id, [1, 2, 4])
        add_golden_wins(db, list(pinned.values()))
        scores, small_scores = find_score_set(db, run_id), find_score_set(db, small_id)
        items = list_golden_items(db, smoke.id, scores.id, "intent_acc")
        assert [(one.item, one.is_right) for one in items] == [(1, False), (2, True), (4, True)]
        unscored = list_golden_items(db, smoke.id, 999, "ex_match_acc")
        assert [one.is_right for one in unscored] == [None] * 3
        held = {one.utterance for one in list_golden_items(db, small.id, small_scores.id, "wer")}
        outside = list_golden_outside(db, small.id, ["hi-IN", "sw-KE"])
        assert {one for one, _ in outside} == {*pinned.values()} - held
        assert len(held) + len(outside) == 3
        assert outside
        assert list_golden_outside(db, small.id, ["sw-KE"]) == []
        assert list_golden_outside(db, smoke.id, ["hi-IN", "sw-KE"]) == []


def test_latencies_are_those_of_answers(store: Store, tmp_path: Path) -> None:
    prepare_suite(store, tmp_path, 4)
    run_id = run_release(store, "alpha")
    with store.reading() as db:
        assert list_latencies(db, run_id) == [1.5] * 8
        assert count_answers(db, run_id) == 8
        assert list_latencies(db, run_id + 1) == []


def test_importing_again_keeps_the_pins(store: Store, tmp_path: Path) -> None:
    prepare_suite(store, tmp_path, 4)
    with store.writing() as db:
        found = find_utterances(db, find_suite(db, "smoke").id, [1])
        add_golden_wins(db, list(found.values()))
    import_corpus(store, tmp_path, 4)
    with store.reading() as db:
        assert len(list_golden_wins(db)) == 1
