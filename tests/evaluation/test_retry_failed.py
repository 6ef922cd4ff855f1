"""What failed is asked again, and is there with its reason until there is something better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.corpus.massive_files import lines, row
from tests.evaluation.situations import (
    RuleAssistant,
    add_release,
    ignore,
    prepare_suite,
    text_engine,
)
from vernacular.assistants.contract import Answer, Request
from vernacular.collection.correct_corpus import correct_corpus
from vernacular.errors import ModelUnavailable
from vernacular.evaluation import local_engine
from vernacular.evaluation.rescore import rescore
from vernacular.evaluation.run import Progress, carry_out, open_run
from vernacular.store.database import Store
from vernacular.store.runs import FailureReason, count_results, find_run, list_failure_reasons
from vernacular.store.scores import find_score_set, list_score_sets, list_sums
from vernacular.store.tables.runs import AS_FROZEN, RunStatus

DOWN = "the server hung up"


@dataclass
class Down(RuleAssistant):
    """Is down for every third utterance; ``n_batches`` later it is gone altogether."""

    n_batches: int = 100

    def predict_batch(self, requests: Sequence[Request]) -> list[Answer]:
        if self.n_batches == 0:
            raise ModelUnavailable("ten calls in a row failed")
        self.n_batches -= 1
        return super().predict_batch(requests)

    def answer(self, request: Request) -> Answer:
        is_down = int(request.text.split()[-1]) % 3 == 0
        return Answer(error=DOWN) if is_down else super().answer(request)


@pytest.fixture
def run_id(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """A finished run of 60 utterances of which 20 failed."""
    monkeypatch.setattr(local_engine, "TEXT_BATCH", 16)
    prepare_suite(store, tmp_path, 30)
    add_release(store, "alpha")
    run_id = open_run(store, "alpha", "smoke")
    assert carry_out(store, run_id, text_engine(Down()), ignore).n_failed == 20
    return run_id


def reasons(store: Store, run_id: int) -> list[FailureReason]:
    with store.reading() as db:
        return list_failure_reasons(db, run_id)


def n_right(store: Store, run_id: int) -> int:
    with store.reading() as db:
        sums = list_sums(db, find_score_set(db, run_id).id)
    return sum(one.sums.x for one in sums if one.metric == "intent_acc")


def test_what_failed_is_asked_again_and_answers_are_not(store: Store, run_id: int) -> None:
    assert n_right(store, run_id) == 40
    assistant, heard = RuleAssistant(), list[Progress]()
    end = carry_out(store, run_id, text_engine(assistant), heard.append, retry_failed=True)
    assert end == Progress(run_id, 60, 60, 0)
    assert [(one.n_done, one.n_failed) for one in heard] == [(40, 0), (56, 0), (60, 0)]
    assert len(assistant.asked) == 20
    assert n_right(store, run_id) == 60
    with store.reading() as db:
        assert find_run(db, run_id).status is RunStatus.FINISHED


def test_where_nothing_is_answered_the_run_stays_as_it_was(store: Store, run_id: int) -> None:
    with pytest.raises(ModelUnavailable):
        carry_out(store, run_id, text_engine(Down(n_batches=0)), ignore, retry_failed=True)
    assert reasons(store, run_id) == [FailureReason(DOWN, 20)]
    assert n_right(store, run_id) == 40
    with store.reading() as db:
        assert find_run(db, run_id).status is RunStatus.FINISHED


def test_a_retry_that_is_cut_off_keeps_what_it_did_not_come_to(store: Store, run_id: int) -> None:
    class CutOff(Down):
        def answer(self, request: Request) -> Answer:
            return RuleAssistant.answer(self, request)

    with pytest.raises(ModelUnavailable):
        carry_out(store, run_id, text_engine(CutOff(n_batches=1)), ignore, retry_failed=True)
    assert reasons(store, run_id) == [FailureReason(DOWN, 4)]
    with store.reading() as db:
        assert count_results(db, [run_id])[run_id] == (60, 4)
        assert find_run(db, run_id).status is RunStatus.OPEN
    # Going on without asking again closes it as it is.
    assert carry_out(store, run_id, text_engine(RuleAssistant()), ignore).n_failed == 4
    assert n_right(store, run_id) == 56


def test_what_fails_again_is_there_with_its_new_reason(store: Store, run_id: int) -> None:
    class StillDown(RuleAssistant):
        def answer(self, request: Request) -> Answer:
            return Answer(error="still down" if request.locale == "sw-KE" else "gone for good")

    end = carry_out(store, run_id, text_engine(StillDown()), ignore, retry_failed=True)
    assert (end.n_done, end.n_failed) == (60, 20)
    assert reasons(store, run_id) == [
        FailureReason("gone for good", 10),
        FailureReason("still down", 10),
    ]
    with store.reading() as db:
        assert find_run(db, run_id).status is RunStatus.FINISHED


def test_scores_against_corrected_references_go_with_the_first_new_answer(
    store: Store, run_id: int, tmp_path: Path
) -> None:
    text = "habari yako 2"
    intent = {"scenario": "general", "intent": "general_joke"}
    corrected = row(2, "sw-KE", utt=text, annot_utt=text, **intent)
    (tmp_path / "corrected").mkdir()
    (tmp_path / "corrected" / "sw-KE.jsonl").write_bytes(lines(corrected))
    assert sum(file.n_corrected for file in correct_corpus(store, tmp_path / "corrected")) == 1
    assert rescore(store, run_id).is_new
    carry_out(store, run_id, text_engine(RuleAssistant()), ignore, retry_failed=True)
    with store.reading() as db:
        assert [one.reference_key for one in list_score_sets(db, run_id)] == [AS_FROZEN]
    assert n_right(store, run_id) == 60
