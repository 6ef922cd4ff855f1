"""A run stores every result once, whatever becomes of the assistant or the process."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass, field
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import func, select

from tests.evaluation.situations import (
    RuleAssistant,
    add_release,
    ignore,
    import_corpus,
    prepare_suite,
    right_answer,
    run_release,
    text_engine,
)
from vernacular.assistants.contract import Answer, Request
from vernacular.assistants.manifest import Arbitration, Manifest, Stages
from vernacular.assistants.stage_specs import CausalModelStage, JointEncoderStage
from vernacular.errors import Conflict, ModelUnavailable, NotFound
from vernacular.evaluation import local_engine
from vernacular.evaluation.plan_run import plan_run
from vernacular.evaluation.run import (
    Progress,
    abandon_run,
    asking_of,
    carry_out,
    list_withheld,
    open_run,
    record_batch,
)
from vernacular.evaluation.suites import freeze, select_utterances
from vernacular.store.database import Db, Store
from vernacular.store.runs import find_run, list_runs
from vernacular.store.scores import find_score_set, list_sums
from vernacular.store.tables import LocaleScore, Result, Score, ScoreSet
from vernacular.store.tables.runs import ResultStatus, RunStatus

N = 30
"""Utterances per locale; two locales."""


@pytest.fixture(autouse=True)
def short_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the 60 utterances take several transactions."""
    monkeypatch.setattr(local_engine, "TEXT_BATCH", 16)


@pytest.fixture
def suite(store: Store, tmp_path: Path) -> Store:
    prepare_suite(store, tmp_path, N)
    return store


def list_results(db: Db, run_id: int) -> list[Result]:
    return list(db.scalars(select(Result).where(Result.run_id == run_id).order_by(Result.item)))


def list_all_scores(db: Db, run_id: int) -> list[Score]:
    scores = find_score_set(db, run_id)
    query = select(Score).where(Score.score_set_id == scores.id).order_by(Score.item)
    return list(db.scalars(query))


class GivesUp(RuleAssistant):
    """Answers some batches and is then gone."""

    def __init__(self, n_batches: int) -> None:
        super().__init__()
        self.n_left = n_batches

    def predict_batch(self, requests: Sequence[Request]) -> list[Answer]:
        if self.n_left == 0:
            raise ModelUnavailable("the model host does not answer")
        self.n_left -= 1
        return super().predict_batch(requests)


@dataclass
class Stumbles(RuleAssistant):
    """Throws at some numbers, whatever else is in the batch."""

    at: set[int] = field(default_factory=set)

    def predict_batch(self, requests: Sequence[Request]) -> list[Answer]:
        for request in requests:
            if int(request.text.split()[-1]) in self.at and request.locale == "sw-KE":
                raise ZeroDivisionError("a bug in the assistant\0" + "!" * 5000)
        return super().predict_batch(requests)


def test_a_run_answers_every_item_once_and_tells_how_far_it_is(suite: Store) -> None:
    add_release(suite, "alpha")
    run_id = open_run(suite, "alpha", "smoke")
    assistant, heard = RuleAssistant(), list[Progress]()
    end = carry_out(suite, run_id, text_engine(assistant), heard.append)
    assert end == Progress(run_id, 60, 60, 0)
    assert [one.n_done for one in heard] == [0, 16, 32, 48, 60]
    assert {(one.n_items, one.n_failed) for one in heard} == {(60, 0)}
    assert len({(one.locale, one.text) for one in assistant.asked}) == len(assistant.asked) == 60
    assert not any(one.wants_reply for one in assistant.asked)
    with suite.reading() as db:
        run, results = find_run(db, run_id), list_results(db, run_id)
    assert run.status is RunStatus.FINISHED
    assert run.finished_at is not None
    assert [one.item for one in results] == list(range(1, 61))
    first = results[0]
    expected = right_answer("niamshe saa tatu 1")
    assert (first.status, first.intent, first.slots) == (
        ResultStatus.ANSWERED,
        expected.intent,
        expected.slots,
    )
    assert (first.intent_confidence, first.latency_ms, first.error) == (0.75, 1.5, None)


