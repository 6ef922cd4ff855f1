"""A candidate before the gate: its runs, its golden wins, its latencies, and what is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from tests.comparison.policies import a_policy
from tests.evaluation.situations import (
    RuleAssistant,
    ignore,
    prepare_suite,
    run_release,
    text_engine,
)
from vernacular.comparison.gate import Rule
from vernacular.comparison.verdict import Verdict
from vernacular.errors import InvalidInput, NotComparable, NotFound
from vernacular.evaluation.gate import judge_candidate, record
from vernacular.evaluation.golden import pin_fixes, pin_items
from vernacular.evaluation.run import carry_out, open_run
from vernacular.evaluation.suites import freeze, select_utterances
from vernacular.store.database import Store
from vernacular.store.gates import list_gate_outcomes
from vernacular.store.golden import list_golden_wins, remove_golden_wins
from vernacular.store.migrate import upgrade
from vernacular.store.releases import accept_release

N = 150


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """``base`` is accepted and wrong on the first 8; ``same`` equals it, ``bad`` has lost sw-KE,
    ``better`` has fixed hi-IN and breaks its last two."""
    folder = tmp_path_factory.mktemp("gate")
    store = Store(f"sqlite:///{folder / 'vernacular.db'}")
    upgrade(store)
    prepare_suite(store, folder / "corpus", N)
    with store.writing() as db:
        freeze(db, "small", select_utterances(db, source="massive-1.1", per_locale=2))
    run_release(store, "base", lambda _, number: number <= 8)
    run_release(store, "same", lambda _, number: number <= 8)
    run_release(store, "bad", lambda locale, _: locale == "sw-KE")
    run_release(
        store,
        "better",
        lambda locale, i: i > N - 2 if locale == "hi-IN" else i <= 8,
    )
    for name in ("base", "same"):
        carry_out(store, open_run(store, name, "small"), text_engine(RuleAssistant()), ignore)
    with store.writing() as db:
        accept_release(db, "base")
    yield store
    store.close()


@pytest.fixture
def store(judged: Store) -> Iterator[Store]:
    """The judged store, without golden wins left behind."""
    yield judged
    with judged.writing() as db:
        remove_golden_wins(db, [one.utterance for one in list_golden_wins(db)])


TOLERANT = "suite: smoke\nmetrics: {intent_acc: {margin: 0.05}}\nmacro_margin: 0.05\n"


def test_the_accepted_release_is_the_baseline_unless_another_is_named(store: Store) -> None:
    with store.reading() as db:
        found = judge_candidate(db, "same", a_policy(TOLERANT))
        assert (found.comparison.baseline, found.outcome.verdict) == ("base", Verdict.PASS)
        named = judge_candidate(db, "same", a_policy(TOLERANT), baseline="better")
        assert named.comparison.baseline == "better"
        by_policy = judge_candidate(db, "same", a_policy(TOLERANT + "baseline: bad\n"))
        assert by_policy.comparison.baseline == "bad"


def test_the_suite_asked_for_goes_before_that_of_the_policy(store: Store) -> None:
    with store.reading() as db:
        assert judge_candidate(db, "same", a_policy(TOLERANT)).comparison.suite == "smoke"
        small = judge_candidate(db, "same", a_policy(TOLERANT), suite="small")
        assert small.comparison.suite == "small"
        assert small.outcome.verdict is Verdict.INCONCLUSIVE, "two utterances say nothing"


def test_a_lost_language_is_a_regression_there_alone(store: Store) -> None:
    with store.reading() as db:
        outcome = judge_candidate(db, "bad", a_policy(TOLERANT)).outcome
    assert outcome.verdict is Verdict.REGRESSED
    assert {one.locale for one in outcome.findings if one.rule is Rule.REGRESSION} == {"sw-KE"}


def test_what_is_missing_is_named(store: Store) -> None:
    with store.reading() as db:
        with pytest.raises(NotFound, match="no release 'gamma'"):
            judge_candidate(db, "gamma", a_policy())
        with pytest.raises(NotFound, match="no suite 'large'"):
            judge_candidate(db, "same", a_policy("suite: large\n"))
        with pytest.raises(NotComparable, match="bad has no finished run over suite 'small'"):
            judge_candidate(db, "bad", a_policy(), suite="small")


def test_a_pinned_utterance_that_the_candidate_breaks_stops_it(store: Store) -> None:
    with store.writing() as db:
        assert pin_items(db, "smoke", [9, N]).n_new == 2
    with store.reading() as db:
        outcome = judge_candidate(db, "better", a_policy(TOLERANT)).outcome
    (finding,) = outcome.findings
    assert (outcome.verdict, finding.rule, finding.locale) == (
        Verdict.REGRESSED,
        Rule.GOLDEN,
        "hi-IN",
    )
    assert f"item {N} of smoke" in finding.message
    with store.reading() as db:
        assert judge_candidate(db, "same", a_policy(TOLERANT)).outcome.verdict is Verdict.PASS


def test_a_pinned_utterance_counts_even_where_the_baseline_was_wrong(store: Store) -> None:
    with store.writing() as db:
        pin_items(db, "smoke", [1])
    with store.reading() as db:
        outcome = judge_candidate(db, "same", a_policy(TOLERANT)).outcome
    assert outcome.verdict is Verdict.REGRESSED


def test_a_pinned_utterance_outside_the_suite_is_not_known_to_work(store: Store) -> None:
    with store.writing() as db:
        pin_items(db, "smoke", [N])
    with store.reading() as db:
        outcome = judge_candidate(db, "same", a_policy("n_min: 1\n"), suite="small").outcome
    golden = [one for one in outcome.findings if one.rule is Rule.GOLDEN]
    assert [one.verdict for one in golden] == [Verdict.INCONCLUSIVE]


def test_what_a_release_fixed_in_one_locale_is_pinned_at_once(store: Store) -> None:
    with store.writing() as db:
        pinned = pin_fixes(
            db, "accepted", "better", "hi-IN", metric="intent_acc", suite_name="smoke"
        )
        assert (pinned.n_asked, pinned.n_new) == (8, 8)
        again = pin_fixes(
            db, "accepted", "better", "hi-IN", metric="ex_match_acc", suite_name="smoke"
        )
        assert (again.n_asked, again.n_new) == (8, 0)
    with store.reading() as db:
        assert judge_candidate(db, "better", a_policy(TOLERANT)).outcome.verdict is Verdict.PASS
        assert judge_candidate(db, "same", a_policy(TOLERANT)).outcome.verdict is Verdict.REGRESSED


def test_pinning_what_is_not_there_pins_nothing(store: Store) -> None:
    with store.writing() as db:
        with pytest.raises(NotFound, match="suite smoke has no item 0, 9999"):
            pin_items(db, "smoke", [1, 9999, 0])
        with pytest.raises(NotFound, match="has no fr-FR; it has hi-IN, sw-KE"):
            pin_fixes(db, "base", "better", "fr-FR", metric="intent_acc")
        with pytest.raises(InvalidInput, match="'f1' is none of"):
            pin_fixes(db, "base", "better", "hi-IN", metric="f1")


@pytest.mark.parametrize(
    ("budget", "verdict"),
    [("{p50_ms: 1.5, p95_ms: 1.5}", Verdict.PASS), ("{p95_ms: 1.4}", Verdict.REGRESSED)],
)
def test_the_milliseconds_of_the_run_are_held_against_the_budget(
    store: Store, budget: str, verdict: Verdict
) -> None:
    with store.reading() as db:
        policy = a_policy(TOLERANT + f"latency: {budget}\n")
        assert judge_candidate(db, "same", policy).outcome.verdict is verdict


def test_a_decision_is_recorded_with_its_policy_and_its_findings(store: Store) -> None:
    text = TOLERANT + (
        "waivers:\n- {locale: sw-KE, owner: ida, reason: rebuilt, expires: 2027-01-31}\n"
    )
    with store.writing() as db:
        found = judge_candidate(db, "bad", a_policy(text), today=date(2027, 1, 31))
        number = record(db, found)
    with store.reading() as db:
        (decision,) = list_gate_outcomes(db)
    assert (decision.id, decision.release) == (number, "bad")
    assert decision.verdict is found.outcome.verdict
    assert decision.policy["schema"] == "vernacular-gate/1"
    assert decision.policy["waivers"][0]["expires"] == "2027-01-31"
    waived = [one for one in decision.findings if one["waiver"]]
    assert waived[0]["waiver"]["owner"] == "ida"
    assert len(decision.findings) == len(found.outcome.findings)