def test_scores_are_stored_once_with_the_reference_they_were_made_from(suite: Store) -> None:
    run_id = run_release(suite, "alpha", lambda _, number: number == 1)
    with suite.reading() as db:
        scores = list_all_scores(db, run_id)
    assert [one.item for one in scores] == list(range(1, 61))
    assert len({one.revision_id for one in scores}) == 60
    wrong, greeting, slotted = scores[0], scores[1], scores[2]
    assert (wrong.correct_intent, wrong.exact, wrong.tp, wrong.fp, wrong.fn) == (0, 0, 0, 0, 1)
    assert (greeting.correct_intent, greeting.exact, greeting.tp) == (1, 1, 0)
    assert (slotted.correct_intent, slotted.exact, slotted.tp, slotted.fn) == (1, 1, 1, 0)


def test_the_sums_per_locale_are_the_sums_of_the_scores(suite: Store) -> None:
    """Against plain addition in Python over the single scores."""
    run_id = run_release(suite, "alpha", lambda locale, number: locale == "sw-KE" and number < 9)
    with suite.reading() as db:
        sums = list_sums(db, find_score_set(db, run_id).id)
        scores = list_all_scores(db, run_id)
    assert [(one.metric, one.locale) for one in sums] == [
        (metric, locale)
        for metric in ("ex_match_acc", "intent_acc", "slot_micro_f1")
        for locale in ("hi-IN", "sw-KE")
    ]
    for row in sums:
        mine = scores[:N] if row.locale == "hi-IN" else scores[N:]
        parts = [PARTS[row.metric](one) for one in mine]
        assert (row.n, row.n_failed) == (N, 0)
        # Each utterance is a cluster of its own within its locale.
        assert astuple(row.sums) == (
            N,
            sum(x for x, _ in parts),
            sum(y for _, y in parts),
            sum(x * x for x, _ in parts),
            sum(x * y for x, y in parts),
            sum(y * y for _, y in parts),
        )
    assert [row.sums.x for row in sums if row.metric == "intent_acc"] == [30, 22]


PARTS = {
    "ex_match_acc": lambda one: (one.exact, 1),
    "intent_acc": lambda one: (one.correct_intent, 1),
    "slot_micro_f1": lambda one: (2 * one.tp, 2 * one.tp + one.fp + one.fn),
}


def test_an_assistant_that_throws_at_one_utterance_fails_that_one_only(suite: Store) -> None:
    add_release(suite, "alpha")
    run_id = open_run(suite, "alpha", "smoke")
    end = carry_out(suite, run_id, text_engine(Stumbles(at={7})), ignore)
    assert (end.n_done, end.n_failed) == (60, 1)
    with suite.reading() as db:
        results, scores = list_results(db, run_id), list_all_scores(db, run_id)
        (row,) = [one for one in list_runs(db) if one.id == run_id]
        sums = list_sums(db, find_score_set(db, run_id).id)
    failed = [one for one in results if one.status is ResultStatus.FAILED]
    assert [one.item for one in failed] == [N + 7]
    assert failed[0].error is not None
    assert failed[0].error.startswith("ZeroDivisionError: a bug in the assistant!")
    assert len(failed[0].error) == 2000
    assert (failed[0].intent, failed[0].slots) == (None, None)
    assert [one.item for one in scores if one.failed] == [N + 7]
    assert [one.n_failed for one in sums] == [0, 1] * 3
    assert (row.n_results, row.n_failed, row.status) == (60, 1, RunStatus.FINISHED)


class Miscounts(RuleAssistant):
    """Loses an answer whenever it is asked for several."""

    def predict_batch(self, requests: Sequence[Request]) -> list[Answer]:
        answers = super().predict_batch(requests)
        return answers[:1] if len(requests) > 1 else answers


def test_an_assistant_that_loses_answers_is_asked_one_by_one(suite: Store) -> None:
    add_release(suite, "alpha")
    run_id = open_run(suite, "alpha", "smoke")
    assert carry_out(suite, run_id, text_engine(Miscounts()), ignore) == Progress(run_id, 60, 60, 0)


class Rambles(RuleAssistant):
    """Names an intent that no database column holds."""

    def answer(self, request: Request) -> Answer:
        is_third = request.text.endswith(" 3")
        return Answer(intent="i" * 300) if is_third else super().answer(request)


def test_an_answer_that_cannot_be_stored_is_a_failed_one(suite: Store) -> None:
    add_release(suite, "alpha")
    run_id = open_run(suite, "alpha", "smoke")
    end = carry_out(suite, run_id, text_engine(Rambles()), ignore)
    assert (end.n_done, end.n_failed) == (60, 2)


def test_a_run_whose_assistant_gives_up_stays_open_and_is_resumed(suite: Store) -> None:
    add_release(suite, "alpha")
    run_id = open_run(suite, "alpha", "smoke")
    with pytest.raises(ModelUnavailable):
        carry_out(suite, run_id, text_engine(GivesUp(2)), ignore)
    with suite.reading() as db:
        assert find_run(db, run_id).status is RunStatus.OPEN
        assert len(list_results(db, run_id)) == len(list_all_scores(db, run_id)) == 32
        assert list_sums(db, find_score_set(db, run_id).id) == []
    assistant, heard = RuleAssistant(), list[Progress]()
    assert carry_out(suite, run_id, text_engine(assistant), heard.append).n_done == 60
    assert heard[0].n_done == 32
    assert len(assistant.asked) == 28
    uninterrupted = run_release(suite, "beta")
    with suite.reading() as db:
        first, second = (
            [(one.item, one.intent, one.slots) for one in list_results(db, key)]
            for key in (run_id, uninterrupted)
        )
    assert first == second


def test_resuming_a_finished_run_asks_nothing(suite: Store) -> None:
    run_id = run_release(suite, "alpha")
    assistant = RuleAssistant()
    assert carry_out(suite, run_id, text_engine(assistant), ignore) == Progress(run_id, 60, 60, 0)
    assert assistant.asked == []


def test_an_open_run_is_not_started_again_but_may_be_reused(suite: Store) -> None:
    add_release(suite, "alpha")
    run_id = open_run(suite, "alpha", "smoke")
    with pytest.raises(Conflict, match=f"vernacular run resume {run_id}"):
        open_run(suite, "alpha", "smoke")
    assert open_run(suite, "alpha", "smoke", reuse=True) == run_id
    carry_out(suite, run_id, text_engine(RuleAssistant()), ignore)
    assert open_run(suite, "alpha", "smoke", reuse=True) == run_id
    assert open_run(suite, "alpha", "smoke") == run_id + 1


def test_a_planned_run_is_the_one_that_is_opened_and_is_not_stored(suite: Store) -> None:
    add_release(suite, "alpha")
    with suite.reading() as db:
        planned = plan_run(db, "alpha", "smoke")
        assert (planned.id, list_runs(db)) == (None, [])
    run_id = open_run(suite, "alpha", "smoke")
    with suite.reading() as db:
        assert asking_of(find_run(db, run_id)) == asking_of(planned)
        with pytest.raises(Conflict, match=f"run {run_id} of alpha over smoke is not finished"):
            plan_run(db, "alpha", "smoke")
        assert plan_run(db, "alpha", "smoke", reuse=True).id == run_id


def test_a_run_without_results_is_abandoned_and_leaves_room_for_another(suite: Store) -> None:
    add_release(suite, "alpha")
    run_id = open_run(suite, "alpha", "smoke")
    abandon_run(suite, run_id)
    with suite.reading() as db:
        assert list_runs(db) == []
        assert list(db.scalars(select(ScoreSet))) == []
    with pytest.raises(NotFound, match=f"no run {run_id}"):
        abandon_run(suite, run_id)
    # A process that was at it notices, and stores nothing.
    with pytest.raises(NotFound), suite.writing() as db:
        record_batch(db, run_id, [], [])
    assert open_run(suite, "alpha", "smoke")


def test_an_abandoned_run_keeps_its_results_and_leaves_room_for_another(suite: Store) -> None:
    add_release(suite, "alpha")
    run_id = open_run(suite, "alpha", "smoke")
    with pytest.raises(ModelUnavailable):
        carry_out(suite, run_id, text_engine(GivesUp(1)), ignore)
    assert abandon_run(suite, run_id) == 16
    assert abandon_run(suite, run_id) == 16
    with suite.reading() as db:
        (one,) = list_runs(db)
        assert (one.n_results, one.status) == (16, RunStatus.OPEN)
        assert one.abandoned_at is not None
    # A process that was at it notices, and stores nothing.
    with pytest.raises(Conflict, match=f"run {run_id} was abandoned"), suite.writing() as db:
        record_batch(db, run_id, [], [])
    other = open_run(suite, "alpha", "smoke", reuse=True)
    assert other != run_id
    carry_out(suite, other, text_engine(RuleAssistant()), ignore)
    with pytest.raises(Conflict, match=f"run {other} is finished and stays"):
        abandon_run(suite, other)


def test_an_abandoned_run_can_be_taken_up_again(suite: Store) -> None:
    add_release(suite, "alpha")
    run_id = open_run(suite, "alpha", "smoke")
    with pytest.raises(ModelUnavailable):
        carry_out(suite, run_id, text_engine(GivesUp(1)), ignore)
    abandon_run(suite, run_id)
    carry_out(suite, run_id, text_engine(RuleAssistant()), ignore)
    with suite.reading() as db:
        run = find_run(db, run_id)
        assert (run.status, run.abandoned_at) == (RunStatus.FINISHED, None)
        assert len(list_results(db, run_id)) == 60


def test_a_run_of_something_unknown_is_not_opened(sqlite_store: Store, tmp_path: Path) -> None:
    prepare_suite(sqlite_store, tmp_path, 2)
    with pytest.raises(NotFound, match="no release 'alpha'"):
        open_run(sqlite_store, "alpha", "smoke")
    add_release(sqlite_store, "alpha")
    with pytest.raises(NotFound, match="no suite 'large'; suites: smoke"):
        open_run(sqlite_store, "alpha", "large")


def test_a_frozen_suite_is_run_as_it_was_though_the_corpus_grew(
    suite: Store, tmp_path: Path
) -> None:
    import_corpus(suite, tmp_path, N + 5)
    with suite.writing() as db:
        freeze(db, "grown", select_utterances(db, source="massive-1.1"))
    run_id = run_release(suite, "alpha")
    with suite.reading() as db:
        assert len(list_results(db, run_id)) == 60


@pytest.mark.parametrize("stage", ["nlu", "fallback"])
def test_a_release_that_learns_from_examples_is_kept_from_those_of_its_suite(
    suite: Store, stage: str
) -> None:
    shown = CausalModelStage(engine="in-context", weights="w", examples="examples.jsonl")
    plain = JointEncoderStage(engine="joint-encoder", weights="w")
    manifest = Manifest(
        release="a",
        assistant="b",
        stages=Stages(nlu=shown if stage == "nlu" else plain),
        arbitration=Arbitration(min_confidence=0.5, fallback=shown if stage != "nlu" else None),
    )
    add_release(suite, "alpha")
    run_id = open_run(suite, "alpha", "smoke")
    with suite.reading() as db:
        run = find_run(db, run_id)
        withheld = list_withheld(db, run, manifest)
        assert (
            list_withheld(db, run, Manifest(release="a", assistant="b", stages=Stages(nlu=plain)))
            == frozenset()
        )
    assert len(withheld) == 60
    assert ("sw-KE", "niamshe saa tatu 1") in withheld


class Together(RuleAssistant):
    """Answers a batch only when the other process has one in hand too."""

    def __init__(self, barrier: Barrier) -> None:
        super().__init__()
        self.barrier = barrier

    def predict_batch(self, requests: Sequence[Request]) -> list[Answer]:
        self.barrier.wait(10)
        return super().predict_batch(requests)


def test_two_on_one_run_store_every_result_once_and_both_see_it_finished(suite: Store) -> None:
    """In lockstep, so that both hold each batch at once and both come to the end together."""
    add_release(suite, "alpha")
    run_id = open_run(suite, "alpha", "smoke")
    barrier = Barrier(2)
    others = [Store(suite.url) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        ends = [
            pool.submit(carry_out, other, run_id, text_engine(Together(barrier)), ignore)
            for other in others
        ]
        assert [end.result() for end in ends] == [Progress(run_id, 60, 60, 0)] * 2
    for other in others:
        other.close()
    with suite.reading() as db:
        assert len(list_results(db, run_id)) == len(list_all_scores(db, run_id)) == 60
        assert db.scalar(select(func.sum(LocaleScore.n))) == 3 * 60
        assert find_run(db, run_id).status is RunStatus.FINISHED
